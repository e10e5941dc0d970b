/**
 * The seam: the little that the store asks of a SQLite driver, all of it synchronous. It must never grow beyond what
 * every driver does alike. Reading is `all` and never `get`: libsql's `get` after an `all` of the same statement answers
 * the row before.
 */
import { pathToFileURL } from 'node:url'

export type DriverName = 'node:sqlite' | 'libsql' | 'better-sqlite3'

export type SqlValue = string | number | null

export interface Statement<Row = unknown> {
  run(...values: SqlValue[]): void
  /** Every row, read to the end, so that no read transaction stays open behind it. */
  all(...values: SqlValue[]): readonly Row[]
}

export interface Driver {
  readonly name: DriverName
  exec(sql: string): void
  /**
   * The row's type is the caller's word for what the SQL selects.
   * @param texts columns of stored text, for a file may be damaged: what is no UTF-8 must come out as U+FFFD.
   */
  prepare<Row = unknown>(sql: string, texts?: readonly string[]): Statement<Row>
  close(): void
}

/**
 * How a file is opened that is read and never written to. `shared`: what others write meanwhile is seen, by their locks and
 * their `-shm`, which itself is only read. `frozen`: as if nobody could write to it; nothing is locked, and nothing is made
 * beside it, so it is true for as long as nobody does.
 */
export type Reading = 'shared' | 'frozen'

/** Opens a file, and creates it where there is none, but never to read it only. Throws as the driver throws. */
export interface OpenDriver {
  (path: string, reading?: Reading): Driver
  /** Whether it opens SQLite's URIs. Without them it cannot read a file as `frozen`, and opens it as another would. */
  readonly takesUris: boolean
}

interface DatabaseOptions {
  readonly timeout: number
  /** As Node has it, and as better-sqlite3 has it, which takes the other for a mistake. libsql goes by the URI alone. */
  readonly readOnly?: boolean
  readonly readonly?: boolean
}

/** What the three drivers' classes have in common, so that none of their types is needed to compile. */
export interface DatabaseClass {
  new (
    path: string,
    options: DatabaseOptions,
  ): {
    exec(sql: string): unknown
    prepare(sql: string): { run(...values: SqlValue[]): unknown; all(...values: SqlValue[]): unknown[] }
    close(): unknown
  }
}

// No waiting until the pragmas say how long: before that, a lock is for the opener to be patient with.
const writing: DatabaseOptions = { timeout: 0 }
const onlyReading = (name: DriverName): DatabaseOptions =>
  name === 'node:sqlite' ? { ...writing, readOnly: true } : { ...writing, readonly: true }

const queries: { readonly [R in Reading]: string } = {
  shared: 'mode=ro&readonly_shm=1',
  frozen: 'mode=ro&immutable=1',
}

/** Asked of the driver itself: Node 22.13 takes none, 22.23 does. To one that does not, this is a file that is not there. */
function takesUris(name: DriverName, Database: DatabaseClass): boolean {
  try {
    new Database('file:colloquy?mode=memory', onlyReading(name)).close()
    return true
  } catch {
    return false
  }
}

/** A driver over one of those classes. */
export function driverOver(name: DriverName, Database: DatabaseClass): OpenDriver {
  const isUri = takesUris(name, Database)
  const open = (path: string, reading?: Reading): Driver => {
    const location = reading && isUri ? `${pathToFileURL(path).href}?${queries[reading]}` : path
    const database = new Database(location, reading ? onlyReading(name) : writing)
    return {
      name,
      exec: (sql) => void database.exec(sql),
      prepare: <Row>(sql: string) => database.prepare(sql) as unknown as Statement<Row>,
      close: () => void database.close(),
    }
  }
  return Object.assign(open, { takesUris: isUri })
}
