/** Whose a conversation is, as its first event says: asked once, for that never changes. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import QuickLRU from 'quick-lru'
import { decode } from '../../log/codec.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'

/** The owner that a conversation's first event names: `null` for none; `undefined` if there is no such conversation. */
export async function ownerIn(
  store: Pick<EventStore, 'read'>,
  conversationId: string,
): Promise<Either<StoreError, string | null | undefined>> {
  const page = await store.read({ conversationId, limit: 1 })
  if (isLeft(page)) return page
  const [first] = page.right
  const event = first && decode(first)
  if (!event) return right(undefined)
  if (isLeft(event)) return event
  return right(event.right.type === 'conversation.opened' ? (event.right.data.owner ?? null) : null)
}

export class OwnerIndex {
  private readonly owners: QuickLRU<string, string | null>

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    conversationsMax: number,
  ) {
    this.owners = new QuickLRU({ maxSize: conversationsMax })
  }

  /** As `ownerIn`; one that is not there now may be opened later, and is asked for again. */
  async ownerOf(conversationId: string): Promise<Either<StoreError, string | null | undefined>> {
    const known = this.owners.get(conversationId)
    if (known !== undefined) return right(known)
    const found = await ownerIn(this.store, conversationId)
    if (!isLeft(found) && found.right !== undefined) this.owners.set(conversationId, found.right)
    return found
  }
}
