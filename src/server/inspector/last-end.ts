/**
 * When a conversation's last end was recorded. The index says when something last happened, which after an end may be
 * feedback or an erasure of much later; so the log is asked, from its last event backwards.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { decode } from '../../log/codec.js'
import type { StoreError } from '../../log/errors.js'
import type { StoredEvent } from '../../log/event-store.js'
import type { ReadStore } from './read-store.js'

/** Mostly the end is the last event, or nearly. */
const eventsFirst = 16
const eventsPerPageMax = 1_024
/** So far back an end is looked for. */
export const eventsBackMax = 5_000

export interface LastEnd {
  /** As `recordedAt` of the last `thread.ended`; not there if none was found. */
  readonly endedAt?: string
  /** What it cost to find out. */
  readonly eventsRead: number
}

function endIn(page: readonly StoredEvent[]): string | undefined {
  for (const stored of [...page].reverse()) {
    const event = decode(stored)
    if (!isLeft(event) && event.right.type === 'thread.ended') return event.right.recordedAt
  }
  return undefined
}

/** The last end up to this version, among the last `eventsBackMax` events. Errors: the store's. */
export async function lastEndOf(
  store: Pick<ReadStore, 'read'>,
  { conversationId, version }: { readonly conversationId: string; readonly version: number },
): Promise<Either<StoreError, LastEnd>> {
  const first = Math.max(0, version - eventsBackMax)
  let toVersion = version
  for (let size = eventsFirst; toVersion > first; size = Math.min(size * 4, eventsPerPageMax)) {
    const fromVersion = Math.max(first, toVersion - size) + 1
    const page = await store.read({ conversationId, fromVersion, toVersion })
    if (isLeft(page)) return page
    toVersion = fromVersion - 1
    const endedAt = endIn(page.right)
    if (endedAt !== undefined) return right({ endedAt, eventsRead: version - toVersion })
  }
  return right({ eventsRead: version - toVersion })
}
