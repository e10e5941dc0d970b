/** The driver, `pg`: an optional peer, loaded when a store is opened. No other file may import it but for its types. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { ClientBase, ClientConfig, Pool, PoolConfig } from 'pg'
import { type StoreError, storeError } from '../../log/errors.js'

export interface PostgresDriver {
  readonly makePool: (config: PoolConfig) => Pool
  /** One connection, not made yet. */
  readonly makeClient: (config: ClientConfig) => ClientBase & { end(): Promise<void> }
}

/** Makers of connections, or `driver-missing`. */
export async function loadDriver(): Promise<Either<StoreError, PostgresDriver>> {
  try {
    const { default: pg } = await import('pg')
    return right({ makePool: (config) => new pg.Pool(config), makeClient: (config) => new pg.Client(config) })
  } catch (cause) {
    return left(storeError('driver-missing', 'the PostgreSQL driver pg is not here: npm install pg', { cause }))
  }
}
