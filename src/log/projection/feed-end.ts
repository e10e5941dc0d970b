/** Where the feed ends now, without reading it: by leaps that grow, then by halves. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../errors.js'
import type { EventStore } from '../event-store.js'

type Answer<A> = Promise<Either<StoreError, A>>
type Feed = Pick<EventStore, 'readAll'>

/** The place of the first event after a position; the position itself where none is to be seen. */
async function nextAfter(store: Feed, afterPosition: number): Answer<number> {
  const page = await store.readAll({ afterPosition, limit: 1 })
  return isLeft(page) ? page : right(page.right[0]?.position ?? afterPosition)
}

/**
 * The position of the last event that `readAll` shows, 0 for none: it was answered, so nothing will ever appear at or before
 * it. Takes at most some hundred questions, each for one event.
 */
export async function feedEnd(store: Feed): Answer<number> {
  // An event stands at `last`, or it is 0; nothing was to be seen after `end`.
  let last = 0
  let end = Number.MAX_SAFE_INTEGER
  for (let leap = 1; last < end; ) {
    const probe = Math.min(last + leap, last + Math.ceil((end - last) / 2))
    const next = await nextAfter(store, probe)
    if (isLeft(next)) return next
    if (next.right > probe) {
      last = next.right
      leap *= 2
    } else if (probe === end) {
      break
    } else {
      end = probe
      leap = end
    }
  }
  return nextAfter(store, last)
}
