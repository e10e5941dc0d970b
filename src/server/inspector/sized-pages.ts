/**
 * The pages of a stored log for one who reads them slowly, held one at a time. Events may have a megabyte each: how many are
 * asked for goes by how large those before them were, so that a log of long texts is not held a few thousand at a time.
 */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import type { StoredEvent } from '../../log/event-store.js'
import type { ReadStore } from './read-store.js'

/** UTF-16 units of records and contents that a page is meant to hold. */
const pageUnits = 4_000_000
const eventsFirst = 128
/** However short they were: the next may all be long. */
export const eventsPerPageMax = 1_024
/** A page grows no faster, for those that follow a few short events may be long. */
const growthMax = 4

const unitsOf = ({ record, content }: StoredEvent): number => record.length + (content?.length ?? 0)

function nextSize(page: readonly StoredEvent[]): number {
  const units = page.reduce((sum, stored) => sum + unitsOf(stored), 0)
  const fitting = Math.floor((pageUnits * page.length) / Math.max(1, units))
  return Math.max(1, Math.min(fitting, page.length * growthMax, eventsPerPageMax))
}

/** Pages in order, to the end of the log; ends after the first error. */
export async function* sizedPages(
  store: Pick<ReadStore, 'read'>,
  { conversationId, fromVersion }: { readonly conversationId: string; readonly fromVersion: number },
): AsyncGenerator<Either<StoreError, readonly StoredEvent[]>> {
  for (let next = fromVersion, limit = eventsFirst; ; ) {
    const page = await store.read({ conversationId, fromVersion: next, limit })
    yield page
    if (isLeft(page) || page.right.length < limit) return
    next += page.right.length
    limit = nextSize(page.right)
  }
}
