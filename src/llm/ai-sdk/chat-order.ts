/**
 * What a request of `useChat` asks of a thread: to take a message, to branch at an edited one, or at an answer that is to be given
 * anew. The request came from a client; what it asks is an order for the door like any other.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Content } from '#machines/events.js'
import type { ThreadView } from '../../conversations/thread-view.js'
import { fieldsOf } from '../network-shapes.js'
import { fromUIMessage, type SaidMessage } from './ui-messages.js'

/** What to order at the door before the model answers; its fields go to the method of that name. */
export type ChatOrder =
  | { readonly order: 'receive'; readonly content: Content; readonly messageId: string }
  | { readonly order: 'fork'; readonly messageId: string; readonly edit?: { readonly content: Content } }
  /** Nothing new was said: the model is to go on. */
  | { readonly order: 'none' }

/** A request that is none of a chat, or that speaks of messages which this thread does not have. */
export interface ChatError {
  readonly kind: 'chat'
  readonly code: 'chat-not-understood' | 'chat-out-of-place'
  readonly message: string
}

type Line = ThreadView['messages']
interface Shown extends SaidMessage {
  /** The log's own id, where the client was told of it while the answer came. */
  readonly knownId: string
}

const wrong = (code: ChatError['code'], message: string): Either<ChatError, never> =>
  left({ kind: 'chat', code, message })
const notHere = wrong('chat-out-of-place', 'the chat shows messages that are not on this thread')

function shownIn(messages: unknown): readonly Shown[] | undefined {
  if (!Array.isArray(messages)) return undefined
  const shown = messages.map((message: unknown): Shown | undefined => {
    const said = fromUIMessage(message)
    const { messageId } = fieldsOf(fieldsOf(message).metadata)
    return said && { ...said, knownId: typeof messageId === 'string' ? messageId : said.messageId }
  })
  return shown.every((message) => message !== undefined) ? shown : undefined
}

/**
 * Where on the line the last of these messages is; -1 for none. An edited message keeps its old id in the client, and is found
 * by what was before it.
 */
function placeOf(shown: readonly Shown[], line: Line): number | undefined {
  const places = new Map(line.map(({ messageId }, place) => [messageId, place]))
  const from = shown.findLastIndex(({ knownId }) => places.has(knownId))
  const place = from < 0 ? -1 : (places.get(shown[from]?.knownId ?? '') ?? -1)
  const rest = shown.slice(from + 1)
  const isAlongside = rest.every(({ role }, step) => line[place + 1 + step]?.role === role)
  return isAlongside ? place + rest.length : undefined
}

/** Where the last message is to be; a client may send it alone. */
function placeFor(shown: readonly Shown[], line: Line, isEdit: boolean): number | undefined {
  const before = shown.slice(0, -1)
  if (before.length === 0) return isEdit ? 0 : line.length
  const place = placeOf(before, line)
  return place === undefined ? undefined : place + 1
}

function submitted(shown: readonly Shown[], line: Line, isEdit: boolean): Either<ChatError, ChatOrder> {
  const said = shown.at(-1)
  // An answer to a question of the SDK's own, such as an approval, comes as the assistant's message with more in it.
  if (said?.role === 'assistant') return right({ order: 'none' })
  if (!said || said.content === null) return wrong('chat-not-understood', 'nothing was said')
  const { content, messageId } = said
  if (!isEdit && line.at(-1)?.messageId === messageId) return right({ order: 'none' })
  const place = placeFor(shown, line, isEdit)
  if (place === undefined) return notHere
  const there = line[place]
  if (place === line.length) return right({ order: 'receive', content, messageId })
  return there?.role === 'user' ? right({ order: 'fork', messageId: there.messageId, edit: { content } }) : notHere
}

function regenerated(shown: readonly Shown[], line: Line): Either<ChatError, ChatOrder> {
  const place = placeOf(shown, line)
  if (place === undefined) return notHere
  const answer = line[place + 1]
  if (!answer) return right({ order: 'none' })
  return answer.role === 'assistant' ? right({ order: 'fork', messageId: answer.messageId }) : notHere
}

/**
 * What a request of `useChat`, as its transport sends it, asks of the thread that the client shows.
 * @param request the body: `messages`, `trigger`, and for an edit `messageId`; it may be anything
 * @returns what to order, or `chat-not-understood`, or `chat-out-of-place`. Never throws.
 */
export function chatOrderOf(
  request: unknown,
  { messages: line }: Pick<ThreadView, 'messages'>,
): Either<ChatError, ChatOrder> {
  const { messages, trigger, messageId } = fieldsOf(request)
  const shown = shownIn(messages)
  if (!shown || shown.length === 0) return wrong('chat-not-understood', 'a chat sends a list of messages')
  return trigger === 'regenerate-message' ? regenerated(shown, line) : submitted(shown, line, messageId !== undefined)
}
