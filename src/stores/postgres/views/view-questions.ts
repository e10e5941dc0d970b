/**
 * What is asked of the server about a view, made of its shape. Names come from shapes that were checked, so they are
 * letters, digits and `_`; values never become SQL. Our own columns begin with `_`, as no field can.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { AppendRequest } from '../../../log/event-store.js'
import { isEmptyPage, rowsOnPage, viewKey } from '../../../log/view-check.js'
import type { FieldType, FieldValue, PlacedRow, ViewPage, ViewRow, ViewShape } from '../../../log/views.js'
import type { Question } from '../connection.js'
import { append, appendMany } from '../statements.js'

const quoted = (name: string): string => `"${name}"`
const tableOf = (shape: ViewShape): string => `view_${viewKey(shape)}`
const fieldsOf = ({ fields }: ViewShape): readonly string[] => Object.keys(fields)
const columnsOf = (shape: ViewShape): readonly string[] => [
  '_conversation_id',
  '_version',
  ...fieldsOf(shape).map(quoted),
]

const columnTypes: { readonly [T in FieldType]: string } = { text: 'text COLLATE "C"', integer: 'bigint' }
const valueTypes: { readonly [T in FieldType]: string } = { text: 'text', integer: 'bigint' }

/** Prepared once a connection, under a name of a length that the server keeps whole. */
const prepared = (text: string, values: readonly unknown[]): Question => ({
  name: `view_${bytesToHex(sha256(utf8ToBytes(text))).slice(0, 32)}`,
  text,
  values,
})

/**
 * One question without values is one transaction. Two who make a table at once would collide in the server's own
 * catalogue, `IF NOT EXISTS` or not: they take turns.
 *
 * In an index are the rows that have all of its fields. Rows change with every append, hence the room in each page.
 */
export function makeTable(shape: ViewShape): Question {
  const columns = Object.entries(shape.fields).map(([name, type]) => `${quoted(name)} ${columnTypes[type]}`)
  const own = ['_conversation_id text COLLATE "C" PRIMARY KEY', '_version bigint NOT NULL']
  const table = `CREATE TABLE IF NOT EXISTS ${tableOf(shape)} (${[...own, ...columns].join(', ')}) WITH (fillfactor = 70)`
  const indexes = shape.indexes.map((index, at) => {
    const isThere = index.map((name) => `${quoted(name)} IS NOT NULL`).join(' AND ')
    return `CREATE INDEX IF NOT EXISTS ${tableOf(shape)}_${at + 1}
      ON ${tableOf(shape)} (${index.map(quoted).join(', ')}, _conversation_id) WHERE ${isThere}`
  })
  const inTurn = `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' ${tableOf(shape)}', 0))`
  return { text: [inTurn, table, ...indexes].join(';\n') }
}

export const dropTable = (shape: ViewShape): Question => ({ text: `DROP TABLE IF EXISTS ${tableOf(shape)}` })

/** What happens to a row that is there: a newer one takes its place, an older one is let go. */
function unlessOlder(shape: ViewShape): string {
  const newer = columnsOf(shape).slice(1)
  const sets = newer.map((column) => `${column} = excluded.${column}`).join(', ')
  return `ON CONFLICT (_conversation_id) DO UPDATE SET ${sets} WHERE excluded._version > ${tableOf(shape)}._version`
}

/** Rows of different conversations, by order of id: so of two who save the same rows neither holds what the other needs. */
export function saveRows(shape: ViewShape, rows: readonly ViewRow[]): Question {
  const types = ['text', 'bigint', ...Object.values(shape.fields).map((type) => valueTypes[type])]
  const arrays = types.map((type, at) => `$${at + 1}::${type}[]`)
  const text = `INSERT INTO ${tableOf(shape)} (${columnsOf(shape).join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})
    ${unlessOlder(shape)}`
  return prepared(text, [
    rows.map(({ conversationId }) => conversationId),
    rows.map(({ version }) => version),
    ...fieldsOf(shape).map((name) => rows.map(({ fields }) => fields[name])),
  ])
}

/**
 * An append with its rows: one statement, hence one transaction and one round trip. Rows are written only if the function
 * says that the events were.
 */
export function appendWithRows(request: AppendRequest, rows: readonly PlacedRow[]): Question {
  const { values: appended = [] } = append(request)
  const values: unknown[] = [...appended]
  const value = (given: unknown, type: string) => `$${values.push(given)}::${type}`
  const writes = rows.map(({ shape, row }, at) => {
    const own = [value(row.conversationId, 'text'), value(row.version, 'bigint')]
    const fields = Object.entries(shape.fields).map(([name, type]) => value(row.fields[name], valueTypes[type]))
    return `row_${at} AS (
      INSERT INTO ${tableOf(shape)} (${columnsOf(shape).join(', ')})
      SELECT ${[...own, ...fields].join(', ')} FROM appended WHERE written
      ${unlessOlder(shape)})`
  })
  const call = `append(${appended.map((_, at) => `$${at + 1}`).join(', ')})`
  const text = `WITH appended AS (SELECT written, actual_version, known FROM ${call}), ${writes.join(', ')}
    SELECT * FROM appended`
  return prepared(text, values)
}

