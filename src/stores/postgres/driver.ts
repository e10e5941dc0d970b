/** The driver, `pg`: an optional peer, loaded when a store is opened. No other file may import it but for its types. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Pool, PoolConfig } from 'pg'
import { type StoreError, storeError } from '../../log/errors.js'

export type MakePool = (config: PoolConfig) => Pool

/** A maker of pools, or `driver-missing`. */
export async function loadDriver(): Promise<Either<StoreError, MakePool>> {
  try {
    const { default: pg } = await import('pg')
    return right((config) => new pg.Pool(config))
  } catch (cause) {
    return left(storeError('driver-missing', 'the PostgreSQL driver pg is not here: npm install pg', { cause }))
  }
}
