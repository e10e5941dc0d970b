/** An event with other content: cut for a line, or gone. What is not said stays as it is. */
import type { ErasableContent } from '#machines/events.js'
import type { RecordedEvent } from '../log/recorded-event.js'

/** The event with this content in place of what it says; the event itself where it says nothing. It is not changed. */
export function withContent(event: RecordedEvent, content: ErasableContent): RecordedEvent {
  if (event.type === 'message.received') return { ...event, data: { ...event.data, content } }
  if (event.type === 'message.sent') return { ...event, data: { ...event.data, content } }
  if (event.type !== 'thread.forked' || !event.data.edit) return event
  return { ...event, data: { ...event.data, edit: { ...event.data.edit, content } } }
}
