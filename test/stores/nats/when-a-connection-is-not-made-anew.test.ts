/**
 * A network that loses what the driver takes for granted while it makes a connection anew: the server's greeting, or its own
 * subscriptions. The store must come back by itself, and whoever listens must go on hearing.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, inShort, storedEvent } from '../stored-events.js'
import { type Fate, TcpProxy } from '../tcp-proxy.js'
import { dropStore, newName, openNamed, serverUrls } from './servers.js'

const name = newName()
const requestTimeoutMs = 1_000
let proxy: TcpProxy
/** By way of the proxy. */
let store: EventStore
/** Beside it. */
let witness: EventStore
let conversations = 0
let conversationId = ''
let version = 0

beforeAll(async () => {
  proxy = await TcpProxy.before(serverUrls()[0] ?? '')
  witness = await openNamed(name)
  store = await openNamed(name, { servers: proxy.url, discoverServers: false, requestTimeoutMs })
})

beforeEach(async () => {
  conversationId = `conversation ${++conversations}`
  version = orThrow(await store.append(appendOf(storedEvent(conversationId, 1)))).version
})

afterAll(async () => {
  await Promise.all([store.close(), witness.close()])
  await proxy.end()
  await dropStore(name)
})

/** Asks again and again without a pause, until it is answered; what waits for ever ends this test. */
async function untilAnswered(): Promise<void> {
  while (inShort(await store.health()) === 'unavailable');
}

/** Cuts what there is, and then swallows these. */
function cutThenSwallow(direction: 'request' | 'answer', isSwallowed: (bytes: Uint8Array, number: number) => boolean) {
  let number = 0
  let swallowed = 0
  proxy.fates.answer = () => {
    proxy.heal()
    proxy.fates[direction] = (bytes): Fate => {
      const fate = isSwallowed(bytes, ++number) ? 'swallow' : 'pass'
      if (fate === 'swallow') swallowed += 1
      return fate
    }
    return 'cut'
  }
  return () => swallowed
}

async function expectItToGoOn(): Promise<void> {
  expect(orThrow(await store.append(appendOf(storedEvent(conversationId, version + 1))))).toEqual({
    version: version + 1,
  })
  expect(orThrow(await witness.read({ conversationId }))).toHaveLength(version + 1)
}

test('The greetings of four connections in a row are swallowed: at the fifth the store answers again.', async () => {
  const swallowed = cutThenSwallow('answer', (_, number) => number <= 4)
  await untilAnswered()
  expect(swallowed()).toBe(4)
  await expectItToGoOn()
})

test('The subscription to answers is swallowed: over a connection where pings alone are answered nobody waits for ever.', async () => {
  let isFirst = true
  const swallowed = cutThenSwallow('request', (bytes) => {
    const isSubscription = Buffer.from(bytes).toString().startsWith('SUB ') && isFirst
    if (isSubscription) isFirst = false
    return isSubscription
  })
  await untilAnswered()
  expect(swallowed()).toBe(1)
  await expectItToGoOn()
})

test('Who listens goes on hearing over the connection that took the place of a dead one.', async () => {
  const { listen } = store
  if (listen === undefined) throw new Error('this store tells of nothing')
  let heard = 0
  let told: () => void = () => undefined
  const end = listen(() => {
    heard += 1
    told()
  })
  let isFirst = true
  cutThenSwallow('request', (bytes) => {
    const isSubscription = Buffer.from(bytes).toString().startsWith('SUB ') && isFirst
    if (isSubscription) isFirst = false
    return isSubscription
  })
  await untilAnswered()
  const hears = async () => {
    const before = heard
    const next = new Promise<void>((resolve) => {
      told = resolve
    })
    orThrow(await witness.append(appendOf(storedEvent(conversationId, ++version))))
    if (heard === before) await next
  }
  await hears()
  await hears()
  end()
})
