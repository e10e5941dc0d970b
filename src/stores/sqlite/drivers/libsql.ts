/** libsql: SQLite for Node 20, from the registry without a compiler or an install script. An optional peer. */
import { isUtf8 } from 'node:buffer'
import {
  type DatabaseClass,
  type Driver,
  driverOver,
  type OpenDriver,
  type Reading,
  type SqlValue,
  type Statement,
} from '../driver.js'

type Texts = readonly string[]
/** A blob comes as an `ArrayBuffer`. */
type Row = { [column: string]: SqlValue | ArrayBuffer }

/**
 * All texts of a column in one blob, commas between them: to ask whether it is UTF-8 costs a quarter of reading them. All
 * columns in one blob would cost twice as much, for SQLite would copy each row together first.
 */
function together(sql: string, texts: Texts): string {
  const each = texts.map((column) => `CAST(group_concat(${column}) AS BLOB) AS ${column}`)
  return `SELECT ${each.join(', ')} FROM (${sql})`
}

function asBytes(sql: string, columns: Texts, texts: Texts): string {
  const each = columns.map((name) => (texts.includes(name) ? `CAST(${name} AS BLOB) AS ${name}` : name))
  return `SELECT ${each.join(', ')} FROM (${sql})`
}

/** What libsql's statements tell beyond the seam. */
type Told = { columns(): readonly { readonly name: string }[] }

const decoder = new TextDecoder()

/** The row with its bytes as text: what is no UTF-8 becomes U+FFFD, as the other drivers have it, and no hash fits it. */
function decoded(row: Row, texts: Texts): Row {
  const read = texts.map((column) => [column, row[column]] as const)
  const texted = read.map(([column, value]) => [column, value instanceof ArrayBuffer ? decoder.decode(value) : value])
  return { ...row, ...Object.fromEntries(texted) }
}

/** libsql ends the whole process at a text that is no UTF-8: one damaged byte, and every reader of its row dies. */
function guarded(driver: Driver, sql: string, texts: Texts): Statement<Row> {
  const statement = driver.prepare<Row>(sql)
  const guard = driver.prepare<{ readonly [column: string]: ArrayBuffer | null }>(together(sql, texts))
  const columns = (statement as unknown as Told).columns().map(({ name }) => name)
  const careful = driver.prepare<Row>(asBytes(sql, columns, texts))
  return {
    run: (...values) => statement.run(...values),
    all: (...values) => {
      const [answer] = guard.all(...values)
      const isText = Object.values(answer ?? {}).every((bytes) => bytes === null || isUtf8(bytes))
      if (isText) return statement.all(...values)
      return careful.all(...values).map((row) => decoded(row, texts))
    },
  }
}

/** Throws where the package or its binary for this platform is not installed. */
export async function loadLibsql(): Promise<OpenDriver> {
  const { default: Database } = await import('libsql')
  const open = driverOver('libsql', Database as unknown as DatabaseClass)
  const openGuarded = (path: string, reading?: Reading): Driver => {
    const driver = open(path, reading)
    const prepare = <R>(sql: string, texts: Texts = []): Statement<R> =>
      texts.length === 0 ? driver.prepare<R>(sql) : (guarded(driver, sql, texts) as unknown as Statement<R>)
    return { ...driver, prepare }
  }
  return Object.assign(openGuarded, { takesUris: open.takesUris })
}
