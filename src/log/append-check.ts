/**
 * What every store asks before it appends, said once: can this request be at all, and what is the answer where it needs
 * no writing? Pure: the store looks up, this page judges. It must never know how a store keeps anything.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from './errors.js'
import {
  type Appended,
  type AppendRequest,
  appendBytesMax,
  eventBytesMax,
  eventsPerAppendMax,
  eventsPerReadMax,
  type StoredEvent,
  type StoredSnapshot,
} from './event-store.js'
import { isStorable, isStorableId, isWithinBytes } from './storable.js'
import { placedRowsFault } from './view-check.js'

export { compareIds, isStorable, isStorableId, isWithinBytes } from './storable.js'

const utf8 = new TextEncoder()

function eventFault(event: StoredEvent, conversationId: string, version: number): string | undefined {
  if (event.conversationId !== conversationId) return 'is of another conversation'
  if (event.version !== version) return `has version ${event.version} where ${version} follows`
  if (!isStorableId(event.eventId)) return 'has an id that cannot be kept'
  const texts = [event.record, event.hash, event.content ?? '', event.salt ?? '']
  if (!texts.every(isStorable)) return 'holds NUL or a lone surrogate'
  return isWithinBytes(event.record + (event.content ?? ''), eventBytesMax) ? undefined : 'is too large'
}

function requestFault({ conversationId, expectedVersion, events, rows = [] }: AppendRequest): string | undefined {
  if (!isStorableId(conversationId)) return 'the conversation id cannot be kept'
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) return 'the expected version is not a version'
  if (events.length === 0) return 'there are no events'
  if (events.length > eventsPerAppendMax) return `there are more than ${eventsPerAppendMax} events`
  if (new Set(events.map((event) => event.eventId)).size < events.length) return 'two of its events have one id'
  for (const [index, event] of events.entries()) {
    const fault = eventFault(event, conversationId, expectedVersion + 1 + index)
    if (fault !== undefined) return `event ${index + 1} ${fault}`
  }
  if (isTooLarge(events)) return `its events have more than ${appendBytesMax} bytes in all`
  return placedRowsFault(rows, { conversationId, version: expectedVersion + events.length })
}

function isTooLarge(events: readonly StoredEvent[]): boolean {
  const texts = events.flatMap(({ record, content }) => [record, content ?? ''])
  const units = texts.reduce((sum, { length }) => sum + length, 0)
  if (units * 3 <= appendBytesMax) return false
  return texts.reduce((sum, text) => sum + utf8.encode(text).length, 0) > appendBytesMax
}

/**
 * Why this append cannot be, whatever is stored: `invalid-append`, or `undefined` if it can. It takes 1 to
 * `eventsPerAppendMax` events of its own conversation, ids unique, versions following `expectedVersion`, at most
 * `eventBytesMax` each and `appendBytesMax` in all, ids of 1 to `idBytesMax` bytes, and all text `isStorable`; its rows are
 * what `placedRowsFault` finds no fault with.
 */
export function invalidAppend(request: AppendRequest): StoreError | undefined {
  const fault = requestFault(request)
  if (fault === undefined) return undefined
  return storeError('invalid-append', `this append cannot be: ${fault}`, { conversationId: request.conversationId })
}

/** Why this snapshot cannot be kept: `invalid-append`, or `undefined` if it can. Its version is 0 or more, its text `isStorable`. */
export function invalidSnapshot({ conversationId, version, text }: StoredSnapshot): StoreError | undefined {
  const isVersion = Number.isSafeInteger(version) && version >= 0
  if (isVersion && isStorableId(conversationId) && isStorable(text)) return undefined
  return storeError('invalid-append', 'this snapshot cannot be kept', { conversationId })
}

/** What a store knows of the stream that an append is for. */
export interface StreamSoFar {
  /** 0 for a stream that is not there. */
  readonly actualVersion: number
  find(eventId: string): Pick<StoredEvent, 'version' | 'hash'> | undefined
}

/**
 * The answer to an append that needs no writing, or `undefined` where its events are to be stored.
 * - all its events are there already, at these versions with these hashes: the answer of the first time;
 * - some of its ids are there otherwise: `duplicate-event`;
 * - the stream is elsewhere: `wrong-expected-version` with `actualVersion`.
 */
export function answerWithoutWriting(
  { conversationId, expectedVersion, events }: AppendRequest,
  stream: StreamSoFar,
): Either<StoreError, Appended> | undefined {
  const { actualVersion } = stream
  const known = events.filter((event) => stream.find(event.eventId) !== undefined)
  if (known.length > 0) {
    const isRepeat = events.every((event) => {
      const stored = stream.find(event.eventId)
      return stored?.version === event.version && stored.hash === event.hash
    })
    if (isRepeat) return right({ version: expectedVersion + events.length })
    const first = JSON.stringify(known[0]?.eventId)
    return left(
      storeError('duplicate-event', `event ${first} is stored already, elsewhere or otherwise`, { conversationId }),
    )
  }
  if (actualVersion === expectedVersion) return undefined
  const message = `the stream is at version ${actualVersion}, not ${expectedVersion}`
  return left(storeError('wrong-expected-version', message, { conversationId, actualVersion }))
}

/** How many rows a read answers at most: the limit asked for, within 0 to `eventsPerReadMax`. */
export function pageSize(limit: number = eventsPerReadMax): number {
  return Math.max(0, Math.min(Math.floor(limit) || 0, eventsPerReadMax))
}
