/** The projections of a door: those that it writes with each event, and those that it lists from. */

import type { StoreError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { Projector } from '../../log/projection/projector.js'
import { hasViews } from '../../log/projection/view-in-force.js'
import type { Projection } from '../../log/projection.js'
import { Listing } from '../listing.js'
import { conversationIndex } from './conversation-index.js'
import { InlineRows } from './inline-rows.js'
import { reviewQueue } from './review-queue.js'

export interface Projections {
  readonly inline: InlineRows
  readonly listing: Listing
}

/** `undefined` for a store that has no views, or no registers. */
export function projectionsOf(
  store: EventStore,
  inline: readonly Projection[] = [conversationIndex, reviewQueue],
  options: { readonly cacheMax: number; readonly onError: (error: StoreError) => void },
): Projections | undefined {
  if (!hasViews(store)) return undefined
  const { onError } = options
  const shipped = [conversationIndex, reviewQueue] as const
  const projectors = new Map([...shipped, ...inline].map((one) => [one, new Projector(store, one, { onError })]))
  const of = (projection: Projection) => projectors.get(projection) as Projector
  return {
    inline: new InlineRows(store, inline.map(of), options),
    listing: new Listing(store, { index: of(conversationIndex), queue: of(reviewQueue) }),
  }
}
