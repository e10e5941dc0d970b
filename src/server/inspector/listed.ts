/**
 * The conversations of a store, as the page lists them. By the index where the store has one in force, as it stands; else each
 * is read from its log, so many at a time. It must never make an index, nor bring one up to date: that would be writing.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { riskOf, threadsOf } from '../../conversation/state.js'
import { conversationIndex, indexedOwner, standingOf } from '../../conversations/listing/conversation-index.js'
import { reviewQueue } from '../../conversations/listing/review-queue.js'
import { type ListedConversation, Listing, type ListRequest } from '../../conversations/listing.js'
import type { Lifecycle } from '../../lifecycle/thread-state.js'
import { decode } from '../../log/codec.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { Projector } from '../../log/projection/projector.js'
import { loadGenerations } from '../../log/projection/view-in-force.js'
import { rebuild } from '../../log/rebuild.js'
import { type ReadStore, readingOf, readingViews } from './read-store.js'

export interface Asked {
  readonly owner?: string
  readonly state?: Lifecycle
  readonly risk?: 'flagged' | 'clear'
  /** Ended, and nothing happened since so many milliseconds before now. */
  readonly endedWithinMs?: number
  /** In the id or the owner, whatever the case. */
  readonly text?: string
  readonly cursor?: string
  readonly limit: number
}

export interface Row {
  readonly conversationId: string
  readonly version: number
  /** One that a view could not hold shows as its digest, see `indexedOwner`. */
  readonly owner?: string
  readonly state?: string
  readonly risk?: string
  /** The ground of the last end, where every thread has ended. */
  readonly ended?: string
  readonly lastActivity?: string
}

export interface Rows {
  readonly conversations: readonly Row[]
  /** Where to go on; there may be nothing more. */
  readonly cursor?: string
}

type Answer<A> = Promise<Either<StoreError, A>>

/** Rows of the index that one question looks through for a text. */
const rowsLookedAtMax = 10_000
const rowsPerPage = 1_000
/** What one question reads of logs where there is no index: conversations, and events. */
const logsReadMax = 500
const eventsReadMax = 200_000

const contains = (row: Row, text: string | undefined): boolean =>
  text === undefined ||
  [row.conversationId, row.owner ?? ''].some((said) => said.toLowerCase().includes(text.toLowerCase()))

const rowOf = ({
  conversationId,
  version,
  owner,
  state,
  risk,
  endedGround,
  lastActivity,
}: ListedConversation): Row => ({
  conversationId,
  version,
  ...(owner !== null && { owner }),
  state,
  risk,
  ...(endedGround !== null && { ended: endedGround }),
  lastActivity,
})

export class Lister {
  private readonly listing: Listing | undefined
  private readonly reading: ReadStore

  constructor(
    private readonly store: EventStore,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.reading = readingOf(store)
    const views = readingViews(store)
    const on = (projection: typeof conversationIndex) => views && new Projector(views, projection)
    const [index, queue] = [on(conversationIndex), on(reviewQueue)]
    this.listing = views && index && queue && new Listing(views, { index, queue }, false)
  }

  /** Whether the store has an index to list by. */
  async hasIndex(): Promise<boolean> {
    const registers = this.store.registers
    if (!registers || !this.store.views) return false
    const kept = await loadGenerations(registers, conversationIndex)
    return !isLeft(kept) && kept.right.inForce > 0
  }

  /** The conversations that fit: the latest first by the index, else by order of id. Errors: the store's. */
  async list(asked: Asked): Answer<Rows> {
    return this.listing && (await this.hasIndex()) ? this.byIndex(this.listing, asked) : this.byLogs(asked)
  }

  private async byIndex(listing: Listing, { cursor, limit, text, ...filter }: Asked): Answer<Rows> {
    const request = this.requestOf(filter)
    const rows: Row[] = []
    let after = cursor
    for (let lookedAt = 0; lookedAt < rowsLookedAtMax; ) {
      // Each page ends where the answer may end, for a cursor stands between pages.
      const size = text === undefined ? limit - rows.length : Math.min(rowsPerPage, limit - rows.length)
      const page = await listing.list({ ...request, limit: size, ...(after !== undefined && { after }) })
      if (isLeft(page)) return page
      lookedAt += page.right.conversations.length
      rows.push(...page.right.conversations.map(rowOf).filter((row) => contains(row, text)))
      after = page.right.next ?? undefined
      if (after === undefined || rows.length >= limit) break
    }
    return right({ conversations: rows, ...(after !== undefined && { cursor: after }) })
  }

  private requestOf({ owner, state, risk, endedWithinMs }: Omit<Asked, 'limit'>): ListRequest {
    return {
      ...(owner !== undefined && { owner }),
      ...(state !== undefined && { state }),
      ...(risk !== undefined && { risk }),
      ...(endedWithinMs !== undefined && { state: 'ended', from: new Date(this.nowMs() - endedWithinMs) }),
    }
  }

  private async byLogs({ cursor, limit, ...asked }: Asked): Answer<Rows> {
    const page = await this.reading.list({ limit: logsReadMax, ...(cursor !== undefined && { afterId: cursor }) })
    if (isLeft(page)) return page
    const rows: Row[] = []
    let last = cursor
    let events = 0
    for (const { conversationId, version } of page.right) {
      if (rows.length >= limit || events >= eventsReadMax) return this.broken(rows, last)
      events += version
      const row = await this.read(conversationId, version)
      if (this.fits(row, asked)) rows.push(row)
      last = conversationId
    }
    return page.right.length < logsReadMax ? right({ conversations: rows }) : this.broken(rows, last)
  }

  private broken(rows: readonly Row[], cursor: string | undefined): Either<StoreError, Rows> {
    return right({ conversations: rows, ...(cursor !== undefined && { cursor }) })
  }

  /** A log that does not replay still has its name. */
  private async read(conversationId: string, version: number): Promise<Row> {
    const built = await rebuild(this.reading, { conversationId })
    const conversation = isLeft(built) ? null : built.right.conversation
    if (!conversation) return { conversationId, version }
    const last = await this.reading.read({ conversationId, fromVersion: conversation.version, limit: 1 })
    const event = isLeft(last) || !last.right[0] ? undefined : decode(last.right[0])
    const ends = threadsOf(conversation).map(({ ended }) => ended)
    const latest = ends.reduce((a, b) => ((b?.version ?? 0) > (a?.version ?? 0) ? b : a), null)
    return {
      conversationId,
      version: conversation.version,
      ...(conversation.owner !== undefined && { owner: indexedOwner(conversation.owner) }),
      state: standingOf(conversation),
      risk: riskOf(conversation),
      ...(!ends.includes(null) && latest && { ended: latest.ground }),
      ...(event && !isLeft(event) && { lastActivity: event.right.recordedAt }),
    }
  }

  private fits(row: Row, { owner, state, risk, endedWithinMs, text }: Omit<Asked, 'limit' | 'cursor'>): boolean {
    const isLate =
      endedWithinMs === undefined ||
      (row.state === 'ended' && Date.parse(row.lastActivity ?? '') >= this.nowMs() - endedWithinMs)
    return (
      isLate &&
      (owner === undefined || row.owner === indexedOwner(owner)) &&
      (state === undefined || row.state === state) &&
      (risk === undefined || row.risk === risk) &&
      contains(row, text)
    )
  }
}
