/**
 * The seam: the little that the store asks of a SQLite driver, all of it synchronous. It must never grow beyond what
 * every driver does alike. Reading is `all` and never `get`: libsql's `get` after an `all` of the same statement answers
 * the row before.
 */

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

/** Opens a file, and creates it where there is none. Throws as the driver throws. */
export type OpenDriver = (path: string) => Driver

/** What the three drivers' classes have in common, so that none of their types is needed to compile. */
export interface DatabaseClass {
  new (
    path: string,
    options: { readonly timeout: number },
  ): {
    exec(sql: string): unknown
    prepare(sql: string): { run(...values: SqlValue[]): unknown; all(...values: SqlValue[]): unknown[] }
    close(): unknown
  }
}

/** A driver over one of those classes. */
export function driverOver(name: DriverName, Database: DatabaseClass): OpenDriver {
  return (path) => {
    // No waiting until the pragmas say how long: before that, a lock is for the opener to be patient with.
    const database = new Database(path, { timeout: 0 })
    return {
      name,
      exec: (sql) => void database.exec(sql),
      prepare: <Row>(sql: string) => database.prepare(sql) as unknown as Statement<Row>,
      close: () => void database.close(),
    }
  }
}
