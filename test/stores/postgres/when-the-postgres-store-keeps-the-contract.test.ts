/** The contract of stores, the one we publish, with every capability there is; and histories by the hundred. */
import { expect, test } from 'vitest'
import { eventStoreSuite, linearizable, type OpenedStore, randomHistories } from '../../../src/testing/index.js'
import { TcpProxy } from '../tcp-proxy.js'
import { dropSchema, feedSettled, holdAppend, newSchema, openIn, serverUrl } from './server.js'

/**
 * A crash is what the server sees of a process that is killed: its connections end where they are, and no other word
 * comes. What a crash of the server leaves is told in `when-the-postgres-server-crashes.test.ts`.
 */
async function opened(): Promise<OpenedStore> {
  const schema = newSchema()
  const proxy = await TcpProxy.before(serverUrl())
  return {
    store: await openIn(schema, { connectionString: proxy.url }),
    openAnother: () => openIn(schema),
    crash: async () => {
      await proxy.end()
      return openIn(schema)
    },
    holdAppend: (request) => holdAppend(schema, request),
    feedSettled: () => feedSettled(schema),
    cleanUp: async () => {
      await proxy.end()
      await dropSchema(schema)
    },
  }
}

eventStoreSuite({
  test,
  factory: opened,
  supports: {
    globalOrder: true,
    erasure: true,
    snapshots: true,
    registers: true,
    listening: true,
    views: true,
    durable: true,
    manyWriters: true,
    heldTransactions: true,
  },
})

test('What writers over two handles are answered can be explained by one order, in 300 histories.', async () => {
  let operations = 0
  for await (const history of randomHistories({ factory: opened, seed: 4, histories: 300, writers: 6, handles: 2 })) {
    const verdict = linearizable(history)
    expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
    operations += history.length
  }
  expect(operations).toBeGreaterThan(10_000)
})
