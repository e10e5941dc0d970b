/** A network between store and servers that delays, cuts and swallows: what is told, and what is stored then. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { randomHistory } from '../../../src/testing/histories/random-histories.js'
import { linearizable } from '../../../src/testing/index.js'
import { SeededChance } from '../../../src/testing/seeded-chance.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { type Fate, TcpProxy } from '../tcp-proxy.js'
import { dropStore, newName, openNamed, serverUrls } from './servers.js'

const name = newName()
let proxy: TcpProxy
/** By way of the proxy. */
let store: EventStore
/** Beside it. */
let witness: EventStore
let conversations = 0
let conversationId = ''

const byProxy = (requestTimeoutMs: number) =>
  openNamed(name, { servers: proxy.url, discoverServers: false, requestTimeoutMs })

beforeAll(async () => {
  proxy = await TcpProxy.before(serverUrls()[0] ?? '')
  witness = await openNamed(name)
  store = await byProxy(5_000)
})

beforeEach(async () => {
  conversationId = `conversation ${++conversations}`
  orThrow(await store.append(appendOf(storedEvent(conversationId, 1))))
})

afterAll(async () => {
  await Promise.all([store.close(), witness.close()])
  await proxy.end()
  await dropStore(name)
})

const passes = Array.from({ length: 12 }, (): Fate => 'pass')

const stored = async () => orThrow(await witness.read({ conversationId }))

/** Once: then all goes on as it should. */
const once = (fate: Fate) => () => {
  proxy.heal()
  return fate
}

test('The answer is cut off: the store asks again over a new connection, and the append is there once.', async () => {
  proxy.fates.answer = once('cut')
  expect(inShort(await store.append(appendOf(...storedEvents(conversationId, 2, 3))))).toEqual({ version: 3 })
  expect(await stored()).toEqual(storedEvents(conversationId, 1, 3))
})

test('The request is cut off on its way: so too.', async () => {
  proxy.fates.request = once('cut')
  expect(inShort(await store.append(appendOf(...storedEvents(conversationId, 2, 3))))).toEqual({ version: 3 })
  expect(await stored()).toEqual(storedEvents(conversationId, 1, 3))
})

test('The answer never comes: unknown when patience ends, and it was stored; sent again, it is there once.', async () => {
  const hasty = await byProxy(300)
  orThrow(await hasty.read({ conversationId }))
  proxy.fates.answer = () => 'swallow'
  const request = appendOf(...storedEvents(conversationId, 2, 3))
  expect(inShort(await hasty.append(request))).toBe('unknown-outcome')
  expect(inShort(await hasty.saveSnapshot({ conversationId, version: 1, text: '{}' }))).toBe('unavailable')
  expect(inShort(await hasty.read({ conversationId }))).toBe('unavailable')
  expect(await stored()).toHaveLength(3)
  proxy.heal()
  expect(orThrow(await store.append(request))).toEqual({ version: 3 })
  expect(await stored()).toEqual(storedEvents(conversationId, 1, 3))
  expect(orThrow(await store.append(appendOf(storedEvent(conversationId, 4))))).toEqual({ version: 4 })
  await hasty.close()
})

test('Servers that have gone are unavailable: nothing was sent, and nobody waits twice as long as told.', async () => {
  const other = await TcpProxy.before(serverUrls()[0] ?? '')
  const left = await openNamed(name, { servers: other.url, discoverServers: false, requestTimeoutMs: 300 })
  await other.end()
  // The one that was open breaks under this, which tells nothing of where it broke.
  await left.read({ conversationId })
  expect(inShort(await left.append(appendOf(storedEvent(conversationId, 2))))).toBe('unavailable')
  expect(inShort(await left.health())).toBe('unavailable')
  expect(await stored()).toHaveLength(1)
  await left.close()
})

test('Through delays, cuts and swallowed answers nothing acknowledged is lost and nothing is there twice.', async () => {
  const hasty = await byProxy(400)
  const chance = new SeededChance(11)
  const met = new Map<Fate, number>()
  const fate = (): Fate => {
    const chosen = chance.below(12) === 0 ? 'cut' : chance.of<Fate>([...passes, 'delay', 'swallow'])
    met.set(chosen, (met.get(chosen) ?? 0) + 1)
    return chosen
  }
  let answered = 0
  for (let number = 0; number < 12; number++) {
    Object.assign(proxy.fates, { request: fate, answer: fate })
    const history = await randomHistory([hasty], number, { seed: 7, writers: 4 })
    proxy.heal()
    const verdict = linearizable(history)
    expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
    answered += history.filter(({ answer }) => answer?._tag === 'Right').length
  }
  for (const what of ['delay', 'swallow', 'cut'] as const) expect(met.get(what) ?? 0, what).toBeGreaterThan(3)
  expect(answered).toBeGreaterThan(20)
  await hasty.close()
})
