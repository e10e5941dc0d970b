/** A driver that fails on command, over one that does not: disks fill and answers get lost when a test says so. */
import type { Driver, SqlValue } from '../../src/stores/sqlite/driver.js'

/** Looks at a statement about to run; may throw in its place, or run it itself and throw then. */
export type Intrude = (sql: string, values: readonly SqlValue[], run: () => void) => void

/** SQLite's own way of failing, as a driver reports it. */
export function sqliteFailure(rawCode: number): Error {
  return Object.assign(new Error(`SQLite failed with ${rawCode}`), { rawCode })
}

export interface FaultyDriver extends Driver {
  /** Every write statement that was run, in order. */
  readonly ran: readonly string[]
  intrude: Intrude
}

export function faultyDriver(driver: Driver): FaultyDriver {
  const ran: string[] = []
  const faulty: FaultyDriver = {
    ...driver,
    ran,
    intrude: (_sql, _values, run) => run(),
    prepare: <Row>(sql: string, texts?: readonly string[]) => {
      const statement = driver.prepare<Row>(sql, texts)
      const run = (...values: SqlValue[]) => {
        ran.push(sql)
        faulty.intrude(sql, values, () => statement.run(...values))
      }
      return { run, all: (...values: SqlValue[]) => statement.all(...values) }
    },
  }
  return faulty
}
