/**
 * A batch is the events of one append, and one message of the log. Its content is elsewhere. This page is the storage
 * format: what it once wrote it must read for ever.
 *
 * The body is a line of JSON, `[[event id, hash, length of the record], …]`, and then the records one after the other.
 * Lengths are of JavaScript's strings, so that a record is cut out of the text and is not unescaped.
 */
import type { AppendRequest } from '../../log/event-store.js'
import { Corrupt } from './failure.js'
import type { RawMessage } from './raw-message.js'

/** Where a batch's content was put. */
export interface ContentRef {
  readonly nonce: string
  readonly sequence: number
}

/** An event without its content. */
export interface BareEvent {
  readonly version: number
  readonly eventId: string
  readonly hash: string
  readonly record: string
}

export interface Batch {
  /** Of the whole log: where the message stands. */
  readonly sequence: number
  readonly firstVersion: number
  readonly lastVersion: number
  /** Sequences of the conversation's batches before this one, the nearest first; at most `beforeMax`. */
  readonly before: readonly number[]
  readonly content: ContentRef | null
  readonly events: readonly BareEvent[]
}

/** So many batches are found with one look at the last. */
export const beforeMax = 31

const versionsHeader = 'Colloquy-Versions'
const beforeHeader = 'Colloquy-Before'
const contentHeader = 'Colloquy-Content'

// The nearest as it is, the others by their distance: most are near.
function inDistances(sequences: readonly number[]): string {
  return sequences
    .map((sequence, at) => (at === 0 ? sequence : (sequences[at - 1] ?? 0) - sequence).toString(36))
    .join(' ')
}

function fromDistances(text: string): readonly number[] {
  let last = 0
  return text.split(' ').flatMap((part, at) => {
    if (part === '') return []
    const number = Number.parseInt(part, 36)
    last = at === 0 ? number : last - number
    return [last]
  })
}

export function headersOf(
  { expectedVersion, events }: AppendRequest,
  { before, content }: Pick<Batch, 'before' | 'content'>,
): Readonly<Record<string, string>> {
  return {
    [versionsHeader]: `${expectedVersion + 1} ${expectedVersion + events.length}`,
    ...(before.length > 0 && { [beforeHeader]: inDistances(before) }),
    ...(content && { [contentHeader]: `${content.nonce} ${content.sequence}` }),
  }
}

export function bodyOf({ events }: AppendRequest): Uint8Array {
  const heads = events.map(({ eventId, hash, record }) => [eventId, hash, record.length])
  return Buffer.from(`${JSON.stringify(heads)}\n${events.map(({ record }) => record).join('')}`)
}

type Head = readonly [eventId: string, hash: string, length: number]

function eventsOf(data: Uint8Array, firstVersion: number): readonly BareEvent[] {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString()
  const headEnd = text.indexOf('\n')
  let from = headEnd + 1
  return (JSON.parse(text.slice(0, headEnd)) as readonly Head[]).map(([eventId, hash, length], at) => {
    const record = text.slice(from, from + length)
    from += length
    return { version: firstVersion + at, eventId, hash, record }
  })
}

function contentRefOf(header: string): ContentRef | null {
  const [nonce = '', sequence] = header.split(' ')
  return nonce === '' ? null : { nonce, sequence: Number(sequence) }
}

/** Throws `Corrupt` for a message that is no batch. */
export function batchOf(message: RawMessage, conversationId: string): Batch {
  const { sequence, data } = message
  const [firstVersion = 0, lastVersion = 0] = message.header(versionsHeader).split(' ').map(Number)
  try {
    const events = eventsOf(data, firstVersion)
    if (firstVersion < 1 || events.length !== lastVersion - firstVersion + 1) throw new Error('versions do not fit')
    const before = fromDistances(message.header(beforeHeader))
    return { sequence, firstVersion, lastVersion, before, content: contentRefOf(message.header(contentHeader)), events }
  } catch (cause) {
    throw new Corrupt(`message ${sequence} of the log is no batch of events: ${cause}`, conversationId)
  }
}
