/**
 * Views in memory: the port over maps, to be read first. Every page is a walk over all rows; it must never be quicker than
 * right. It copies what it takes and what it gives.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import { compareIds } from '../../log/storable.js'
import {
  invalidLoad,
  invalidPage,
  invalidRows,
  invalidShape,
  isEmptyPage,
  rowsOnPage,
  viewKey,
  viewMissing,
} from '../../log/view-check.js'
import type { PlacedRow, ViewPage, ViewRow, ViewShape, Views } from '../../log/views.js'

type Rows = Map<string, ViewRow>
type Answer<A> = Either<StoreError, A>

const copyOf = ({ conversationId, version, fields }: ViewRow): ViewRow => ({
  conversationId,
  version,
  fields: { ...fields },
})

function keep(rows: Rows, row: ViewRow): void {
  if (row.version > (rows.get(row.conversationId)?.version ?? 0)) rows.set(row.conversationId, copyOf(row))
}

/** A row as the place it has in an order. */
type Place = readonly [value: number, conversationId: string]

const compare = ([a, idA]: Place, [b, idB]: Place): number => a - b || compareIds(idA, idB)

function onPage(rows: Rows, page: ViewPage): readonly ViewRow[] {
  const { where = {}, orderBy, from = -Infinity, to = Infinity, after } = page
  const isAsked = ({ fields }: ViewRow) => Object.entries(where).every(([name, value]) => fields[name] === value)
  const turn = page.descending ? -1 : 1
  const placed = [...rows.values()].filter(isAsked).flatMap((row) => {
    const value = row.fields[orderBy]
    if (typeof value !== 'number' || value < from || value > to) return []
    const place: Place = [value, row.conversationId]
    return after && compare(place, [after.value, after.conversationId]) * turn <= 0 ? [] : [{ row, place }]
  })
  const sorted = placed.sort((a, b) => compare(a.place, b.place) * turn)
  return sorted.slice(0, rowsOnPage(page.limit)).map(({ row }) => copyOf(row))
}

export class MemoryViews {
  private readonly views = new Map<string, Rows>()

  /** The error for the first of these rows whose view is not there. */
  missing(placed: readonly PlacedRow[]): StoreError | undefined {
    const lost = placed.find(({ shape }) => !this.views.has(viewKey(shape)))
    return lost && viewMissing(lost.shape)
  }

  /** Keeps rows whose views are there. */
  place(placed: readonly PlacedRow[]): void {
    for (const { shape, row } of placed) keep(this.views.get(viewKey(shape)) as Rows, row)
  }

  make(shape: ViewShape): Answer<void> {
    const invalid = invalidShape(shape)
    if (invalid) return left(invalid)
    if (!this.views.has(viewKey(shape))) this.views.set(viewKey(shape), new Map())
    return right(undefined)
  }

  save(shape: ViewShape, rows: readonly ViewRow[]): Answer<void> {
    return this.withRows(shape, invalidRows(shape, rows), (kept) => {
      for (const row of rows) keep(kept, row)
    })
  }

  load(shape: ViewShape, conversationIds: readonly string[]): Answer<readonly ViewRow[]> {
    return this.withRows(shape, invalidLoad(shape, conversationIds), (kept) =>
      [...new Set(conversationIds)].flatMap((id) => kept.get(id) ?? []).map(copyOf),
    )
  }

  page(shape: ViewShape, page: ViewPage): Answer<readonly ViewRow[]> {
    return this.withRows(shape, invalidPage(shape, page), (kept) => (isEmptyPage(page) ? [] : onPage(kept, page)))
  }

  drop(shape: ViewShape): Answer<void> {
    const invalid = invalidShape(shape)
    if (invalid) return left(invalid)
    this.views.delete(viewKey(shape))
    return right(undefined)
  }

  private withRows<A>(shape: ViewShape, invalid: StoreError | undefined, work: (kept: Rows) => A): Answer<A> {
    if (invalid) return left(invalid)
    const kept = this.views.get(viewKey(shape))
    return kept ? right(work(kept)) : left(viewMissing(shape))
  }
}

type Guard = <Q, A>(work: (question: Q) => Answer<A>) => (question: Q) => Promise<Answer<A>>

/** The port over these views; `guard` answers in their place where the store is closed. */
export function portOf(views: MemoryViews, guard: Guard): Views {
  const make = guard((shape: ViewShape) => views.make(shape))
  const save = guard(([shape, rows]: Parameters<Views['save']>) => views.save(shape, rows))
  const load = guard(([shape, ids]: Parameters<Views['load']>) => views.load(shape, ids))
  const page = guard(([shape, asked]: Parameters<Views['page']>) => views.page(shape, asked))
  const drop = guard((shape: ViewShape) => views.drop(shape))
  return {
    make,
    save: (...asked) => save(asked),
    load: (...asked) => load(asked),
    page: (...asked) => page(asked),
    drop,
  }
}
