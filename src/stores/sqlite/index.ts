/** `colloquy/stores/sqlite`: one file holds every conversation, and several processes of one machine can share it. */
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { isStorable } from '../../log/append-check.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { chooseDriver, chooseReader } from './choose-driver.js'
import type { Driver, DriverName, OpenDriver } from './driver.js'
import { failure, isBusy } from './failure.js'
import { foreignFile, migrate } from './migrations.js'
import { setPragmas } from './pragmas.js'
import { readingFile, Unreadable } from './reading-file.js'
import { sqliteStoreOver } from './sqlite-store.js'

export type { DriverName } from './driver.js'

export interface SqliteStoreOptions {
  /** A file on a local disk, created where there is none; beside it SQLite keeps `-wal` and `-shm`. */
  readonly path: string
  /** Default: the first that is here of `node:sqlite`, `libsql` and `better-sqlite3`. */
  readonly driver?: DriverName
  /**
   * Whether it is read and never written to, not by a byte, nor anything made beside it: then it must be there, may be of an
   * older schema and without permission to write, and whatever would write is `unavailable`. What other processes write is
   * seen. Default false.
   */
  readonly readOnly?: boolean
}

// Turning a new file's WAL on takes a lock that SQLite does not wait for, so that of two processes one may have to ask again.
const openPatienceMs = 5_000
const openRetryDelayMs = 50

/** Checks, then sets, then migrates: a file that is not ours is left as it was. */
function prepared(driver: Driver): Either<StoreError, EventStore> {
  const refused = foreignFile(driver) ?? setPragmas(driver) ?? migrate(driver)
  return refused ? left(refused) : right(sqliteStoreOver(driver))
}

function openOnce(open: OpenDriver, path: string): Either<StoreError, EventStore> {
  const driver = open(path)
  try {
    const store = prepared(driver)
    if (store._tag === 'Left') driver.close()
    return store
  } catch (cause) {
    driver.close()
    throw cause
  }
}

function openToRead(open: OpenDriver, path: string): Either<StoreError, EventStore> {
  const file = readingFile(open, path)
  try {
    return right(sqliteStoreOver(file))
  } catch (cause) {
    file.close()
    throw cause
  }
}

async function openPatiently(attempt: () => Either<StoreError, EventStore>): Promise<Either<StoreError, EventStore>> {
  const giveUpAt = performance.now() + openPatienceMs
  for (;;) {
    try {
      return attempt()
    } catch (cause) {
      if (cause instanceof Unreadable) return left(cause.error)
      if (!isBusy(cause) || performance.now() > giveUpAt) return left(failure('could not open the store', cause))
      await setTimeout(openRetryDelayMs)
    }
  }
}

/**
 * Opens a store in a SQLite file. What an append has answered survives `kill -9` and loss of power, on a disk that
 * keeps what it was told to sync. Calls are short but synchronous: while another process writes, the event loop waits with
 * them, 5 s at most.
 * @returns the store, or
 * - `driver-missing`: no driver is installed, or none that can open this file to be read only; the message says what to do;
 * - `incompatible-store`: the file is another program's or a newer Colloquy's (then it was not written to), to be read only
 *   an empty one, or cannot be what durability needs: `:memory:` has no write-ahead log, use `openMemoryStore`;
 * - `unavailable`: the file cannot be opened, or stayed locked;
 * - `corrupt-event`: the file is damaged.
 * @example
 * const store = await openSqliteStore({ path: 'chats.db' })
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Either<StoreError, EventStore>> {
  const { path, driver, readOnly = false } = options
  if (path === '' || path === ':memory:' || !isStorable(path)) {
    return left(storeError('incompatible-store', 'a SQLite store needs a file; in memory, use openMemoryStore'))
  }
  const chosen = await (readOnly ? chooseReader(driver) : chooseDriver(driver))
  if (isLeft(chosen)) return chosen
  // Made absolute, for drivers read more into a relative one: a URI, or a server to connect to.
  const file = resolve(path)
  return openPatiently(() => (readOnly ? openToRead(chosen.right, file) : openOnce(chosen.right, file)))
}
