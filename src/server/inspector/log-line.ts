/**
 * A stored event as a line for the page: the event, or what is wrong with what stands in its place. Whether an event could
 * come where it stands is not judged here: the page folds the log by the very code that decides, and says so itself.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { EventLine, LogLine } from '../../inspector/log-line.js'
import { decode, isDeeper, nestingMax } from '../../log/codec.js'
import type { StoredEvent } from '../../log/event-store.js'
import type { RecordedEvent } from '../../log/recorded-event.js'

/** UTF-16 units of any text, or of a faulty record, that a line of a log shows; the event alone is to be had whole. */
export const textUnitsMax = 200
/** Entries of a list within an event that a line of a log shows. */
const entriesMax = 50
/** Levels of objects and lists in an event's data; no event that could be appended has more outside of its content. */
const levelsMax = 4

/** By these the page tells which events belong together, and what they mean: cut, they would be others'. */
const keptWhole: ReadonlySet<string> = new Set(['threadId', 'messageId', 'messageIds', 'policy'])
/** The parts of an event that hold anybody's texts. Its own id and its conversation's are short already. */
const wordy = ['data', 'actor', 'recordedAt', 'causationId', 'correlationId'] as const

/** The beginning of a text, never ending in half a character. */
function beginningOf(text: string): string {
  if (text.length <= textUnitsMax) return text
  const cut = text.slice(0, textUnitsMax)
  return cut.isWellFormed() || !text.isWellFormed() ? cut : cut.slice(0, -1)
}

/** What a provider's blocks say, where they are long; that they were more than text is told by the event alone. */
function cutBlocks(blocks: readonly unknown[]): unknown {
  if (JSON.stringify(blocks).length <= textUnitsMax) return blocks
  const said = blocks.map((block) => (block as { readonly text?: unknown } | null)?.text)
  return beginningOf(said.filter((text) => typeof text === 'string').join('\n'))
}

/** As it is, but for long texts and lists in it, which are cut; the very value where there are none. */
function shortened(value: unknown, name: string, levels = levelsMax): unknown {
  if (keptWhole.has(name) || value === null) return value
  if (typeof value === 'string') return beginningOf(value)
  if (typeof value !== 'object') return value
  if (name === 'content' && Array.isArray(value)) return cutBlocks(value)
  if (levels === 0) return '…'
  const fields = value as Readonly<Record<string, unknown>>
  const short = (key: string) => shortened(fields[key], key, levels - 1)
  const keys = Object.keys(fields)
  // Fields of the data itself mean something each, and are not left out.
  const shownMax = levels === levelsMax ? keys.length : entriesMax
  const isShort = (key: string) => key.length <= textUnitsMax && short(key) === fields[key]
  if (keys.length <= shownMax && keys.every(isShort)) return value
  const shown = keys.slice(0, shownMax)
  return Array.isArray(value)
    ? shown.map(short)
    : Object.fromEntries(shown.map((key) => [beginningOf(key), short(key)]))
}

function cutLine({ event, hash }: EventLine): EventLine {
  const isShort = (name: (typeof wordy)[number]) => shortened(event[name], name) === event[name]
  if (wordy.every(isShort)) return { event, hash }
  const short = wordy.filter((name) => !isShort(name)).map((name) => [name, shortened(event[name], name)])
  return { event: { ...event, ...Object.fromEntries(short) }, hash, cut: true }
}

/** Why no line can be made of a record that was read: nobody could append it, and to write it as JSON would exhaust the stack. */
function depthFault({ record, content }: StoredEvent, event: RecordedEvent): string | undefined {
  if (record.length + (content?.length ?? 0) <= nestingMax) return undefined
  return isDeeper(event, nestingMax + levelsMax) ? `the event is over ${nestingMax} levels deep` : undefined
}

/** A stored event as a line. Its hash stands beside it, and not in it as well. */
export function lineOf(stored: StoredEvent, { isWhole = false } = {}): LogLine {
  const decoded = decode(stored)
  const fault = isLeft(decoded) ? decoded.left.message : depthFault(stored, decoded.right)
  if (isLeft(decoded) || fault !== undefined) {
    const { version, record } = stored
    return { version, fault: beginningOf(fault ?? ''), record: isWhole ? record : beginningOf(record) }
  }
  const { hash = '', ...event } = decoded.right
  return isWhole ? { event, hash } : cutLine({ event, hash })
}
