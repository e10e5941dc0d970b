/**
 * What a store holds of one conversation's content, and what its log says of it: what is to be erased, and what was said to
 * be erased and is there all the same. It goes by what is stored, so that it needs no key; it keeps no content.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { decode } from './codec.js'
import type { StoreError } from './errors.js'
import type { StoredEvent } from './event-store.js'
import { pagesOf, type Readable } from './rebuild.js'
import type { RecordedEvent } from './recorded-event.js'
import { spokenIn } from './spoken.js'

export interface LedgerEntry {
  readonly messageId: string
  /** Of the event that brought the message. */
  readonly version: number
  /** Whether the store has its content. */
  readonly isHeld: boolean
  /** Whether a `content.erased` names it. */
  readonly isErased: boolean
}

export interface ContentLedger {
  readonly conversationId: string
  /** 0 for a conversation that is not there. */
  readonly version: number
  readonly owner?: string
  /** `recordedAt` of the last event but for erasures, which are nobody's activity; RFC 3339, or empty. */
  readonly lastActivityAt: string
  /** In order of version. */
  readonly entries: readonly LedgerEntry[]
}

class Bookkeeping {
  private version = 0
  private owner: string | undefined
  private lastActivityAt = ''
  private readonly spoken: Omit<LedgerEntry, 'isErased'>[] = []
  private readonly erased = new Set<string>()

  take(stored: StoredEvent, event: RecordedEvent): void {
    this.version = event.version
    if (event.type === 'conversation.opened') this.owner = event.data.owner
    if (event.type === 'content.erased') for (const id of event.data.messageIds) this.erased.add(id)
    else this.lastActivityAt = event.recordedAt
    const spoken = spokenIn(event)
    const isHeld = stored.content !== null
    if (spoken) this.spoken.push({ messageId: spoken.messageId, version: event.version, isHeld })
  }

  ledgerOf(conversationId: string): ContentLedger {
    const { version, owner, lastActivityAt } = this
    const entries = this.spoken.map((one) => ({ ...one, isErased: this.erased.has(one.messageId) }))
    return { conversationId, version, ...(owner !== undefined && { owner }), lastActivityAt, entries }
  }
}

/** Reads the whole log of one conversation. Errors: the store's own; `corrupt-event`, `unknown-event`. */
export async function contentLedger(
  store: Readable,
  conversationId: string,
): Promise<Either<StoreError, ContentLedger>> {
  const bookkeeping = new Bookkeeping()
  for await (const page of pagesOf(store, { conversationId })) {
    if (isLeft(page)) return page
    for (const stored of page.right) {
      const event = decode(stored)
      if (isLeft(event)) return event
      bookkeeping.take(stored, event.right)
    }
  }
  return right(bookkeeping.ledgerOf(conversationId))
}
