/**
 * A drafted conversation into a store: whole if it is new, the rest of it if an import broke off, and nothing if it is
 * there. What is there is known by its events and not by the clock: when something was recorded, which machine decided,
 * and what was erased since make no difference.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { Acceptor } from '../../log/acceptor.js'
import { appendBatches } from '../../log/append-batches.js'
import { encode } from '../../log/codec.js'
import { type StoreError, type StoreErrorCode, storeError } from '../../log/errors.js'
import type { EventStore, StoredEvent } from '../../log/event-store.js'
import { chainStart, newSalt } from '../../log/hash-chain.js'
import { pagesOf } from '../../log/rebuild.js'
import { currentSchema, type RecordedEvent } from '../../log/recorded-event.js'
import type { Draft } from './draft.js'

/** What came of a draft: how many of its events were appended, or why it was not taken. */
export type Kept =
  | { readonly as: 'added' | 'continued' | 'known'; readonly eventCount: number }
  | { readonly as: 'refused'; readonly why: string }

/** How often an append is tried anew when another process writes to the same conversation. */
const attemptsMax = 16

/** The draft's events in their places, if a log may hold them all. */
function recorded(draft: Draft, importedAt: string): Either<string, readonly RecordedEvent[]> {
  const { conversationId } = draft
  const acceptor = new Acceptor()
  const events: RecordedEvent[] = []
  for (const { saidAt, ...event } of draft.events) {
    const version = events.length + 1
    const envelope = { conversationId, version, schema: currentSchema, recordedAt: saidAt ?? importedAt }
    const accepted = acceptor.accept({ ...event, ...envelope })
    if (isLeft(accepted)) return left(`${event.id}: ${accepted.left.code}: ${accepted.left.message}`)
    events.push(accepted.right)
  }
  return right(events)
}

const withoutDigest = (record: string): string =>
  record.replace(/"content":\{"digest":"[0-9a-f]{64}"\}/, '"content":null')

/** The event as it would be stored had it been recorded when, and under the machine with which, the stored one was. */
function asStored(event: RecordedEvent, stored: StoredEvent): string {
  const { recordedAt, data } = JSON.parse(stored.record) as RecordedEvent
  const machine = 'machine' in data && { machine: data.machine }
  const then = { ...event, recordedAt, data: { ...event.data, ...machine } } as RecordedEvent
  return encode(then, { previous: chainStart, salt: stored.salt ?? '' }).record
}

function isSame(event: RecordedEvent, stored: StoredEvent): boolean {
  const record = asStored(event, stored)
  if (stored.content !== null) return record === stored.record
  return withoutDigest(record) === withoutDigest(stored.record)
}

/** How a store's conversation compares with a draft. */
interface Comparison {
  readonly storedCount: number
  readonly lastHash: string
  /** The first version at which they differ. */
  readonly differsAt?: number
}

async function compare(store: EventStore, events: readonly RecordedEvent[]): Promise<Either<StoreError, Comparison>> {
  let storedCount = 0
  let lastHash = chainStart
  const conversationId = events[0]?.conversationId ?? ''
  for await (const page of pagesOf(store, { conversationId })) {
    if (isLeft(page)) return page
    for (const stored of page.right) {
      const event = events[storedCount]
      // What was added after the import, by whom ever, is none of the import's business.
      if (!event) return right({ storedCount, lastHash })
      if (!isSame(event, stored)) return right({ storedCount, lastHash, differsAt: stored.version })
      storedCount += 1
      lastHash = stored.hash
    }
  }
  return right({ storedCount, lastHash })
}

function* chained(events: readonly RecordedEvent[], lastHash: string): Generator<StoredEvent> {
  let previous = lastHash
  for (const event of events) {
    const stored = encode(event, { previous, salt: newSalt() })
    previous = stored.hash
    yield stored
  }
}

async function appendAfter(
  store: EventStore,
  { storedCount, lastHash }: Comparison,
  events: readonly RecordedEvent[],
): Promise<Either<StoreError, void>> {
  let expectedVersion = storedCount
  for (const batch of appendBatches(chained(events.slice(storedCount), lastHash))) {
    const conversationId = batch[0]?.conversationId ?? ''
    const appended = await store.append({ conversationId, expectedVersion, events: batch })
    if (isLeft(appended)) return appended
    expectedVersion += batch.length
  }
  return right(undefined)
}

// After any of these the store is looked at anew, and what is there decides how to go on.
const unsettled: readonly StoreErrorCode[] = ['wrong-expected-version', 'duplicate-event', 'unknown-outcome']

const differing = (version: number): string =>
  `the log has it already, and differs at version ${version}: its source changed, or it was imported with other options`

async function attempt(store: EventStore, events: readonly RecordedEvent[]): Promise<Either<StoreError, Kept>> {
  const compared = await compare(store, events)
  if (isLeft(compared)) return compared
  const { storedCount, differsAt } = compared.right
  if (differsAt !== undefined) {
    return right({ as: 'refused', why: differing(differsAt) })
  }
  const appended = await appendAfter(store, compared.right, events)
  if (isLeft(appended)) return appended
  const eventCount = events.length - storedCount
  const as = eventCount === 0 ? 'known' : storedCount === 0 ? 'added' : 'continued'
  return right({ as, eventCount })
}

/**
 * Keeps a draft in a store, or says why a log can't hold it.
 * @param importedAt RFC 3339, for events of which the source does not say when they were.
 * @returns the store's own errors; a race with another writer is run again, a bounded number of times.
 */
export async function keep(store: EventStore, draft: Draft, importedAt: string): Promise<Either<StoreError, Kept>> {
  const events = recorded(draft, importedAt)
  if (isLeft(events)) return right({ as: 'refused', why: events.left })
  let tried: Either<StoreError, Kept> = left(storeError('unavailable', 'not tried'))
  for (let count = 0; count < attemptsMax; count++) {
    tried = await attempt(store, events.right)
    if (!isLeft(tried) || !unsettled.includes(tried.left.code)) break
  }
  return tried
}
