/** The message that an event brings, if it brings one: received, sent, or said anew where a thread was cut. */
import type { ErasableContent } from '#machines/events.js'
import type { RecordedEvent } from './recorded-event.js'

export interface Spoken {
  readonly messageId: string
  readonly content: ErasableContent
}

export function spokenIn({ type, data }: RecordedEvent): Spoken | undefined {
  if (type === 'message.received' || type === 'message.sent') return data
  return type === 'thread.forked' ? data.edit : undefined
}
