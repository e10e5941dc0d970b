/**
 * A stored event as a line for the page: the event, or what is wrong with what stands in its place. Whether an event could
 * come where it stands is not judged here: the page folds the log by the very code that decides, and says so itself.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Content, ErasableContent } from '#machines/events.js'
import type { EventLine, LogLine } from '../../inspector/log-line.js'
import { decode } from '../../log/codec.js'
import type { StoredEvent } from '../../log/event-store.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import { spokenIn } from '../../log/spoken.js'

/** UTF-16 units of a content, or of a faulty record, that a line of a log shows; the event alone is to be had whole. */
export const contentUnitsMax = 200

/** The beginning of a text, never ending in half a character. */
function beginningOf(text: string): string {
  const cut = text.slice(0, contentUnitsMax)
  return cut.isWellFormed() || !text.isWellFormed() ? cut : cut.slice(0, -1)
}

/** What blocks say, and how much else they hold. */
function cutContent(content: Content): Content | undefined {
  if (typeof content === 'string') return content.length > contentUnitsMax ? beginningOf(content) : undefined
  if (JSON.stringify(content).length <= contentUnitsMax) return undefined
  return beginningOf(content.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n'))
}

function withContent(event: RecordedEvent, content: ErasableContent): RecordedEvent {
  if (event.type === 'message.received') return { ...event, data: { ...event.data, content } }
  if (event.type === 'message.sent') return { ...event, data: { ...event.data, content } }
  if (event.type !== 'thread.forked' || !event.data.edit) return event
  return { ...event, data: { ...event.data, edit: { ...event.data.edit, content } } }
}

function cutLine({ event, hash }: EventLine): EventLine {
  const content = spokenIn(event)?.content ?? null
  const cut = content === null ? undefined : cutContent(content)
  return cut === undefined ? { event, hash } : { event: withContent(event, cut), hash, cut: true }
}

/** A stored event as a line. Its hash stands beside it, and not in it as well. */
export function lineOf(stored: StoredEvent, { isWhole = false } = {}): LogLine {
  const decoded = decode(stored)
  if (isLeft(decoded)) {
    const { version, record } = stored
    const shown = isWhole ? record : beginningOf(record)
    return { version, fault: beginningOf(decoded.left.message), record: shown }
  }
  const { hash = '', ...event } = decoded.right
  return isWhole ? { event, hash } : cutLine({ event, hash })
}
