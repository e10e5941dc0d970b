/** A network between store and server that delays, cuts and swallows: what is told, and what is stored then. */
import type { Either } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { StoreError } from '../../../src/log/errors.js'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { randomHistory } from '../../../src/testing/histories/random-histories.js'
import { linearizable } from '../../../src/testing/index.js'
import { SeededChance } from '../../../src/testing/seeded-chance.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { type Fate, TcpProxy } from '../tcp-proxy.js'
import { dropSchema, newSchema, openIn, serverUrl } from './server.js'

const schema = newSchema()
let proxy: TcpProxy
/** By way of the proxy, and with little patience. */
let store: EventStore
/** Beside it. */
let witness: EventStore
let conversations = 0
let conversationId = ''

beforeAll(async () => {
  proxy = await TcpProxy.before(serverUrl())
  witness = await openIn(schema)
})

beforeEach(async () => {
  conversationId = `conversation ${++conversations}`
  orThrow(await witness.append(appendOf(storedEvent(conversationId, 1))))
  // There is a connection, so that what fails next is not the connecting; and nothing that was appended is yet to be told.
  store = await openIn(schema, { connectionString: proxy.url, statementTimeoutMs: 250 })
  return async () => {
    proxy.heal()
    await store.close()
  }
})

afterAll(async () => {
  await witness.close()
  await proxy.end()
  await dropSchema(schema)
})

const stored = async () => orThrow(await witness.read({ conversationId }))

/** Once: then all goes on as it should. */
const once = (fate: Fate) => () => {
  proxy.heal()
  return fate
}

/** Sent again, it is there once, however it went the first time; and the conversation goes on. */
async function isResolvedBySendingAgain(): Promise<void> {
  proxy.heal()
  const again = appendOf(...storedEvents(conversationId, 2, 3))
  expect(orThrow(await store.append(again))).toEqual({ version: 3 })
  expect(await stored()).toEqual(storedEvents(conversationId, 1, 3))
  expect(orThrow(await store.append(appendOf(storedEvent(conversationId, 4))))).toEqual({ version: 4 })
}

test('The answer is cut off: unknown, and it was stored.', async () => {
  proxy.fates.answer = once('cut')
  expect(inShort(await store.append(appendOf(...storedEvents(conversationId, 2, 3))))).toBe('unknown-outcome')
  expect(await stored()).toHaveLength(3)
  expect(orThrow(await store.find({ conversationId, eventId: `${conversationId}-3` }))?.version).toBe(3)
  await isResolvedBySendingAgain()
})

test('The request is cut off on its way: unknown, for who could tell, and it was not stored.', async () => {
  proxy.fates.request = once('cut')
  expect(inShort(await store.append(appendOf(...storedEvents(conversationId, 2, 3))))).toBe('unknown-outcome')
  expect(await stored()).toHaveLength(1)
  expect(orThrow(await store.find({ conversationId, eventId: `${conversationId}-3` }))).toBe(null)
  await isResolvedBySendingAgain()
})

test('The answer never comes: unknown when patience ends, and it was stored.', async () => {
  proxy.fates.answer = () => 'swallow'
  expect(inShort(await store.append(appendOf(...storedEvents(conversationId, 2, 3))))).toBe('unknown-outcome')
  expect(await stored()).toHaveLength(3)
  await isResolvedBySendingAgain()
})

/** What is told when the answer is cut off, of a connection that was there. */
async function toldWithoutAnswer(ask: () => Promise<Either<StoreError, unknown>>): Promise<unknown> {
  orThrow(await store.list({}))
  proxy.fates.answer = once('cut')
  return inShort(await ask())
}

test('What only reads, or can be lost, is unavailable then, and not unknown; erasing is unknown.', async () => {
  const asks = [
    () => store.read({ conversationId }),
    () => store.find({ conversationId, eventId: 'x' }),
    () => store.list({}),
    () => store.readAll({ afterPosition: 0 }),
    () => store.loadSnapshot(conversationId),
    () => store.saveSnapshot({ conversationId, version: 1, text: '{}' }),
  ]
  for (const ask of asks) expect(await toldWithoutAnswer(ask)).toBe('unavailable')
  expect(await toldWithoutAnswer(() => store.erase({ conversationId, versions: [1] }))).toBe('unknown-outcome')
  for (const ask of asks) expect((await ask())._tag).toBe('Right')
})

test('A connection that cannot be made is unavailable: nothing was sent.', async () => {
  const lost = await TcpProxy.before(serverUrl())
  const left = await openIn(schema, { connectionString: lost.url })
  await lost.end()
  // The one that was open breaks under this, which tells nothing of where it broke.
  await left.append(appendOf(storedEvent(conversationId, 2)))
  const answer = await left.append(appendOf(storedEvent(conversationId, 2)))
  expect(inShort(answer)).toBe('unavailable')
  expect(await stored()).toHaveLength(1)
  await left.close()
})

test('Through delays, cuts and lost answers nothing acknowledged is lost and nothing is there twice.', async () => {
  const chance = new SeededChance(11)
  const seen = new Map<string, number>()
  const fate = (): Fate => (chance.below(40) === 0 ? 'cut' : chance.of(['pass', 'pass', 'delay']))
  for (let number = 0; number < 60; number++) {
    Object.assign(proxy.fates, { request: fate, answer: fate })
    const history = await randomHistory([store], number, { seed: 7, writers: 4 })
    proxy.heal()
    const verdict = linearizable(history)
    expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
    for (const { answer } of history) {
      const word = answer?._tag === 'Left' ? answer.left.code : 'answered'
      seen.set(word, (seen.get(word) ?? 0) + 1)
    }
  }
  for (const word of ['answered', 'unknown-outcome', 'unavailable', 'wrong-expected-version']) {
    expect(seen.get(word) ?? 0, word).toBeGreaterThan(10)
  }
})
