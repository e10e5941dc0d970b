/** Who listens is told of other processes' appends, also after the connection broke; and writers hardly feel it. */
import { beforeEach, expect, test } from 'vitest'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, storedEvent } from '../stored-events.js'
import { TcpProxy } from '../tcp-proxy.js'
import { dropSchema, newSchema, onBare, openIn, patiently, serverUrl } from './server.js'

let schema = ''
let writer: EventStore
let proxy: TcpProxy
/** By way of the proxy. */
let reader: EventStore

beforeEach(async () => {
  schema = newSchema()
  writer = await openIn(schema)
  proxy = await TcpProxy.before(serverUrl())
  reader = await openIn(schema, { connectionString: proxy.url })
  return async () => {
    await Promise.all([writer.close(), reader.close()])
    await proxy.end()
    await dropSchema(schema)
  }
})

/** Who listens, and waits for what is told next. */
function ear(store: EventStore) {
  let told: () => void = () => undefined
  let times = 0
  const next = () =>
    new Promise<void>((resolve) => {
      told = resolve
    })
  const end = store.listen?.(() => {
    times++
    told()
  })
  return { next, end: () => end?.(), times: () => times }
}

const listeners = async () => {
  const sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'colloquy listening' AND query LIKE $1"
  return onBare(schema, async (client) => (await client.query(sql, [`%"${schema}"%`])).rows)
}

test('An append through another handle is heard, and so is each that comes after what was heard.', async () => {
  const { next } = ear(reader)
  await next()
  for (const version of [1, 2, 3]) {
    const heard = next()
    orThrow(await writer.append(appendOf(storedEvent('a', version))))
    await heard
  }
  expect(orThrow(await reader.read({ conversationId: 'a' }))).toHaveLength(3)
})

test('However many listen there is one connection, and none once nobody does; then it can begin again.', async () => {
  const first = ear(reader)
  const second = ear(reader)
  await Promise.all([first.next(), second.next()])
  expect(await listeners()).toHaveLength(1)
  first.end()
  first.end()
  const heard = second.next()
  orThrow(await writer.append(appendOf(storedEvent('a', 1))))
  await heard
  second.end()
  await patiently(listeners, ({ length }) => length === 0)
  const third = ear(reader)
  await third.next()
  expect(await listeners()).toHaveLength(1)
})

test('When the connection was cut it is made again, and then who listens is told, for something may have come.', async () => {
  const { next } = ear(reader)
  await next()
  const again = next()
  await onBare(schema, async (client) => {
    for (const { pid } of await listeners()) await client.query('SELECT pg_terminate_backend($1)', [pid])
  })
  await again
  const heard = next()
  orThrow(await writer.append(appendOf(storedEvent('a', 1))))
  await heard
})

test('While no connection can be made it is tried again, and who listens is told when it is there.', async () => {
  const lost = await TcpProxy.before(serverUrl())
  const far = await openIn(schema, { connectionString: lost.url })
  lost.fates.answer = () => 'cut'
  const { next, times } = ear(far)
  const heard = next()
  orThrow(await writer.append(appendOf(storedEvent('a', 1))))
  expect(times()).toBe(0)
  lost.heal()
  await heard
  await far.close()
  await lost.end()
})

test('Under load notifications are few.', async () => {
  const { next, times } = ear(reader)
  await next()
  const before = times()
  const ids = Array.from({ length: 200 }, (_, n) => `conversation ${n}`)
  for (let version = 1; version <= 5; version++) {
    await Promise.all(ids.map(async (id) => orThrow(await writer.append(appendOf(storedEvent(id, version))))))
  }
  expect(times() - before).toBeLessThan(200)
})

test('What was appended just before closing is told.', async () => {
  const { next } = ear(reader)
  await next()
  const other = await openIn(schema)
  // After the first there is a rest, in which the second is not told yet.
  const first = next()
  orThrow(await other.append(appendOf(storedEvent('a', 1))))
  await first
  const heard = next()
  orThrow(await other.append(appendOf(storedEvent('a', 2))))
  await other.close()
  await heard
})

test('A closed store is quiet, and its connection is gone.', async () => {
  const { next, times, end } = ear(reader)
  await next()
  await reader.close()
  const before = times()
  orThrow(await writer.append(appendOf(storedEvent('a', 1))))
  await patiently(listeners, ({ length }) => length === 0)
  expect(times()).toBe(before)
  end()
  expect(reader.listen?.(() => undefined)).toBeTypeOf('function')
  expect(await listeners()).toEqual([])
})
