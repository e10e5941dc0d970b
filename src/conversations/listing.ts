/**
 * What operators ask across conversations: which there are, and which want a look. Rows are caught up before they are read,
 * so that what was appended without them is listed all the same.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Ground } from '#machines/events.js'
import type { Lifecycle, Risk } from '../lifecycle/thread-state.js'
import { type StoreError, storeError } from '../log/errors.js'
import type { Projector } from '../log/projection/projector.js'
import type { ViewStore } from '../log/projection/view-in-force.js'
import type { FieldValue, ViewPage, ViewRow } from '../log/views.js'
import { indexedOwner } from './listing/conversation-index.js'
import { cursorAfter, placeOf } from './listing/cursor.js'
import { type ReviewReason, reasonFields } from './listing/review-queue.js'

type Answer<A> = Promise<Either<StoreError, A>>

export interface Paging {
  /** `next` of the page before: the rows that follow it, whatever came or went meanwhile. */
  readonly after?: string
  /** 1 to 1,000; 50. */
  readonly limit?: number
}

export interface ListRequest extends Paging {
  /** `null` asks for conversations without one. */
  readonly owner?: string | null
  /** `ended` where every thread has ended; else the gravest lifecycle of a thread. */
  readonly state?: Lifecycle
  readonly risk?: Risk
  /** The ground of the last end, where every thread has ended. */
  readonly endedGround?: Ground
  /** Default `lastActivity`. */
  readonly orderBy?: 'lastActivity' | 'openedAt'
  /** Default true: the latest first. */
  readonly descending?: boolean
  /** Bounds on the time that is sorted by, both included. */
  readonly from?: Date | string
  readonly to?: Date | string
}

export interface ListedConversation {
  readonly conversationId: string
  /** Of the last event that this row takes in. */
  readonly version: number
  /** One that a view cannot hold shows as its digest, see `indexedOwner`. */
  readonly owner: string | null
  readonly state: Lifecycle
  readonly risk: Risk
  readonly endedGround: Ground | null
  readonly threads: number
  /** As `recordedAt` of the first event, and of the last. */
  readonly openedAt: string
  readonly lastActivity: string
}

export interface ListPage {
  readonly conversations: readonly ListedConversation[]
  /** For the next page; `null` where this one is the last. */
  readonly next: string | null
}

export interface ReviewRequest extends Paging {
  /** Default: any. */
  readonly reason?: ReviewReason
}

export interface ReviewEntry {
  readonly conversationId: string
  /** Of the last event that this row takes in. */
  readonly version: number
  /** Why; the latest first. `version` is that of the event: how it stood then is shown by `colloquy show --at`. */
  readonly reasons: readonly { readonly reason: ReviewReason; readonly since: string; readonly version: number }[]
}

export interface ReviewPage {
  readonly entries: readonly ReviewEntry[]
  readonly next: string | null
}

const rowsByDefault = 50
/** Pages of the feed that a question waits for, once the first one has waited for all. */
const pagesToCatchUp = 4

const sortFields = { lastActivity: 'last_activity', openedAt: 'opened_at' } as const

const timeOf = (instant: FieldValue | undefined): string => new Date(instant as number).toISOString()

function listed({ conversationId, version, fields }: ViewRow): ListedConversation {
  const { owner, state, risk, ended_ground, threads, opened_at, last_activity } = fields
  return {
    conversationId,
    version,
    owner: owner as string | null,
    state: state as Lifecycle,
    risk: (risk ?? 'clear') as Risk,
    endedGround: ended_ground as Ground | null,
    threads: threads as number,
    openedAt: timeOf(opened_at),
    lastActivity: timeOf(last_activity),
  }
}

function entryOf({ conversationId, version, fields }: ViewRow): ReviewEntry {
  const reasons = (Object.keys(reasonFields) as ReviewReason[]).flatMap((reason) => {
    const [since, at] = reasonFields[reason]
    return fields[since] === null ? [] : [{ reason, since: timeOf(fields[since]), version: fields[at] as number }]
  })
  return { conversationId, version, reasons: reasons.sort((a, b) => b.version - a.version) }
}

