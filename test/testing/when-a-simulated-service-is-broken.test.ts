/** Bugs put in on purpose: each is found within a few seeds, by the law that is meant for it. */
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { rejection } from '../../src/conversation/rejection.js'
import { createConversations } from '../../src/conversations.js'
import type { EventStore } from '../../src/log/event-store.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { noFaults } from '../../src/testing/simulation/faults.js'
import type { CreateDoor } from '../../src/testing/simulation/pods.js'
import { simulate } from '../../src/testing/simulation/simulate.js'
import { interposed } from '../conversations/interposed-store.js'
import { lawsFoundBy } from './found-by.js'
import { openNaiveStore } from './naive-store.js'

const seedsMax = 5

/** A door whose store has somebody between. */
const doorWith =
  (between: Parameters<typeof interposed>[1]): CreateDoor =>
  (options) =>
    createConversations({ ...options, store: interposed(options.store, between) })

const storeWith =
  (between: Parameters<typeof interposed>[1]): (() => EventStore) =>
  () =>
    interposed(openMemoryStore(), between)

test('A store without compare-and-set loses updates: one winner a version.', async () => {
  expect(await lawsFoundBy({ store: openNaiveStore }, seedsMax)).toContain('one-winner')
})

test('A store that says yes and keeps nothing: what was taken is not read back.', async () => {
  let calls = 0
  const store = storeWith({
    append: (real) => async (request) =>
      ++calls % 40 === 0 ? right({ version: request.expectedVersion + 1 }) : real(request),
  })
  expect(await lawsFoundBy({ store }, seedsMax)).toEqual(expect.arrayContaining(['kept']))
})

test('A store that changes what was said breaks the chain.', async () => {
  const store = storeWith({
    read: (real) => async (range) => {
      const page = await real(range)
      if (isLeft(page)) return page
      return right(page.right.map((event) => ({ ...event, content: event.content?.toUpperCase() ?? null })))
    },
  })
  expect(await lawsFoundBy({ store }, seedsMax)).toContain('chain')
})

test('A store that keeps what it was told to erase is found out.', async () => {
  expect(await lawsFoundBy({ store: storeWith({ erase: () => async () => right(undefined) }) }, seedsMax)).toContain(
    'erased',
  )
})

test('A store whose snapshots are not what was saved: replaying from them gives another state.', async () => {
  const store = storeWith({
    saveSnapshot: (real) => (snapshot) =>
      real({ ...snapshot, text: snapshot.text.replaceAll('"role":"user"', '"role":"assistant"') }),
  })
  expect(await lawsFoundBy({ store }, seedsMax)).toContain('I10')
})

test('A door that sends again under a new id when an answer was lost: the command is in the log twice.', async () => {
  const createDoor: CreateDoor = (options) => {
    const door = createConversations(options)
    const send: typeof door.send = async (request) => {
      const answer = await door.send(request)
      if (!isLeft(answer) || answer.left.kind !== 'store') return answer
      const { commandId: _, messageId: __, ...anew } = request
      return door.send(anew)
    }
    return Object.assign(Object.create(door), { send })
  }
  expect(await lawsFoundBy({ createDoor, faults: { answerLost: 0.2, storeRefuses: 0.1 } }, seedsMax)).toContain(
    'exactly-once',
  )
})

test('A door that takes a failure of the assessor for harmless: the log tells what nobody said.', async () => {
  const createDoor: CreateDoor = ({ assess, ...options }) =>
    createConversations({
      ...options,
      assess: async (request) => {
        try {
          return (await assess?.(request)) ?? { harm: 'none', risk: null }
        } catch {
          return { harm: 'none', risk: null }
        }
      },
    })
  expect(await lawsFoundBy({ createDoor }, seedsMax)).toContain('assessed-truly')
})

test("A door whose cache never asks for others' events shows what is past.", async () => {
  const createDoor = doorWith({
    read: (real) => async (range) => ((range.fromVersion ?? 1) > 1 ? right([]) : real(range)),
  })
  expect(await lawsFoundBy({ createDoor }, seedsMax)).toContain('fresh')
})

test('A door that refuses an end and does not write it down.', async () => {
  const createDoor: CreateDoor = (options) =>
    Object.assign(Object.create(createConversations(options)), {
      end: async () => left(rejection('risk-flagged', 'no', ['risk-flagged'])),
    })
  expect(await lawsFoundBy({ createDoor }, seedsMax)).toContain('declined-logged')
})

test('A door that does not answer is found waiting, and one that throws is found throwing.', async () => {
  const broken =
    (send: () => Promise<never>): CreateDoor =>
    (options) =>
      Object.assign(Object.create(createConversations(options)), { send })
  const silent = broken(() => new Promise(() => {}))
  expect(await lawsFoundBy({ createDoor: silent, faults: noFaults }, seedsMax)).toContain('liveness')
  const throwing = broken(async () => {
    throw new Error('no')
  })
  expect(await lawsFoundBy({ createDoor: throwing }, seedsMax)).toContain('throws')
})

test('A store that throws, asked for a snapshot, for a log from its beginning, or to close, is found throwing.', async () => {
  const no = async () => {
    throw new Error('no')
  }
  expect(await lawsFoundBy({ store: storeWith({ loadSnapshot: () => no }) }, 1)).toContain('throws')
  expect(await lawsFoundBy({ store: storeWith({ close: () => no }) }, 1)).toEqual(['throws'])
  const shut = storeWith({ read: (read) => (range) => (range.fromVersion === 1 ? no() : read(range)) })
  expect(await lawsFoundBy({ store: shut, events: 20 }, 1)).toContain('throws')
})

test('A finding tells the seed, the law, the place and how it came to it; the seed shows it again.', async () => {
  const options = { seed: 1, users: 6, events: 300, store: openNaiveStore }
  const [first, again] = [await simulate(options), await simulate(options)]
  const [finding] = first.findings
  expect(finding).toMatchObject({ seed: 1, conversationId: expect.any(String), version: expect.any(Number) })
  expect(finding?.story.length).toBeGreaterThan(2)
  expect(finding?.story.at(-1)).toContain('seed: 1')
  expect(again).toEqual(first)
})
