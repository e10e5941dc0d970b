/** Nodes are killed under load, and one loses its disk: with servers of this file's own, for all others would fail with it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeNats, type NatsServer, removeNats, statesOf } from '../../../scripts/services/nats.mjs'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { openNatsStore } from '../../../src/stores/nats/index.js'
import { randomHistory } from '../../../src/testing/histories/random-histories.js'
import { linearizable, recordHistory } from '../../../src/testing/index.js'
import { patiently } from '../patiently.js'
import { Load } from './load.js'
import { killAll, killAndEmpty, killAndRestart, leader } from './node-faults.js'
import { newName, streamsOf } from './servers.js'

let server: NatsServer

beforeAll(async () => {
  server = await makeNats({ count: 3 })
})
afterAll(() => removeNats(server))

const writers = 8

const open = async (name: string): Promise<EventStore> =>
  orThrow(await openNatsStore({ servers: server.url.split(','), name }))

/** What is left of a load after this happened in the middle of it, and a while longer. */
async function afterFault(fault: (name: string) => Promise<void>) {
  const name = newName()
  const store = await open(name)
  const load = new Load(store, writers)
  const reached = (count: number) =>
    patiently(
      async () => load.count,
      (acknowledged) => acknowledged >= count,
    )
  await reached(300)
  await fault(name)
  await reached(load.count + 300)
  await load.stop()
  const reader = await open(name)
  const report = await load.account(reader)
  await Promise.all([store.close(), reader.close()])
  return report
}

const whole = { lost: 0, duplicated: 0, halves: 0, withoutContent: 0 }

test('The leader is killed under load: nothing acknowledged is lost, double or half, and writers go on.', async () => {
  const report = await afterFault(async (name) => killAndRestart(server, await leader(server, name)))
  expect(report).toMatchObject(whole)
})

test('The leader loses its disk under load: it gets everything back from the others.', async () => {
  const report = await afterFault(async (name) => {
    await killAndEmpty(server, await leader(server, name))
    // Now the other that was the leader meanwhile: what the emptied one got is needed for a majority.
    await killAndRestart(server, await leader(server, name))
  })
  expect(report).toMatchObject(whole)
})

test('Writers who race while the leader is killed are told what one order explains; and all replicas are alike.', async () => {
  const name = newName()
  const stores = [await open(name), await open(name)]
  const recorder = recordHistory()
  const writing = randomHistory(stores, 0, { seed: 5, writers: 8, operations: 150, conversations: 3, recorder })
  const answered = () => recorder.history().filter(({ answer }) => answer !== null).length
  await patiently(
    async () => answered(),
    (count) => count > 300,
  )
  expect(answered()).toBeLessThan(1_200)
  await killAndRestart(server, await leader(server, name))
  await writing
  const verdict = linearizable(recorder.history())
  expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
  for (const stream of streamsOf(name)) {
    const states = await patiently(
      () => statesOf(server, stream),
      (all) => new Set(all).size === 1,
    )
    expect(states).toEqual(Array.from(states, () => states[0]))
    expect(states).toHaveLength(3)
  }
  await Promise.all(stores.map((store) => store.close()))
})

test('All nodes are killed at once under load: what the system had in its page cache is there.', async () => {
  const report = await afterFault(() => killAll(server))
  expect(report).toMatchObject(whole)
})
