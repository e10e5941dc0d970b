/**
 * One conversation into a store, exactly as another store has it: whole if it is new, the rest of it if a restore broke
 * off, and nothing if it is there. The caller has seen to it that the events may be a log at all. What was erased on
 * either side is erased after it.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { appendBatches } from '../append-batches.js'
import { type StoreError, type StoreErrorCode, storeError } from '../errors.js'
import type { EventStore, StoredEvent } from '../event-store.js'
import { pagesOf } from '../rebuild.js'

/** What came of it: how many events were appended, or where the store has another history. */
export type Replicated =
  | { readonly as: 'added' | 'continued' | 'known'; readonly eventCount: number; readonly head: StoredEvent }
  | { readonly as: 'different'; readonly version: number }

/** How often an append is tried anew when its answer was lost, or another process writes the same conversation. */
const attemptsMax = 16

/** How a store's conversation compares with the events: `differsAt` is the first version at which it is another. */
interface Comparison {
  readonly storedCount: number
  readonly head?: StoredEvent
  readonly differsAt?: number
  /** Versions whose content is still here, and was erased there. */
  readonly unerased: readonly number[]
}

const isSameRecord = (a: StoredEvent, b: StoredEvent): boolean =>
  a.version === b.version && a.eventId === b.eventId && a.record === b.record && a.hash === b.hash

// Content that is gone on one side was erased there.
const isSameContent = (a: StoredEvent, b: StoredEvent): boolean =>
  a.content === null || b.content === null || (a.content === b.content && a.salt === b.salt)

async function compare(store: EventStore, events: readonly StoredEvent[]): Promise<Either<StoreError, Comparison>> {
  const [{ conversationId }] = events as readonly [StoredEvent]
  const unerased: number[] = []
  let head: StoredEvent | undefined
  let lost: number | undefined
  const known = () => ({ storedCount: head?.version ?? 0, unerased, ...(head && { head }) })
  for await (const page of pagesOf(store, { conversationId })) {
    if (isLeft(page)) return page
    for (const stored of page.right) {
      const event = events[head?.version ?? 0]
      // What was appended since is nothing to compare, and may be why content is gone.
      if (!event) return right(known())
      if (!isSameRecord(event, stored) || !isSameContent(event, stored)) {
        return right({ ...known(), differsAt: event.version })
      }
      if (event.content === null && stored.content !== null) unerased.push(stored.version)
      if (event.content !== null && stored.content === null) lost ??= stored.version
      head = stored
    }
  }
  // The log here goes no further than there, so that nothing in it can tell of an erasure.
  return right(lost === undefined ? known() : { ...known(), differsAt: lost })
}

async function appendRest(
  store: EventStore,
  events: readonly StoredEvent[],
  storedCount: number,
): Promise<Either<StoreError, void>> {
  let expectedVersion = storedCount
  for (const batch of appendBatches(events.slice(storedCount))) {
    const [{ conversationId }] = batch as [StoredEvent]
    const appended = await store.append({ conversationId, expectedVersion, events: batch })
    if (isLeft(appended)) return appended
    expectedVersion += batch.length
  }
  return right(undefined)
}

// After any of these the store is looked at anew, and what is there decides how to go on.
const unsettled: readonly StoreErrorCode[] = ['wrong-expected-version', 'duplicate-event', 'unknown-outcome']

/** Appends what is lacking, and reads all of it back. */
async function attempt(
  store: EventStore,
  events: readonly StoredEvent[],
  onBegin: (storedCount: number) => void,
): Promise<Either<StoreError, Comparison>> {
  const before = await compare(store, events)
  if (isLeft(before)) return before
  const { storedCount, differsAt } = before.right
  onBegin(storedCount)
  if (differsAt !== undefined || storedCount === events.length) return before
  const appended = await appendRest(store, events, storedCount)
  return isLeft(appended) ? appended : compare(store, events)
}

async function eraseAfter(store: EventStore, events: readonly StoredEvent[], versions: readonly number[]) {
  const [{ conversationId }] = events as readonly [StoredEvent]
  return versions.length === 0 ? right(undefined) : store.erase({ conversationId, versions })
}

/**
 * Brings the store's copy of one conversation up to these events, and reads back what it then has.
 * @param events the whole log from version 1, chained, at least one.
 * @returns `head`: the last of these events, read from the store. Errors: the store's own; a lost answer, or a race with
 * another writer, is settled by looking again, a bounded number of times.
 */
export async function replicate(
  store: EventStore,
  events: readonly StoredEvent[],
): Promise<Either<StoreError, Replicated>> {
  let begunAt: number | undefined
  let tried: Either<StoreError, Comparison> = left(storeError('unavailable', 'not tried'))
  for (let count = 0; count < attemptsMax; count++) {
    tried = await attempt(store, events, (storedCount) => {
      begunAt ??= storedCount
    })
    if (!isLeft(tried) || !unsettled.includes(tried.left.code)) break
  }
  if (isLeft(tried)) return tried
  const { storedCount, differsAt, head, unerased } = tried.right
  if (differsAt !== undefined) return right({ as: 'different', version: differsAt })
  if (storedCount < events.length || !head) return right({ as: 'different', version: storedCount + 1 })
  const erased = await eraseAfter(store, events, unerased)
  if (isLeft(erased)) return erased
  const eventCount = events.length - (begunAt ?? 0)
  const as = eventCount === 0 ? 'known' : begunAt === 0 ? 'added' : 'continued'
  return right({ as, eventCount, head })
}
