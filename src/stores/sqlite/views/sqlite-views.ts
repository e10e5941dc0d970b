/**
 * Views over SQLite: a table each. Rows are looked up at once; what is written goes through the group commit, also the rows
 * of an append, in its own turn. It must never let a row outlive the append that brought it.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../../log/errors.js'
import { isStorable } from '../../../log/storable.js'
import {
  invalidLoad,
  invalidPage,
  invalidRows,
  invalidShape,
  newestRows,
  viewMissing,
} from '../../../log/view-check.js'
import type { FieldValue, PlacedRow, ViewRow, ViewShape, Views } from '../../../log/views.js'
import type { Driver, Statement } from '../driver.js'
import type { Write } from '../group-commit.js'
import { askForTable, dropTable, loadRows, makeTable, pageQuery, saveRow } from './view-sql.js'

/** What views need of the store that they are kept in. */
export interface ViewFile {
  readonly driver: Driver
  isClosed(): boolean
  look<A>(ids: readonly string[], none: A, query: () => A): Either<StoreError, A>
  write<A>(write: Write<A>): Promise<Either<StoreError, A>>
}

type Row = { readonly [column: string]: FieldValue }

/** Statements kept prepared: those of a few views, each asked in a few ways. */
const statementsMax = 256

function rowOf(shape: ViewShape, row: Row): ViewRow {
  const fields = Object.fromEntries(Object.keys(shape.fields).map((name) => [name, row[name] as FieldValue]))
  return { conversationId: row._conversation_id as string, version: row._version as number, fields }
}

const charactersOf = (rows: readonly ViewRow[]): number =>
  rows.reduce((sum, { conversationId, fields }) => sum + conversationId.length + JSON.stringify(fields).length, 0)

/** Whether a statement failed because its table is not there. */
const isMissing = (cause: unknown): boolean => cause instanceof Error && /no such table: view_/.test(cause.message)

/** The tables, as a transaction sees them. Its methods throw as the driver throws. */
export class ViewTables {
  private readonly prepared = new Map<string, Statement<Row>>()

  constructor(private readonly driver: Driver) {}

  /** The error for the first of these shapes whose view is not there. */
  missing(shapes: readonly ViewShape[]): StoreError | undefined {
    const lost = shapes.find((shape) => !this.isThere(shape))
    return lost && viewMissing(lost)
  }

  put(shape: ViewShape, { conversationId, version, fields }: ViewRow): void {
    const values = Object.keys(shape.fields).map((name) => fields[name] as FieldValue)
    this.statement(saveRow(shape)).run(conversationId, version, ...values)
  }

  place(placed: readonly PlacedRow[]): void {
    for (const { shape, row } of placed) this.put(shape, row)
  }

  statement(text: string): Statement<Row> {
    const known = this.prepared.get(text)
    if (known) return known
    if (this.prepared.size === statementsMax) this.prepared.clear()
    const statement = this.driver.prepare<Row>(text)
    this.prepared.set(text, statement)
    return statement
  }

  private isThere(shape: ViewShape): boolean {
    try {
      this.statement(askForTable(shape)).all()
      return true
    } catch (cause) {
      if (isMissing(cause)) return false
      throw cause
    }
  }
}

/** The port over these tables. */
export function sqliteViews(tables: ViewTables, { driver, isClosed, look, write }: ViewFile): Views {
  const change = (verb: string, characters: number, run: () => StoreError | undefined) =>
    write({
      verb,
      characters,
      run: () => {
        const refused = run()
        return refused ? left(refused) : right(undefined)
      },
    })
  const define = async (verb: string, shape: ViewShape, sql: (shape: ViewShape) => string) => {
    const invalid = isClosed() ? undefined : invalidShape(shape)
    return invalid ? left(invalid) : change(verb, 0, () => driver.exec(sql(shape)) as undefined)
  }
  // Asked first, so that a table that is missing is told from all else that fails.
  const ask = (shape: ViewShape, query: () => readonly Row[]): Either<StoreError, readonly ViewRow[]> => {
    const missing = look([], undefined, () => tables.missing([shape]))
    if (missing._tag === 'Left') return missing
    return missing.right ? left(missing.right) : look([], [], () => query().map((row) => rowOf(shape, row)))
  }
  return {
    make: (shape) => define('make the view', shape, makeTable),
    drop: (shape) => define('drop the view', shape, dropTable),
    save: async (shape, rows) => {
      const invalid = isClosed() ? undefined : invalidRows(shape, rows)
      if (invalid) return left(invalid)
      return change('save the rows', charactersOf(rows), () => {
        const missing = tables.missing([shape])
        if (!missing) for (const row of newestRows(rows)) tables.put(shape, row)
        return missing
      })
    },
    load: async (shape, conversationIds) => {
      const invalid = isClosed() ? undefined : invalidLoad(shape, conversationIds)
      if (invalid) return left(invalid)
      const ids = JSON.stringify(conversationIds.filter(isStorable))
      return ask(shape, () => tables.statement(loadRows(shape)).all(ids))
    },
    page: async (shape, page) => {
      const invalid = isClosed() ? undefined : invalidPage(shape, page)
      if (invalid) return left(invalid)
      const query = pageQuery(shape, page)
      return ask(shape, () => (query ? tables.statement(query.text).all(...query.values) : []))
    },
  }
}
