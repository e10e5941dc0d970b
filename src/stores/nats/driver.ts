/**
 * The drivers, `@nats-io/transport-node` and `@nats-io/jetstream`: optional peers, loaded when a store is opened. No other
 * file may import them but for their types.
 */
import type { jetstream } from '@nats-io/jetstream'
import type { connect, headers } from '@nats-io/transport-node'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'

export interface Driver {
  readonly connect: typeof connect
  readonly headers: typeof headers
  readonly jetstream: typeof jetstream
}

const packages = '@nats-io/transport-node @nats-io/jetstream'

/** The drivers, or `driver-missing`. */
export async function loadDriver(): Promise<Either<StoreError, Driver>> {
  try {
    const [{ connect, headers }, { jetstream }] = await Promise.all([
      import('@nats-io/transport-node'),
      import('@nats-io/jetstream'),
    ])
    return right({ connect, headers, jetstream })
  } catch (cause) {
    return left(storeError('driver-missing', `the NATS drivers are not here: npm install ${packages}`, { cause }))
  }
}
