/** An answer under way as the stream that `useChat` reads: text as it comes, and as data what happened to the thread. */
import type { UIMessageChunk } from 'ai'
import type { Turn } from '../../conversations/turn.js'
import type { AnswerEvent } from '../answer.js'
import type { ChatData, ChatMetadata } from './chat-message.js'
import { streamOf } from './streams.js'

type Chunk = UIMessageChunk<ChatMetadata, ChatData>

const standing = ({ messageId, threadId, version, guidance }: Turn): Chunk => ({
  type: 'message-metadata',
  messageMetadata: { ...(messageId !== undefined && { messageId }), threadId, version, stance: guidance.stance },
})

/** The text that is open; one part of text a message. */
class Texts {
  private count = 0
  private isOpen = false

  add(delta: string): readonly Chunk[] {
    const piece: Chunk = { type: 'text-delta', id: `${this.isOpen ? this.count : ++this.count}`, delta }
    const opening: readonly Chunk[] = this.isOpen ? [] : [{ type: 'text-start', id: piece.id }]
    this.isOpen = true
    return [...opening, piece]
  }

  close(): readonly Chunk[] {
    const closing: readonly Chunk[] = this.isOpen ? [{ type: 'text-end', id: `${this.count}` }] : []
    this.isOpen = false
    return closing
  }
}

function* chunksOf(event: AnswerEvent, texts: Texts): Generator<Chunk> {
  if (event.kind === 'text') return yield* texts.add(event.text)
  yield* texts.close()
  switch (event.kind) {
    case 'sent':
      return yield standing(event.turn)
    case 'declined':
      return yield { type: 'data-declined', data: { code: event.code, vetoes: event.vetoes }, transient: true }
    case 'proposed':
      return yield { type: 'data-proposed', data: {}, transient: true }
    case 'ended':
      yield {
        type: 'message-metadata',
        messageMetadata: { version: event.turn.version, stance: event.turn.guidance.stance },
      }
      return yield { type: 'data-ended', data: { ground: event.ground } }
    case 'done':
      yield { type: 'data-guidance', data: { stance: event.view.guidance.stance }, transient: true }
      return yield { type: 'finish', finishReason: 'stop' }
    case 'failed':
      // The code alone: causes may hold what is not for users.
      yield { type: 'error', errorText: event.error.code }
      return yield { type: 'finish', finishReason: 'error' }
  }
}

async function* chunks(events: AsyncIterable<AnswerEvent>): AsyncGenerator<Chunk, void, undefined> {
  const texts = new Texts()
  yield { type: 'start' }
  for await (const event of events) yield* chunksOf(event, texts)
}

/**
 * The stream of an answer, for the SDK's `createUIMessageStreamResponse` and the writer's `merge`. Whoever cancels it breaks the
 * answer off. An answer that failed ends in an `error` whose text is the code.
 * @example createUIMessageStreamResponse({ stream: uiMessageStream(answer({ conversations, model }, { conversationId, threadId })) })
 */
export const uiMessageStream = (events: AsyncIterable<AnswerEvent>): ReadableStream<Chunk> => streamOf(chunks(events))
