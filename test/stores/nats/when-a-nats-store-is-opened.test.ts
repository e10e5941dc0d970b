/** Opening: the first time by many at once, of streams that are another's or were changed, and of servers that will not do. */
import { Kvm } from '@nats-io/kv'
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { makeNats, removeNats } from '../../../scripts/services/nats.mjs'
import { orThrow } from '../../../src/or-throw.js'
import { type NatsStoreOptions, openNatsStore } from '../../../src/stores/nats/index.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { dropStore, newName, onBare, openNamed, replicas, serverUrls } from './servers.js'

async function wordOnOpening(options: Partial<NatsStoreOptions>): Promise<unknown> {
  const opened = await openNatsStore({ servers: serverUrls(), replicas: replicas(), ...options })
  if (isLeft(opened)) return inShort(opened)
  await opened.right.close()
  return 'opened'
}

test('Eight pods that start at once where there is nothing all open, and share one store.', async () => {
  const name = newName()
  const stores = await Promise.all(Array.from({ length: 8 }, () => openNamed(name)))
  for (const [n, store] of stores.entries()) orThrow(await store.append(appendOf(storedEvent('a', n + 1))))
  for (const store of stores) expect(orThrow(await store.list({}))).toEqual([{ conversationId: 'a', version: 8 }])
  await Promise.all(stores.map((store) => store.close()))
  await dropStore(name)
})

test('A stream that is something else is incompatible, and is left as it was.', async () => {
  const name = newName()
  await onBare((manager) => manager.streams.add({ name, subjects: [`${name}.e.*`], description: 'orders' }))
  expect(await wordOnOpening({ name })).toBe('incompatible-store')
  const { config } = await onBare((manager) => manager.streams.info(name))
  expect(config).toMatchObject({ description: 'orders', deny_delete: false })
  await dropStore(name)
})

test('A store of a newer version is incompatible, and so is one whose log was given a limit.', async () => {
  for (const change of [{ description: 'colloquy/2' }, { max_age: 600_000_000_000 }, { max_msgs: 10 }]) {
    const name = newName()
    await (await openNamed(name)).close()
    await onBare((manager) => manager.streams.update(name, change))
    expect(await wordOnOpening({ name }), JSON.stringify(change)).toBe('incompatible-store')
    await dropStore(name)
  }
})

test('What an operator may choose is left alone: the number of replicas.', async () => {
  const name = newName()
  await (await openNamed(name, { replicas: 1 })).close()
  expect(await wordOnOpening({ name })).toBe('opened')
  const { config } = await onBare((manager) => manager.streams.info(name))
  expect(config.num_replicas).toBe(1)
  await dropStore(name)
})

test('No program can delete or purge an event, and the bucket opens as any other.', async () => {
  const name = newName()
  const store = await openNamed(name)
  orThrow(await store.append(appendOf(storedEvent('a', 1, { content: '"said"', salt: '5a' }))))
  await onBare(async (manager, connection) => {
    await expect(manager.streams.deleteMessage(name, 1)).rejects.toThrow('message delete not permitted')
    await expect(manager.streams.purge(name)).rejects.toThrow('not permitted')
    const keys: string[] = []
    for await (const key of await (await new Kvm(connection).open(name)).keys()) keys.push(key)
    expect(keys).toEqual([expect.stringMatching(/^c\.a\.1\./)])
  })
  expect(orThrow(await store.read({ conversationId: 'a' }))).toHaveLength(1)
  await store.close()
  await dropStore(name)
})

test('What cannot be the name of a store is incompatible, and a bound that is no bound is refused at once.', async () => {
  for (const name of ['', 'a b', 'a.b', '*', '>', 'x'.repeat(65), 'é']) {
    expect(await wordOnOpening({ name }), name).toBe('incompatible-store')
  }
  for (const bound of [{ replicas: 0 }, { inFlightMax: 0 }, { queueMax: -1 }, { requestTimeoutMs: 0.5 }]) {
    await expect(openNatsStore({ servers: serverUrls(), ...bound })).rejects.toThrow(RangeError)
  }
})

test('Servers that are not there, or do not let us in, are unavailable.', async () => {
  const wrong = new URL(serverUrls()[0] ?? '')
  wrong.password = 'wrong'
  expect(await wordOnOpening({ servers: wrong.href })).toBe('unavailable')
  // Port 9 discards; nobody serves there.
  expect(await wordOnOpening({ servers: '127.0.0.1:9', requestTimeoutMs: 500 })).toBe('unavailable')
})

test('A server that takes no large message is incompatible; one alone cannot keep three replicas, and says so.', async () => {
  const small = await makeNats({ count: 1, settings: { maxPayloadBytes: 1_048_576 } })
  const refused = await openNatsStore({ servers: small.url, replicas: 1 })
  expect(refused).toMatchObject({
    left: { code: 'incompatible-store', message: expect.stringContaining('max_payload is 1048576') },
  })
  await removeNats(small)
  const alone = await makeNats({ count: 1 })
  expect(await openNatsStore({ servers: alone.url })).toMatchObject({
    left: { code: 'unavailable', message: expect.stringContaining('replicas > 1') },
  })
  const store = orThrow(await openNatsStore({ servers: alone.url, replicas: 1 }))
  orThrow(await store.append(appendOf(...storedEvents('a', 1, 3))))
  expect(orThrow(await store.health()).about).toMatchObject({ leader: 'alone', replicas: 1, current: 1 })
  await store.close()
  await removeNats(alone)
})

test('What is asked beyond the bounded queue is refused at once as unavailable, and what waits is done.', async () => {
  const name = newName()
  const store = await openNamed(name, { inFlightMax: 2, queueMax: 3 })
  const asked = Array.from({ length: 20 }, (_, n) => store.append(appendOf(storedEvent(`conversation ${n}`, 1))))
  const answers = (await Promise.all(asked)).map(inShort)
  expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => ({ version: 1 })))
  expect(answers.slice(5)).toEqual(Array.from({ length: 15 }, () => 'unavailable'))
  expect(orThrow(await store.list({}))).toHaveLength(5)
  await store.close()
  await dropStore(name)
})
