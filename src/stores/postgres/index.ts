/** `colloquy/stores/postgres`: one database for every conversation of a fleet. PostgreSQL 15 and newer. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { isStorable } from '../../log/append-check.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { Announcer } from './announcer.js'
import type { Connection } from './connection.js'
import { Connections } from './connections.js'
import { loadDriver } from './driver.js'
import { failure } from './failure.js'
import { Listening } from './listening.js'
import { migrate, type Prepared, readableSchema } from './migrations.js'
import { postgresStoreOver } from './postgres-store.js'
import { setPositionsBehindWhatIsThere } from './session.js'

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, of the primary; a pooler that mixes sessions will not do. */
  readonly connectionString: string
  /** Connections held at most. Default 10; 8 to 16 serve best, for each costs the server a process. */
  readonly poolMax?: number
  /** Requests that may wait for a connection, and appends for their lane; more are `unavailable`. Default 1,000. */
  readonly queueMax?: number
  /**
   * How long a statement may run, a connection may take, and a request may wait for one. Default 10,000. What has no
   * answer after twice that time is given up, and an append is then `unknown-outcome`.
   */
  readonly statementTimeoutMs?: number
  /** The schema that holds the store, created where there is none. Default `colloquy`. */
  readonly schema?: string
  /** Whether to make the store where the schema holds none; else that is `incompatible-store`. Default true. */
  readonly mayCreate?: boolean
  /**
   * Whether it is read and never written to: each session is read only, the schema may be an older one and stays it, and a
   * role that may only SELECT will do. Whatever would write is `unavailable`. Default false.
   */
  readonly readOnly?: boolean
}

const defaults = {
  poolMax: 10,
  queueMax: 1_000,
  statementTimeoutMs: 10_000,
  schema: 'colloquy',
  mayCreate: true,
  readOnly: false,
}
const identifierBytesMax = 63

function demandBounds({ poolMax, queueMax, statementTimeoutMs }: typeof defaults): void {
  for (const [name, value, min] of [
    ['poolMax', poolMax, 1],
    ['queueMax', queueMax, 0],
    ['statementTimeoutMs', statementTimeoutMs, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < min) throw new RangeError(`${name} must be a whole number from ${min}`)
  }
}

// A longer name is cut short by the server, and could be another's; those that begin so are the server's own.
function isSchemaName(name: string): boolean {
  const bytes = new TextEncoder().encode(name).length
  return isStorable(name) && bytes > 0 && bytes <= identifierBytesMax && !name.startsWith('pg_')
}

/** Brings the schema to today's, or looks whether it can be read as it is. Throws as the driver throws. */
async function prepare(connection: Connection, settings: typeof defaults): Promise<Either<StoreError, Prepared>> {
  if (settings.readOnly) return readableSchema(connection, settings.schema)
  const refused = await migrate(connection, settings)
  if (refused) return left(refused)
  await setPositionsBehindWhatIsThere(connection)
  return right({ hasRegisters: true })
}

/**
 * Opens a store in a schema of a PostgreSQL database. What an append has answered was committed: it survives a crash of
 * the server, and with a synchronous standby its loss. Several processes can open it at once, also the first time.
 * @returns the store, or
 * - `driver-missing`: `pg` is not installed; `npm install pg`;
 * - `incompatible-store`: the schema holds something else, or a newer Colloquy's (then it was not written to);
 * - `unavailable`: the server cannot be reached, is a standby, or refuses; see `cause`.
 * @throws RangeError for a bound that is no whole number, or too low.
 * @example
 * const store = await openPostgresStore({ connectionString: 'postgres://app@db.example/chats' })
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Either<StoreError, EventStore>> {
  const settings = { ...defaults, ...options }
  demandBounds(settings)
  const { connectionString, schema } = settings
  if (!isSchemaName(schema)) {
    return left(storeError('incompatible-store', `${JSON.stringify(schema)} cannot be the name of a schema`))
  }
  const driver = await loadDriver()
  if (isLeft(driver)) return driver
  const connections = new Connections(driver.right.makePool, settings)
  const asked = await connections.use((connection) => prepare(connection, settings))
  const prepared = isLeft(asked) ? left(failure('could not open the store', asked.left)) : asked.right
  if (isLeft(prepared)) {
    await connections.end()
    return prepared
  }
  if (!settings.readOnly) connections.onFirstUse = setPositionsBehindWhatIsThere
  const patienceMs = settings.statementTimeoutMs
  const listening = new Listening(driver.right.makeClient, { connectionString, channel: schema, patienceMs })
  const bounds = { waitingMax: settings.queueMax, waitMaxMs: patienceMs }
  const announcer = new Announcer(connections, schema)
  return right(postgresStoreOver({ connections, listening, announcer, bounds, ...prepared.right }))
}