/**
 * Several appends with their rows: one statement. Of each view the rows go by order of id, as those that are saved do: so that
 * of two who write the same rows neither holds what the other needs.
 */
export function appendManyWithRows(requests: readonly AppendRequest[]): Question {
  const { values: appended = [] } = appendMany(requests)
  const values: unknown[] = [...appended]
  const value = (given: unknown, type: string) => `$${values.push(given)}::${type}[]`
  const placed = requests.flatMap(({ rows = [] }, at) => rows.map(({ shape, row }) => ({ shape, row, place: at + 1 })))
  const shapes = new Map(placed.map(({ shape }) => [viewKey(shape), shape]))
  const writes = [...shapes].map(([key, shape], at) => {
    const own = placed.filter((one) => viewKey(one.shape) === key)
    const arrays = [
      value(
        own.map(({ place }) => place),
        'bigint',
      ),
      value(
        own.map(({ row }) => row.conversationId),
        'text',
      ),
      value(
        own.map(({ row }) => row.version),
        'bigint',
      ),
      ...Object.entries(shape.fields).map(([name, type]) =>
        value(
          own.map(({ row }) => row.fields[name]),
          valueTypes[type],
        ),
      ),
    ]
    const columns = columnsOf(shape)
    return `row_${at} AS (
      INSERT INTO ${tableOf(shape)} (${columns.join(', ')})
      SELECT ${columns.map((column) => `new.${column}`).join(', ')}
      FROM unnest(${arrays.join(', ')}) AS new (_place, ${columns.join(', ')})
      JOIN appended ON appended.place = new._place AND appended.written
      ORDER BY new._conversation_id COLLATE "C"
      ${unlessOlder(shape)})`
  })
  const call = `append_many(${appended.map((_, at) => `$${at + 1}`).join(', ')})`
  const text = `WITH appended AS (
      SELECT * FROM ${call} WITH ORDINALITY AS answer (written, actual_version, known, place)
    ), ${writes.join(', ')}
    SELECT written, actual_version, known FROM appended ORDER BY place`
  return prepared(text, values)
}

const selectFrom = (shape: ViewShape): string => `SELECT ${columnsOf(shape).join(', ')} FROM ${tableOf(shape)}`

export const loadRows = (shape: ViewShape, conversationIds: readonly string[]): Question =>
  prepared(`${selectFrom(shape)} WHERE _conversation_id = ANY ($1::text[])`, [conversationIds])

/** A page; not prepared by name, for the server's plan is to go by the values. */
export function pageQuestion(shape: ViewShape, page: ViewPage): Question | undefined {
  if (isEmptyPage(page)) return undefined
  const { where = {}, orderBy, descending = false, from, to, after } = page
  const values: unknown[] = []
  const value = (given: unknown) => `$${values.push(given)}`
  const clauses: string[] = [`${quoted(orderBy)} IS NOT NULL`]
  for (const [name, asked] of Object.entries(where) as readonly [string, FieldValue][]) {
    clauses.push(asked === null ? `${quoted(name)} IS NULL` : `${quoted(name)} = ${value(asked)}`)
  }
  if (from !== undefined) clauses.push(`${quoted(orderBy)} >= ${value(from)}`)
  if (to !== undefined) clauses.push(`${quoted(orderBy)} <= ${value(to)}`)
  if (after) {
    const place = `(${value(after.value)}, ${value(after.conversationId)})`
    clauses.push(`(${quoted(orderBy)}, _conversation_id) ${descending ? '<' : '>'} ${place}`)
  }
  const turn = descending ? 'DESC' : 'ASC'
  const text = `${selectFrom(shape)} WHERE ${clauses.join(' AND ')}
    ORDER BY ${quoted(orderBy)} ${turn}, _conversation_id ${turn} LIMIT ${value(rowsOnPage(page.limit))}`
  return { text, values }
}

/** What an append would be judged by that cannot be done: how far the stream is, and which of its events are there. */
export const factsOf = ({ conversationId, events }: AppendRequest): Question => ({
  text: `SELECT false AS written,
    coalesce((SELECT version FROM conversation WHERE conversation_id = $1), 0) AS actual_version,
    (SELECT json_agg(json_build_object('eventId', event_id, 'version', version, 'hash', hash))
     FROM event WHERE conversation_id = $1 AND event_id = ANY ($2)) AS known`,
  values: [conversationId, events.map(({ eventId }) => eventId)],
})
