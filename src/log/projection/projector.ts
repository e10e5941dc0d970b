/**
 * Keeps a projection's rows: brings those up to date that events came for, whoever wrote them, as often and in whatever
 * order it is told. The log is the truth; a row that is there already, or is newer, is left as it is.
 */

import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import QuickLRU from 'quick-lru'
import type { Backlog } from '../backlog.js'
import { decode } from '../codec.js'
import { type StoreError, storeError } from '../errors.js'
import { bringUpToDate, type Projection, shapeOf, type Touched } from '../projection.js'
import type { Stream } from '../rebuild.js'
import { invalidRows, viewMissing } from '../view-check.js'
import { rowsPerPageMax, type ViewRow, type ViewShape } from '../views.js'
import { sideBySide } from './side-by-side.js'
import { loadGenerations, loadTakenIn, saveTakenIn, type ViewStore } from './view-in-force.js'
import { type RebuildHooks, rebuildView } from './view-rebuild.js'

type Answer<A> = Promise<Either<StoreError, A>>

export interface ProjectorOptions {
  /** Hears of conversations whose log cannot be read, or whose row cannot be kept: it stays as it was, and the others go on. */
  readonly onError?: (error: StoreError) => void
  /** Conversations kept in memory between events, so that a long log is not read again for each; 256. */
  readonly cacheMax?: number
}

export interface CatchUp {
  readonly signal?: AbortSignal
  /** Stops after so many pages of the feed; by default at its end. */
  readonly pagesMax?: number
}

/** Events of one page of the feed, see `eventsPerReadMax`; and most that `lag` looks at. */
const eventsPerPage = 1_000
/** Conversations whose logs are read at once. */
const readersMax = 8
/** How often a question is asked again when another generation came into force meanwhile. */
const attemptsMax = 4

const isUnreadable = ({ code }: StoreError): boolean => code === 'corrupt-event' || code === 'unknown-event'

/** The last version of each conversation. */
function lastVersions(touched: readonly Touched[]): Map<string, number> {
  const last = new Map<string, number>()
  for (const { conversationId, version } of touched) {
    last.set(conversationId, Math.max(version, last.get(conversationId) ?? 0))
  }
  return last
}

export class Projector {
  private readonly known: QuickLRU<string, Stream>
  private readonly onError: (error: StoreError) => void
  private generation: number | undefined

  constructor(
    private readonly store: ViewStore,
    readonly projection: Projection,
    { onError = () => {}, cacheMax = 256 }: ProjectorOptions = {},
  ) {
    this.onError = onError
    this.known = new QuickLRU({ maxSize: cacheMax })
  }

  /** The view in force, or `null` while there is none: `catchUp` makes it. Remembered until `forget`. */
  async inForce(): Answer<ViewShape | null> {
    if (this.generation === undefined) {
      const kept = await loadGenerations(this.store.registers, this.projection)
      if (isLeft(kept)) return kept
      if (kept.right.inForce > 0) this.generation = kept.right.inForce
    }
    return right(this.generation === undefined ? null : shapeOf(this.projection, this.generation))
  }

  /** Whether `inForce` need not look. */
  get isKnown(): boolean {
    return this.generation !== undefined
  }

  /** Has `inForce` look again: another generation may have come into force. */
  forget(): void {
    this.generation = undefined
  }

  /** Asks something of the view in force, and again where another came into force meanwhile. */
  async withView<A>(ask: (shape: ViewShape) => Answer<A>): Answer<A> {
    for (let attempt = 1; ; attempt++) {
      const shape = await this.inForce()
      if (isLeft(shape)) return shape
      if (shape.right === null) return left(viewMissing(shapeOf(this.projection, 1)))
      const answer = await ask(shape.right)
      if (!isLeft(answer) || answer.left.code !== 'view-missing' || attempt === attemptsMax) return answer
      this.forget()
    }
  }

  /**
   * Brings the rows of these conversations up to date. Can serve as the handler of a subscription: events may come twice, and
   * in any order. Errors: the store's; `view-missing` before the first `catchUp` or `rebuild`.
   * @returns how many rows were behind.
   */
  async project(touched: readonly Touched[]): Answer<number> {
    const last = [...lastVersions(touched)].map(([conversationId, version]) => ({ conversationId, version }))
    let behind = 0
    for (let begin = 0; begin < last.length; begin += rowsPerPageMax) {
      const page = last.slice(begin, begin + rowsPerPageMax)
      const projected = await this.withView((shape) => this.projectInto(shape, page))
      if (isLeft(projected)) return projected
      behind += projected.right
    }
    return right(behind)
  }

  /** As `project`, in a given generation's view, at most `rowsPerPageMax` conversations. */
  async projectInto(shape: ViewShape, page: readonly Touched[]): Answer<number> {
    const behind = await this.behind(shape, page)
    if (isLeft(behind) || behind.right.length === 0) return isLeft(behind) ? behind : right(0)
    const built = await sideBySide(behind.right, readersMax, (one) => this.build(one.conversationId, one.kept))
    const rows: ViewRow[] = []
    for (const row of built) {
      if (isLeft(row)) return row
      if (row.right) rows.push(row.right)
    }
    const saved = await this.store.views.save(shape, rows)
    return isLeft(saved) ? saved : right(rows.length)
  }

