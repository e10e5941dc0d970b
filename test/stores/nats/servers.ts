/**
 * The servers to test against, a store of its own name for each test, and a bare connection to look behind the store's back.
 * Where no server is named, none of these tests is run: see `vitest.config.ts`.
 */
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { services } from '../../../scripts/services/found.mjs'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { type NatsStoreOptions, openNatsStore } from '../../../src/stores/nats/index.js'

export function serverUrls(): readonly string[] {
  const url = services().find(({ variable }) => variable === 'COLLOQUY_NATS')?.url
  if (url === undefined) throw new Error('no JetStream to test against: npm run services')
  return url.split(',')
}

let stores = 0

/** A name that no other test, process or run has. */
export const newName = (): string => `test_${process.pid}_${Date.now()}_${++stores}`

/** As many as there are nodes, so that one node will do. */
export const replicas = (): number => (serverUrls().length >= 3 ? 3 : 1)

/** A store of this name. */
export async function openNamed(name: string, options: Partial<NatsStoreOptions> = {}): Promise<EventStore> {
  return orThrow(await openNatsStore({ servers: serverUrls(), name, replicas: replicas(), ...options }))
}

/** A bare connection; the caller closes it. */
export function bare(urls: readonly string[] = serverUrls()): Promise<NatsConnection> {
  const { username, password } = new URL(urls[0] ?? '')
  return connect({ servers: urls.map((url) => new URL(url).host), user: username, pass: password })
}

/** Does this with the streams on a bare connection. */
export async function onBare<A>(
  work: (streams: JetStreamManager, connection: NatsConnection) => Promise<A>,
  urls?: readonly string[],
): Promise<A> {
  const connection = await bare(urls)
  try {
    return await work(await jetstreamManager(connection), connection)
  } finally {
    await connection.close()
  }
}

export const streamsOf = (name: string): readonly [log: string, bucket: string] => [name, `KV_${name}`]

export async function dropStore(name: string, urls?: readonly string[]): Promise<void> {
  await onBare(async (manager) => {
    for (const stream of streamsOf(name)) await manager.streams.delete(stream).catch(() => undefined)
  }, urls)
}
