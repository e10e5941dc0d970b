/**
 * The conversations of a store, as the page lists them. By the index where the store has one in force, as it stands; else each
 * is read from its log, so many at a time. It must never make an index, nor bring one up to date: that would be writing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
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
import { lastEndOf } from './last-end.js'
import { type ReadStore, readingOf, readingViews } from './read-store.js'

export interface Asked {
  readonly owner?: string
  readonly state?: Lifecycle
  readonly risk?: 'flagged' | 'clear'
  /** Ended, the last thread no more than so many milliseconds before now; what came after an end does not count. */
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
  /** When that end was recorded; told only where it is asked how long ago that was. */
  readonly endedAt?: string
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
/** Pages of the index that it turns for it: a small one is as dear as a large one. */
const pagesTurnedMax = 100
/** Rows of the index whose ends are looked for in the logs before it is asked whether that was enough, and how many at once. */
const endsPerPage = 100
const endsAtOnce = 16
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

const withEnd = (row: Row, endedAt: string | undefined): Row => (endedAt === undefined ? row : { ...row, endedAt })

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

  private async byIndex(listing: Listing, { cursor, limit, text, endedWithinMs, ...filter }: Asked): Answer<Rows> {
    if (endedWithinMs !== undefined && (filter.state ?? 'ended') !== 'ended') return right({ conversations: [] })
    const request = this.requestOf({ ...filter, ...(endedWithinMs !== undefined && { endedWithinMs }) })
    const pageMax = endedWithinMs === undefined ? rowsPerPage : endsPerPage
    const rows: Row[] = []
    let after = cursor
    let events = 0
    let lookedAt = 0
    for (let turned = 0; turned < pagesTurnedMax; turned++) {
      if (lookedAt >= rowsLookedAtMax || events >= eventsReadMax) break
      // A store that answers at once would keep all other questions waiting.
      if (turned > 0) await nextTurn()
      // Each page ends where the answer may end, for a cursor stands between pages.
      const size = Math.min(pageMax, limit - rows.length)
      const page = await listing.list({ ...request, limit: size, ...(after !== undefined && { after }) })
      if (isLeft(page)) return page
      lookedAt += page.right.conversations.length
      const found = page.right.conversations.map(rowOf).filter((row) => contains(row, text))
      const ended =
        endedWithinMs === undefined ? right({ rows: found, events: 0 }) : await this.ends(found, endedWithinMs)
      if (isLeft(ended)) return ended
      rows.push(...ended.right.rows)
      events += ended.right.events
      after = page.right.next ?? undefined
      if (after === undefined || rows.length >= limit) break
    }
    return right({ conversations: rows, ...(after !== undefined && { cursor: after }) })
  }

  /** Of rows of conversations that have ended those whose end is late enough, with its time; and the events that this cost. */
  private async ends(all: readonly Row[], withinMs: number): Answer<{ readonly rows: Row[]; readonly events: number }> {
    const rows: Row[] = []
    let events = 0
    for (let at = 0; at < all.length; at += endsAtOnce) {
      const some = all.slice(at, at + endsAtOnce)
      const ends = await Promise.all(some.map((row) => lastEndOf(this.reading, row)))
      for (const [place, end] of ends.entries()) {
        if (isLeft(end)) return end
        events += end.right.eventsRead
        rows.push(withEnd(some[place] as Row, end.right.endedAt))
      }
    }
    return right({ rows: rows.filter((row) => this.isLate(row, withinMs)), events })
  }

  /** Where no end was found so far back, the last activity stands in for it: shown rather than hidden. */
  private isLate({ state, endedAt, lastActivity = '' }: Row, withinMs: number): boolean {
    return state === 'ended' && Date.parse(endedAt ?? lastActivity) >= this.nowMs() - withinMs
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
      const row = await this.read(conversationId, version, asked.endedWithinMs !== undefined)
      if (this.fits(row, asked)) rows.push(row)
      last = conversationId
    }
    return page.right.length < logsReadMax ? right({ conversations: rows }) : this.broken(rows, last)
  }

  private broken(rows: readonly Row[], cursor: string | undefined): Either<StoreError, Rows> {
    return right({ conversations: rows, ...(cursor !== undefined && { cursor }) })
  }

  /** A log that does not replay still has its name. */
  private async read(conversationId: string, version: number, isEndAsked: boolean): Promise<Row> {
    const built = await rebuild(this.reading, { conversationId })
    const conversation = isLeft(built) ? null : built.right.conversation
    if (!conversation) return { conversationId, version }
    const timeAt = (version: number) => this.timeAt(conversationId, version)
    const lastActivity = await timeAt(conversation.version)
    const ends = threadsOf(conversation).map(({ ended }) => ended)
    const latest = ends.reduce((a, b) => ((b?.version ?? 0) > (a?.version ?? 0) ? b : a), null)
    const end = ends.includes(null) ? null : latest
    const row = {
      conversationId,
      version: conversation.version,
      ...(conversation.owner !== undefined && { owner: indexedOwner(conversation.owner) }),
      state: standingOf(conversation),
      risk: riskOf(conversation),
      ...(end && { ended: end.ground }),
      ...(lastActivity !== undefined && { lastActivity }),
    }
    return end && isEndAsked ? withEnd(row, await timeAt(end.version)) : row
  }

  private async timeAt(conversationId: string, version: number): Promise<string | undefined> {
    const page = await this.reading.read({ conversationId, fromVersion: version, limit: 1 })
    const event = isLeft(page) || !page.right[0] ? undefined : decode(page.right[0])
    return event && !isLeft(event) ? event.right.recordedAt : undefined
  }

  private fits(row: Row, { owner, state, risk, endedWithinMs, text }: Omit<Asked, 'limit' | 'cursor'>): boolean {
    return (
      (endedWithinMs === undefined || this.isLate(row, endedWithinMs)) &&
      (owner === undefined || row.owner === indexedOwner(owner)) &&
      (state === undefined || row.state === state) &&
      (risk === undefined || row.risk === risk) &&
      contains(row, text)
    )
  }
}