  /**
   * Takes in the next page of the feed, and notes how far it came, for whoever goes on from there.
   * @returns how many events the page had; 0 at the feed's end.
   */
  async projectOnce(): Answer<number> {
    const { registers } = this.store
    const shape = await this.inForce()
    if (isLeft(shape)) return shape
    if (shape.right === null) return left(viewMissing(shapeOf(this.projection, 1)))
    const generation = this.generation as number
    const takenIn = await loadTakenIn(registers, this.projection, generation)
    if (isLeft(takenIn)) return takenIn
    const page = await this.store.readAll({ afterPosition: takenIn.right.position, limit: eventsPerPage })
    if (isLeft(page)) return page
    const position = page.right.at(-1)?.position
    if (position === undefined) return right(0)
    const projected = await this.project(page.right)
    if (isLeft(projected)) return projected
    const { revision } = takenIn.right
    const saved = await saveTakenIn(registers, this.projection, generation, { position, revision })
    return isLeft(saved) ? saved : right(page.right.length)
  }

  /**
   * Makes the view where there is none, and takes in the feed from where it was left, up to its end. Several processes can
   * do so at once: they share what is done.
   * @returns how many events were read; most of them need nothing where rows come with their events.
   */
  async catchUp({ signal, pagesMax = Number.POSITIVE_INFINITY }: CatchUp = {}): Answer<number> {
    const settled = await this.settle(signal)
    if (isLeft(settled)) return settled
    let events = 0
    for (let pages = 0; pages < pagesMax && !signal?.aborted; pages++) {
      const page = await this.projectOnce()
      if (isLeft(page)) return page
      events += page.right
      if (page.right < eventsPerPage) break
    }
    return right(events)
  }

  /** How far the rows are behind the log. Looks at a page of the feed at most; counts only what rows do not take in yet. */
  async lag(): Answer<Backlog> {
    return this.withView(async (shape) => {
      const takenIn = await loadTakenIn(this.store.registers, this.projection, this.generation as number)
      if (isLeft(takenIn)) return takenIn
      const page = await this.store.readAll({ afterPosition: takenIn.right.position, limit: eventsPerPage })
      if (isLeft(page)) return page
      const behind = await this.behind(shape, page.right)
      if (isLeft(behind)) return behind
      const kept = new Map(behind.right.map((one) => [one.conversationId, one.kept?.version ?? 0]))
      const waiting = page.right.filter(
        ({ conversationId, version }) => version > (kept.get(conversationId) ?? version),
      )
      const oldest = waiting[0] && decode(waiting[0])
      return right({
        behind: waiting.length,
        isMore: page.right.length === eventsPerPage,
        oldestRecordedAt: oldest && !isLeft(oldest) ? oldest.right.recordedAt : null,
      })
    })
  }

  /**
   * Makes all rows anew from the log, beside those in force, and puts the new ones in force; see `view-rebuild.ts`. Where a
   * rebuild is under way already, or was left half-way, it goes on with that one.
   */
  async rebuild(hooks: RebuildHooks = {}): Answer<void> {
    const kept = await loadGenerations(this.store.registers, this.projection)
    if (isLeft(kept)) return kept
    const rebuilt = await rebuildView(this.store, this, { hooks, generationMin: kept.right.inForce + 1 })
    this.forget()
    if (isLeft(rebuilt)) return rebuilt
    const { signal } = hooks
    const caughtUp = await this.catchUp(signal ? { signal } : {})
    return isLeft(caughtUp) ? caughtUp : right(undefined)
  }

  // What was never made is made; a switch that was left half-way is completed.
  private async settle(signal: AbortSignal | undefined): Answer<void> {
    const kept = await loadGenerations(this.store.registers, this.projection)
    if (isLeft(kept)) return kept
    const { inForce, retiring } = kept.right
    if (inForce > 0 && retiring === 0) return right(undefined)
    this.forget()
    return rebuildView(this.store, this, { generationMin: 1, ...(signal && { hooks: { signal } }) })
  }

  private async behind(
    shape: ViewShape,
    page: readonly Touched[],
  ): Answer<readonly { readonly conversationId: string; readonly kept: ViewRow | null }[]> {
    const last = lastVersions(page)
    const loaded = await this.store.views.load(shape, [...last.keys()])
    if (isLeft(loaded)) return loaded
    const rows = new Map(loaded.right.map((row) => [row.conversationId, row]))
    return right(
      [...last].flatMap(([conversationId, version]) => {
        const kept = rows.get(conversationId) ?? null
        return (kept?.version ?? 0) < version ? [{ conversationId, kept }] : []
      }),
    )
  }

  private async build(conversationId: string, kept: ViewRow | null): Answer<ViewRow | null> {
    const from = this.known.get(conversationId)
    const built = await bringUpToDate(this.store, this.projection, { conversationId, kept, from })
    if (isLeft(built)) {
      if (!isUnreadable(built.left)) return built
      this.onError(built.left)
      return right(null)
    }
    this.known.set(conversationId, built.right.stream)
    const { row } = built.right
    const invalid = row && invalidRows(shapeOf(this.projection, 1), [row])
    if (invalid) this.onError(invalid)
    return right(invalid ? null : row)
  }
}

/** For stores that cannot keep projections. */
export const noViews: StoreError = storeError(
  'unavailable',
  'this store keeps no views: it has no views, or no registers',
)
