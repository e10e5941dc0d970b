/**
 * The SQL of a view's table, made of its shape. Names come from shapes that were checked, so they are letters, digits and
 * `_`; values never become SQL. Our own columns begin with `_`, as no field can.
 */
import { isEmptyPage, rowsOnPage, viewKey } from '../../../log/view-check.js'
import type { FieldValue, ViewPage, ViewShape } from '../../../log/views.js'
import type { SqlValue } from '../driver.js'

export interface Query {
  readonly text: string
  readonly values: readonly SqlValue[]
}

const quoted = (name: string): string => `"${name}"`
const tableOf = (shape: ViewShape): string => `view_${viewKey(shape)}`
const fieldsOf = ({ fields }: ViewShape): readonly string[] => Object.keys(fields)

/** Rows lie by conversation; in an index, those that have all of its fields, by its fields and then by conversation. */
export function makeTable(shape: ViewShape): string {
  const columns = Object.entries(shape.fields).map(([name, type]) => `${quoted(name)} ${type.toUpperCase()}`)
  const own = ['_conversation_id TEXT PRIMARY KEY', '_version INTEGER NOT NULL']
  const table = `CREATE TABLE IF NOT EXISTS ${tableOf(shape)} (${[...own, ...columns].join(', ')}) STRICT, WITHOUT ROWID`
  const indexes = shape.indexes.map((index, at) => {
    const isThere = index.map((name) => `${quoted(name)} IS NOT NULL`).join(' AND ')
    const name = `${tableOf(shape)}_${at + 1}`
    return `CREATE INDEX IF NOT EXISTS ${name} ON ${tableOf(shape)} (${index.map(quoted).join(', ')}, _conversation_id)
      WHERE ${isThere}`
  })
  return [table, ...indexes].join(';\n')
}

export const dropTable = (shape: ViewShape): string => `DROP TABLE IF EXISTS ${tableOf(shape)}`

/** Reads nothing, and fails where there is no such table. */
export const askForTable = (shape: ViewShape): string => `SELECT 1 FROM ${tableOf(shape)} WHERE false`

/** One row: our own two columns, then the fields in their order. An older row than the kept one is let go. */
export function saveRow(shape: ViewShape): string {
  const columns = ['_conversation_id', '_version', ...fieldsOf(shape).map(quoted)]
  const newer = columns.slice(1).map((column) => `${column} = excluded.${column}`)
  return `INSERT INTO ${tableOf(shape)} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (_conversation_id) DO UPDATE SET ${newer.join(', ')} WHERE excluded._version > _version`
}

const selectFrom = (shape: ViewShape): string =>
  `SELECT ${['_conversation_id', '_version', ...fieldsOf(shape).map(quoted)].join(', ')} FROM ${tableOf(shape)}`

/** The conversations come as one JSON array. */
export const loadRows = (shape: ViewShape): string =>
  `${selectFrom(shape)} WHERE _conversation_id IN (SELECT value FROM json_each(?))`

/** The fields of `where` that the longest index for this order begins with. */
function indexed({ indexes }: ViewShape, { where = {}, orderBy }: ViewPage): readonly string[] {
  const isFor = (index: readonly string[]) =>
    index.at(-1) === orderBy && index.slice(0, -1).every((name) => typeof (where[name] ?? null) !== 'object')
  return indexes
    .filter(isFor)
    .map((index) => index.slice(0, -1))
    .reduce((longest, index) => (index.length > longest.length ? index : longest), [])
}

/**
 * A page. SQLite has no statistics here, and would take whichever index comes first: a `+` before a column says that no
 * index is to be taken for its sake.
 * @see SQLite, The Next-Generation Query Planner: "Disqualifying WHERE clause terms using unary +"
 */
export function pageQuery(shape: ViewShape, page: ViewPage): Query | undefined {
  if (isEmptyPage(page)) return undefined
  const { where = {}, orderBy, descending = false, from, to, after } = page
  const byIndex = indexed(shape, page)
  const clauses: string[] = [`${quoted(orderBy)} IS NOT NULL`]
  const values: SqlValue[] = []
  const add = (clause: string, ...added: readonly SqlValue[]) => {
    clauses.push(clause)
    values.push(...added)
  }
  for (const [name, value] of Object.entries(where) as readonly [string, FieldValue][]) {
    if (value === null) add(`+${quoted(name)} IS NULL`)
    else add(`${byIndex.includes(name) ? '' : '+'}${quoted(name)} = ?`, value)
  }
  if (from !== undefined) add(`${quoted(orderBy)} >= ?`, from)
  if (to !== undefined) add(`${quoted(orderBy)} <= ?`, to)
  if (after) {
    add(`(${quoted(orderBy)}, _conversation_id) ${descending ? '<' : '>'} (?, ?)`, after.value, after.conversationId)
  }
  const turn = descending ? 'DESC' : 'ASC'
  const text = `${selectFrom(shape)} WHERE ${clauses.join(' AND ')}
    ORDER BY ${quoted(orderBy)} ${turn}, _conversation_id ${turn} LIMIT ?`
  return { text, values: [...values, rowsOnPage(page.limit)] }
}
