/** Views over PostgreSQL: a table each, and each question one statement, hence one transaction. */
import { type Either, isRight, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../../log/errors.js'
import { isStorable } from '../../../log/storable.js'
import {
  invalidLoad,
  invalidPage,
  invalidRows,
  invalidShape,
  newestRows,
  viewMissing,
} from '../../../log/view-check.js'
import type { FieldValue, ViewRow, ViewShape, Views } from '../../../log/views.js'
import type { Question } from '../connection.js'
import { failure, type Refusal, stateOf, writeFailure } from '../failure.js'
import { dropTable, loadRows, makeTable, pageQuestion, saveRows } from './view-questions.js'

/** What views need of the store that they are kept in. */
export interface ViewSchema {
  isClosed(): boolean
  /** Asks, again where others were in the way. */
  ask(question: Question): Promise<Either<Refusal, { readonly rows: readonly unknown[] }>>
}

const undefinedTable = '42P01'

/** Whether a statement failed because a table is not there. */
export const isMissing = ({ cause }: Refusal): boolean => stateOf(cause) === undefinedTable

type Row = { readonly [column: string]: FieldValue }

function rowOf(shape: ViewShape, row: Row): ViewRow {
  const fields = Object.fromEntries(Object.keys(shape.fields).map((name) => [name, row[name] as FieldValue]))
  return { conversationId: row._conversation_id as string, version: row._version as number, fields }
}

export function postgresViews({ isClosed, ask }: ViewSchema): Views {
  type Answer<A> = Promise<Either<StoreError, A>>
  const refusedBy = (shape: ViewShape, refusal: Refusal, error: StoreError) =>
    left(isMissing(refusal) ? viewMissing(shape) : error)
  const unless = async <A>(check: () => StoreError | undefined, work: () => Answer<A>): Answer<A> => {
    if (isClosed()) return left(storeError('closed', 'the store was closed'))
    const invalid = check()
    return invalid ? left(invalid) : work()
  }
  const change = async (shape: ViewShape, verb: string, question: Question): Answer<void> => {
    const told = await ask(question)
    if (isRight(told)) return right(undefined)
    const error = writeFailure(verb, told.left)
    // Whether it was done makes no difference: done again, it does nothing.
    const again = error.code === 'unknown-outcome' ? failure(`could not ${verb}`, told.left) : error
    return refusedBy(shape, told.left, again)
  }
  const look = async (shape: ViewShape, question: Question): Answer<readonly ViewRow[]> => {
    const told = await ask(question)
    if (isRight(told)) return right(told.right.rows.map((row) => rowOf(shape, row as Row)))
    return refusedBy(shape, told.left, failure('could not read', told.left))
  }
  return {
    make: (shape) =>
      unless(
        () => invalidShape(shape),
        () => change(shape, 'make the view', makeTable(shape)),
      ),
    drop: (shape) =>
      unless(
        () => invalidShape(shape),
        () => change(shape, 'drop the view', dropTable(shape)),
      ),
    save: (shape, rows) =>
      unless(
        () => invalidRows(shape, rows),
        () => change(shape, 'save the rows', saveRows(shape, newestRows(rows))),
      ),
    load: (shape, ids) =>
      unless(
        () => invalidLoad(shape, ids),
        () => look(shape, loadRows(shape, ids.filter(isStorable))),
      ),
    // Where there can be no rows it is asked all the same, whether there is such a view.
    page: (shape, page) =>
      unless(
        () => invalidPage(shape, page),
        () => look(shape, pageQuestion(shape, page) ?? loadRows(shape, [])),
      ),
  }
}