/** The equalities that a request asks for, in the fields of the index. */
function whereOf({ owner, state, risk, endedGround }: ListRequest): NonNullable<ViewPage['where']> {
  return {
    ...(owner !== undefined && { owner: typeof owner === 'string' ? indexedOwner(owner) : owner }),
    // A ground says that all has ended, and has fewer rows in its index.
    ...(state !== undefined && !(state === 'ended' && endedGround !== undefined) && { state }),
    ...(risk !== undefined && { risk: risk === 'clear' ? null : risk }),
    ...(endedGround !== undefined && { ended_ground: endedGround }),
  }
}

const cannotBe = (what: string) => left(storeError('invalid-append', `this question cannot be: ${what}`))

export class Listing {
  private readonly caughtUp = new Map<Projector, Answer<unknown>>()

  constructor(
    private readonly store: ViewStore,
    private readonly projectors: { readonly index: Projector; readonly queue: Projector },
    /** `false` where nothing may be written: rows are then answered as they are. */
    private readonly mayCatchUp = true,
  ) {}

  async list(request: ListRequest): Answer<ListPage> {
    const { orderBy: by = 'lastActivity', descending = true, from, to } = request
    if (!Object.hasOwn(sortFields, by)) return cannotBe(`it sorts by ${JSON.stringify(by)}`)
    const page = {
      where: whereOf(request),
      orderBy: sortFields[by],
      descending,
      ...(from !== undefined && { from: new Date(from).getTime() }),
      ...(to !== undefined && { to: new Date(to).getTime() }),
    }
    const rows = await this.pageOf(this.projectors.index, page, request)
    return isLeft(rows) ? rows : right({ conversations: rows.right.rows.map(listed), next: rows.right.next })
  }

  async reviewQueue(request: ReviewRequest): Answer<ReviewPage> {
    const { reason } = request
    if (reason !== undefined && !Object.hasOwn(reasonFields, reason)) {
      return cannotBe(`it asks for the reason ${JSON.stringify(reason)}`)
    }
    const orderBy = reason === undefined ? 'since' : reasonFields[reason][0]
    const rows = await this.pageOf(this.projectors.queue, { orderBy, descending: true }, request)
    return isLeft(rows) ? rows : right({ entries: rows.right.rows.map(entryOf), next: rows.right.next })
  }

  private async pageOf(
    projector: Projector,
    asked: ViewPage,
    { after, limit = rowsByDefault }: Paging,
  ): Answer<{ readonly rows: readonly ViewRow[]; readonly next: string | null }> {
    const order = `${projector.projection.name} ${asked.orderBy} ${asked.descending ? 'down' : 'up'}`
    const place = after === undefined ? undefined : placeOf(order, after)
    if (after !== undefined && place === undefined) return cannotBe('it goes on from a page of another list')
    const caughtUp = this.mayCatchUp ? await this.catchUp(projector) : right(0)
    if (isLeft(caughtUp)) return caughtUp
    const page = { ...asked, limit, ...(place && { after: place }) }
    const rows = await projector.withView((shape) => this.store.views.page(shape, page))
    if (isLeft(rows)) return rows
    const last = rows.right.length >= Math.floor(limit) ? rows.right.at(-1) : undefined
    const { orderBy } = asked
    const next = last
      ? cursorAfter(order, { value: last.fields[orderBy] as number, conversationId: last.conversationId })
      : null
    return right({ rows: rows.right, next })
  }

  // Whoever is first waits for everything; later only what came without rows is missing, and that comes page by page.
  private async catchUp(projector: Projector): Answer<unknown> {
    const first = this.caughtUp.get(projector)
    if (first) {
      const done = await first
      return isLeft(done) ? done : projector.catchUp({ pagesMax: pagesToCatchUp })
    }
    const begun = projector.catchUp()
    this.caughtUp.set(projector, begun)
    const done = await begun
    if (isLeft(done)) this.caughtUp.delete(projector)
    return done
  }
}
