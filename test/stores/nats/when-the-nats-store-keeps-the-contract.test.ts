/** The contract of stores, the one we publish, with every capability but held transactions; and histories by the hundred. */
import { expect, test } from 'vitest'
import { eventStoreSuite, linearizable, type OpenedStore, randomHistories } from '../../../src/testing/index.js'
import { TcpProxy } from '../tcp-proxy.js'
import { dropStore, newName, openNamed, serverUrls } from './servers.js'

/**
 * A crash is what the servers see of a process that is killed: its connection ends where it is, and no other word comes.
 * What a crash of the servers leaves is told in `when-a-leader-is-killed.test.ts`.
 */
async function opened(): Promise<OpenedStore> {
  const name = newName()
  const proxy = await TcpProxy.before(serverUrls()[0] ?? '')
  return {
    store: await openNamed(name, { servers: proxy.url, discoverServers: false, requestTimeoutMs: 5_000 }),
    openAnother: () => openNamed(name),
    crash: async () => {
      await proxy.end()
      return openNamed(name)
    },
    cleanUp: async () => {
      await proxy.end()
      await dropStore(name)
    },
  }
}

eventStoreSuite({
  // What takes time is the making of streams, which waits for elections.
  test: test.concurrent,
  factory: opened,
  supports: {
    globalOrder: true,
    erasure: true,
    snapshots: true,
    durable: true,
    manyWriters: true,
    registers: true,
    listening: true,
    views: { no: 'cannot ask across subjects' },
    heldTransactions: { no: 'has no transactions' },
  },
})

test('What writers over two handles are answered can be explained by one order, in 100 histories.', async () => {
  let operations = 0
  for await (const history of randomHistories({ factory: opened, seed: 4, histories: 100, writers: 6, handles: 2 })) {
    const verdict = linearizable(history)
    expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
    operations += history.length
  }
  expect(operations).toBeGreaterThan(3_000)
})
