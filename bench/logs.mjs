/** Logs to measure with: made, not recorded, and the same at every run but for the ids. */
import { defaultPolicy } from 'colloquy'

const envelope = (version, type, kind, data) => ({
  id: crypto.randomUUID(),
  conversationId: 'bench',
  version,
  type,
  schema: 1,
  recordedAt: '2026-01-01T00:00:00.000Z',
  actor: { kind },
  data,
})

/** A conversation of `count` events: the user speaks, is found harmful every seventh time, and is answered. */
export function conversationOf(count) {
  const events = [envelope(1, 'conversation.opened', 'system', { threadId: 'root', policy: defaultPolicy })]
  for (let turn = 0; events.length < count; turn++) {
    const messageId = crypto.randomUUID()
    const harm = turn % 7 === 6 ? 'harmful' : 'none'
    const said = { threadId: 'root', messageId, content: `message ${turn} by the user` }
    const answered = { ...said, messageId: crypto.randomUUID(), content: `answer ${turn}`, purpose: 'reply' }
    events.push(envelope(events.length + 1, 'message.received', 'user', said))
    events.push(
      envelope(events.length + 1, 'message.assessed', 'assessor', { threadId: 'root', messageId, harm, risk: null }),
    )
    events.push(envelope(events.length + 1, 'message.sent', 'assistant', answered))
  }
  return events.slice(0, count)
}

/** The same as JSON text parses it: fresh strings, as a log on disk gives them. */
export const asRead = (events) => JSON.parse(JSON.stringify(events))
