/**
 * A file that is read and never written to, as a driver: not a byte of it changes, nor is anything made beside it. How it can
 * be opened so depends on whether others write to it just now, so it is looked at before every question, and opened anew
 * where that has changed. It must never wait for a writer longer than the pragma says, nor answer from a file that changed
 * under it.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Driver, OpenDriver, Reading, SqlValue, Statement } from './driver.js'
import { isBusy, isReadOnly } from './failure.js'
import { isOlder, unreadableFile } from './migrations.js'
import { busyTimeoutMs } from './pragmas.js'

/** Thrown where a file cannot be read for what it is. */
export class Unreadable extends Error {
  constructor(readonly error: StoreError) {
    super(error.message)
  }
}

const refuse = (code: StoreError['code'], message: string): never => {
  throw new Unreadable(storeError(code, message))
}

const onlyReads = (): never => refuse('unavailable', 'the store was opened to be read only')

/** How often a question is asked of a file that changes, or fails, under it. */
const attemptsMax = 5

/** SQLite file format, 1.3: the file format's write and read version, 2 for a write-ahead log. */
const versionsAt = 18

function isInWalMode(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    const versions = Buffer.alloc(2)
    return readSync(file, versions, 0, 2, versionsAt) === 2 && versions.includes(2)
  } finally {
    closeSync(file)
  }
}

/** The log is only read with its index: to make one is to write. */
function readingOf(path: string): Reading {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (log && existsSync(`${path}-shm`)) return 'shared'
  if (log && log.size > 0) {
    const message = 'its -wal has no -shm beside it, so that it must be opened by who may write before it can be read'
    return refuse('unavailable', message)
  }
  return log || isInWalMode(path) ? 'frozen' : 'shared'
}

/** What another's write changes, or who begins to write. Asked without opening the file, which would undo SQLite's locks. */
function standingOf(path: string): string {
  const { ino, size, mtimeNs } = statSync(path, { bigint: true })
  return existsSync(`${path}-wal`) && existsSync(`${path}-shm`) ? `${ino}, written` : `${ino} ${size} ${mtimeNs}`
}

interface Opened {
  readonly driver: Driver
  readonly standing: string
  readonly reading: Reading
  readonly isOlder: boolean
}

const isMissingTable = (cause: unknown): boolean => cause instanceof Error && /no such table: /.test(cause.message)
/** The only table that a migration brought, and that is read. */
const isLater = (cause: unknown): boolean => cause instanceof Error && /no such table: register/.test(cause.message)

/** What SQLite says where it would have to write before it can read. */
const mustBeMended = 'a write to it was broken off, so that it must be opened by who may write before it can be read'

class ReadingFile implements Driver {
  private opened: Opened | undefined

  constructor(
    private readonly open: OpenDriver,
    private readonly path: string,
  ) {}

  get name() {
    return this.now().driver.name
  }

  exec = onlyReads

  prepare<Row>(sql: string, texts?: readonly string[]): Statement<Row> {
    let on: Driver | undefined
    let statement: Statement<Row> | undefined
    const all = (driver: Driver, values: readonly SqlValue[]) => {
      if (statement === undefined || on !== driver) statement = driver.prepare<Row>(sql, texts)
      on = driver
      return statement.all(...values)
    }
    return { run: onlyReads, all: (...values) => this.ask((driver) => all(driver, values)) }
  }

  close(): void {
    this.opened?.driver.close()
    this.opened = undefined
  }

  private ask<Row>(question: (driver: Driver) => readonly Row[]): readonly Row[] {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const opened = this.now()
      try {
        const rows = question(opened.driver)
        // Where there are locks, SQLite has seen to it.
        if (opened.reading === 'shared' || opened.standing === standingOf(this.path)) return rows
      } catch (cause) {
        if (opened.isOlder && isLater(cause)) return []
        if (isBusy(cause) || isMissingTable(cause) || attempt === attemptsMax) throw cause
        this.close()
      }
    }
    return refuse('unavailable', 'the file changes all the time')
  }

  private now(): Opened {
    const standing = standingOf(this.path)
    if (this.opened?.standing === standing) return this.opened
    this.close()
    const reading = readingOf(this.path)
    if (reading === 'frozen' && !this.open.takesUris) {
      const message = 'this driver would make files beside it: npm install libsql, or use a newer Node'
      return refuse('driver-missing', message)
    }
    const driver = this.open(this.path, reading)
    try {
      driver.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA query_only = ON`)
      const refused = unreadableFile(driver)
      if (refused) throw new Unreadable(refused)
      this.opened = { driver, standing, reading, isOlder: isOlder(driver) }
      return this.opened
    } catch (cause) {
      driver.close()
      if (isReadOnly(cause)) return refuse('unavailable', mustBeMended)
      throw cause
    }
  }
}

/** The file as a driver. Throws `Unreadable`, or as the file system or the driver throws. */
export function readingFile(open: OpenDriver, path: string): Driver {
  const file = new ReadingFile(open, path)
  // Asked for nothing, to see whether it can be read.
  file.prepare('SELECT 1').all()
  return file
}
