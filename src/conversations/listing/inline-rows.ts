/**
 * Rows that go with the event they take in, in one transaction. Each is kept in mind beside its conversation, so that an
 * append reads nothing more. What goes wrong here is told, and the event is appended without its row, which is then caught
 * up from the log: an index must never keep anybody from speaking.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import QuickLRU from 'quick-lru'
import type { Conversation } from '../../conversation/state.js'
import type { StoreError } from '../../log/errors.js'
import type { Projector } from '../../log/projection/projector.js'
import type { ViewStore } from '../../log/projection/view-in-force.js'
import { bringUpToDate, nextRow } from '../../log/projection.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import { invalidRows, viewKey, viewMissing } from '../../log/view-check.js'
import type { PlacedRow, ViewRow, ViewShape } from '../../log/views.js'

type Answer<A> = Promise<Either<StoreError, A>>

/**
 * How many appends there are between two looks at the feed, each at most so many pages: so what came without rows is found
 * before anybody asks, and whoever asks first in another process need not read all that was ever written.
 */
const appendsBetweenCatchUps = 1_000
const pagesPerCatchUp = 4
/** How many appends go without rows before it is looked again whether there is a view by now. */
const appendsBetweenLooks = 256

interface Known {
  readonly shape: ViewShape
  readonly row: ViewRow | null
}

export class InlineRows {
  private readonly rows: QuickLRU<string, readonly PlacedRow[]>
  private readonly waiting = new Map<Projector, number>()
  private readonly beginnings = new Map<Projector, Answer<unknown>>()
  /** Views that the store says are not there, though a register names them. */
  private readonly lost = new Set<string>()
  private appends = 0
  private isCatchingUp = false

  constructor(
    private readonly store: ViewStore,
    private readonly projectors: readonly Projector[],
    private readonly options: { readonly cacheMax: number; readonly onError: (error: StoreError) => void },
  ) {
    this.rows = new QuickLRU({ maxSize: options.cacheMax })
  }

  /** The rows that take in an event: the conversation being as it is just after it. */
  async after(event: RecordedEvent, conversation: Conversation): Promise<readonly PlacedRow[]> {
    const placed: PlacedRow[] = []
    for (const projector of this.projectors) {
      const known = await this.before(projector, event)
      const row = isLeft(known) ? known : this.next(projector, known.right, event, conversation)
      if (isLeft(row)) this.options.onError(row.left)
      else if (row.right) placed.push(row.right)
    }
    return placed
  }

  /** Keeps in mind what was stored. */
  keep(conversationId: string, placed: readonly PlacedRow[]): void {
    this.rows.set(conversationId, placed)
    this.appends += 1
    if (this.appends % appendsBetweenCatchUps === 0 && !this.isCatchingUp) void this.catchUp()
  }

  /** The store has no view for one of these: another generation is in force, or the view was lost. */
  async refused(placed: readonly PlacedRow[]): Promise<void> {
    for (const projector of this.projectors) projector.forget()
    for (const { shape } of placed) {
      const there = await this.store.views.load(shape, [])
      if (isLeft(there) && there.left.code === 'view-missing') this.lost.add(viewKey(shape))
    }
  }

  private async catchUp(): Promise<void> {
    this.isCatchingUp = true
    for (const projector of this.projectors.filter(({ isKnown }) => isKnown)) {
      const caughtUp = await projector.catchUp({ pagesMax: pagesPerCatchUp })
      if (isLeft(caughtUp) && caughtUp.left.code !== 'closed') this.options.onError(caughtUp.left)
    }
    this.isCatchingUp = false
  }

  private next(
    { projection }: Projector,
    known: Known | null,
    event: RecordedEvent,
    conversation: Conversation,
  ): Either<StoreError, PlacedRow | null> {
    // Elsewhere the conversation has gone on already; this append will be refused.
    if (known === null || (known.row?.version ?? 0) !== event.version - 1) return right(null)
    const { shape } = known
    const row = nextRow(projection, known.row, event, conversation)
    const invalid = invalidRows(shape, [row])
    return invalid ? { _tag: 'Left', left: invalid } : right({ shape, row })
  }

  /** The row just before an event, and its view; `null` where there is no view. */
  private async before(projector: Projector, event: RecordedEvent): Answer<Known | null> {
    const shape = await this.inForce(projector)
    if (isLeft(shape)) return shape
    if (shape.right === null) return right(null)
    if (this.lost.has(viewKey(shape.right))) return { _tag: 'Left', left: viewMissing(shape.right) }
    if (event.version === 1) return right({ shape: shape.right, row: null })
    const inMind = this.rows.get(event.conversationId)?.find((placed) => placed.shape === shape.right)
    return inMind?.row.version === event.version - 1 ? right(inMind) : this.load(projector, event)
  }

  private load(projector: Projector, { conversationId, version }: RecordedEvent): Answer<Known> {
    return projector.withView(async (shape) => {
      const loaded = await this.store.views.load(shape, [conversationId])
      if (isLeft(loaded)) return loaded
      const kept = loaded.right[0] ?? null
      if ((kept?.version ?? 0) >= version - 1) return right({ shape, row: kept })
      const range = { conversationId, kept, toVersion: version - 1 }
      const built = await bringUpToDate(this.store, projector.projection, range)
      return isLeft(built) ? built : right({ shape, row: built.right.row })
    })
  }

  /** The view in force. In an empty store it is made at once; in another it waits for whoever asks for it first. */
  private async inForce(projector: Projector): Answer<ViewShape | null> {
    const patience = this.waiting.get(projector) ?? 0
    if (patience > 0 && !projector.isKnown) {
      this.waiting.set(projector, patience - 1)
      return right(null)
    }
    const shape = await projector.inForce()
    if (isLeft(shape) || shape.right !== null) return shape
    const begun = this.beginnings.get(projector) ?? this.begin(projector)
    this.beginnings.set(projector, begun)
    const answer = await begun
    this.beginnings.delete(projector)
    const made = isLeft(answer) ? answer : await projector.inForce()
    // As where the database lets this role make no table: it is told now and then, and not with every append.
    if (isLeft(made) || made.right === null) this.waiting.set(projector, appendsBetweenLooks)
    return made
  }

  private async begin(projector: Projector): Answer<unknown> {
    const listed = await this.store.list({ limit: 1 })
    return isLeft(listed) || listed.right.length > 0 ? listed : projector.catchUp({ pagesMax: 0 })
  }
}
