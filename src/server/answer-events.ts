/** An answer as a client hears it: each of its events with the version to go on from, whether it is made now or was before. */
import type { MessageView, ThreadView } from '../conversations/thread-view.js'
import type { AnswerEvent } from '../llm/answer.js'
import type { ServerSentEvent } from './event-stream.js'
import { shownGuidance, shownTurn } from './shown.js'
import type { Role } from './tokens.js'

/** How the thread stands in the end; its messages are there to be read. */
function doneEvent({ conversationId, threadId, version, state, guidance }: ThreadView, role: Role): ServerSentEvent {
  const data = { conversationId, threadId, version, state, guidance: shownGuidance(guidance, role) }
  return { event: 'done', id: version, data }
}

/** What happens while an answer is made. What failed inside is named by its code alone. */
export function answerEvent(event: AnswerEvent, role: Role): ServerSentEvent {
  switch (event.kind) {
    case 'text':
      return { event: 'text', data: { text: event.text } }
    case 'sent': {
      const { turn, purpose, note } = event
      const data = { ...shownTurn(turn, role), purpose, ...(note !== undefined && role === 'operator' && { note }) }
      return { event: 'sent', id: turn.version, data }
    }
    case 'declined':
      return { event: 'declined', data: { code: event.code, vetoes: event.vetoes } }
    case 'proposed':
      return { event: 'proposed', id: event.turn.version, data: shownTurn(event.turn, role) }
    case 'ended':
      return {
        event: 'ended',
        id: event.turn.version,
        data: { ...shownTurn(event.turn, role), ground: event.ground },
      }
    case 'done':
      return doneEvent(event.view, role)
    case 'failed':
      return { event: 'failed', data: { code: event.error.code, detail: 'the answer failed' } }
  }
}

/** Text as a client would have heard it. Blocks of a provider are not told piece by piece. */
const textIn = ({ content }: MessageView): string =>
  typeof content === 'string'
    ? content
    : (content ?? []).map(({ text }) => (typeof text === 'string' ? text : '')).join('')

/** The assistant's messages that follow a version, up to the user's next; `undefined` if there was nothing said after it. */
function answerSince({ messages, ended }: ThreadView, version: number): readonly MessageView[] | undefined {
  const later = messages.filter((message) => message.version > version)
  if (later.length === 0 && (ended?.version ?? 0) <= version) return undefined
  const next = later.findIndex(({ role }) => role === 'user')
  return next < 0 ? later : later.slice(0, next)
}

/** An answer that was given before, from the log; `undefined` if none was. */
export function recordedAnswer(view: ThreadView, since: number, role: Role): readonly ServerSentEvent[] | undefined {
  const messages = answerSince(view, since)
  if (!messages) return undefined
  const { conversationId, threadId, ended } = view
  const said = messages.flatMap((message): readonly ServerSentEvent[] => {
    const { messageId, purpose, version, state } = message
    const data = { conversationId, threadId, messageId, version, purpose, state }
    return [
      { event: 'text', data: { text: textIn(message) } },
      { event: 'sent', id: version, data },
    ]
  })
  const end = { conversationId, threadId, version: ended?.version, ground: ended?.ground, state: view.state }
  const over: readonly ServerSentEvent[] =
    ended && ended.version > since ? [{ event: 'ended', id: ended.version, data: end }] : []
  return [...said, ...over, doneEvent(view, role)]
}
