/** `colloquy/stores/sqlite`: one file holds every conversation, and several processes of one machine can share it. */
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { isStorable } from '../../log/append-check.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { chooseDriver } from './choose-driver.js'
import type { Driver, DriverName, OpenDriver } from './driver.js'
import { failure, isBusy } from './failure.js'
import { foreignFile, migrate } from './migrations.js'
import { setPragmas } from './pragmas.js'
import { sqliteStoreOver } from './sqlite-store.js'

export type { DriverName } from './driver.js'

export interface SqliteStoreOptions {
  /** A file on a local disk, created where there is none; beside it SQLite keeps `-wal` and `-shm`. */
  readonly path: string
  /** Default: the first that is here of `node:sqlite`, `libsql` and `better-sqlite3`. */
  readonly driver?: DriverName
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

async function openPatiently(open: OpenDriver, path: string): Promise<Either<StoreError, EventStore>> {
  const giveUpAt = performance.now() + openPatienceMs
  for (;;) {
    try {
      return openOnce(open, path)
    } catch (cause) {
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
 * - `driver-missing`: no driver is installed; the message says what to do;
 * - `incompatible-store`: the file is another program's or a newer Colloquy's (then it was not written to), or cannot
 *   be what durability needs: `:memory:` has no write-ahead log, use `openMemoryStore`;
 * - `unavailable`: the file cannot be opened, or stayed locked;
 * - `corrupt-event`: the file is damaged.
 * @example
 * const store = await openSqliteStore({ path: 'chats.db' })
 */
export async function openSqliteStore({ path, driver }: SqliteStoreOptions): Promise<Either<StoreError, EventStore>> {
  if (path === '' || path === ':memory:' || !isStorable(path)) {
    return left(storeError('incompatible-store', 'a SQLite store needs a file; in memory, use openMemoryStore'))
  }
  const chosen = await chooseDriver(driver)
  // Made absolute, for drivers read more into a relative one: a URI, or a server to connect to.
  return chosen._tag === 'Left' ? chosen : openPatiently(chosen.right, resolve(path))
}
