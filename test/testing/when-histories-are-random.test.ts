/**
 * Random concurrent histories: sound stores' are explained, broken stores' are not, and the same seed makes the same.
 */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { openMemoryStore } from '../../src/stores/memory.js'
import {
  type History,
  linearizable,
  type RandomHistoriesOptions,
  randomHistories,
  type StoreFactory,
} from '../../src/testing/index.js'
import { newPath, openAt, presentDrivers } from '../stores/sqlite-files.js'
import { brokenStores } from './broken-stores/index.js'
import { openSoundStore } from './sound-store.js'
import { unreliable } from './unreliable-store.js'

const memory: StoreFactory = async () => ({ store: openMemoryStore() })

async function historiesOf(options: Partial<RandomHistoriesOptions>): Promise<readonly History[]> {
  const histories: History[] = []
  const all = { factory: memory, seed: 1, histories: 100, ...options }
  for await (const history of randomHistories(all)) histories.push(history)
  return histories
}

/** The stories of all that cannot be explained. */
const refuted = (histories: readonly History[]): readonly string[] =>
  histories.flatMap((history) => {
    const verdict = linearizable(history)
    return verdict.ok ? [] : [verdict.story]
  })

/** How often each kind of operation got each kind of answer. */
function census(histories: readonly History[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { kind, answer } of histories.flat()) {
    const heard = answer === null ? 'nothing' : isLeft(answer) ? answer.left.code : 'ok'
    counts.set(`${kind}: ${heard}`, (counts.get(`${kind}: ${heard}`) ?? 0) + 1)
  }
  return counts
}

describe('of a sound store', () => {
  test('In memory, every one is explained.', async () => {
    expect(refuted(await historiesOf({ histories: 300 }))).toEqual([])
  })

  test.each(presentDrivers)('In SQLite over %s with two handles, every one is explained.', async (driver) => {
    const path = newPath()
    const open = () => openAt(path, driver)
    const factory: StoreFactory = async () => ({ store: await open(), openAnother: open })
    expect(refuted(await historiesOf({ factory, histories: 60, handles: 2, writers: 6 }))).toEqual([])
  })

  test('Behind a network that loses answers, every one is explained.', async () => {
    const factory: StoreFactory = async () => ({ store: unreliable(openSoundStore().store, 7) })
    const histories = await historiesOf({ factory, histories: 200 })
    expect(refuted(histories)).toEqual([])
    expect(census(histories).get('append: unknown-outcome')).toBeGreaterThan(500)
  })
})

test('Of 32 writers on one conversation, with answers lost, each is decided within the bounds.', async () => {
  const factory: StoreFactory = async () => ({ store: unreliable(openSoundStore().store, 5) })
  const histories = await historiesOf({ factory, histories: 10, writers: 32, conversations: 1 })
  expect(refuted(histories)).toEqual([])
})

describe('of a store that is broken', () => {
  const seeded = [
    'ignores the expected version',
    'takes an expected version one too high',
    'tells no actual version',
    'lets two create a conversation',
    'lets two go on from one version',
    'mixes batches',
    'forgets an append now and then',
    'has a race only beside others',
    'takes a repeat for a conflict',
    'answers a repeat with where it is now',
    'stores an event again under its id',
    'does not look at the hash',
    'loses the last event of a batch',
    'reads from a lagging replica',
    'shows half an append',
    'shows drafts',
    'finds later than it reads',
    'gives its own objects away',
  ]

  test.each(seeded)('One that %s is found out.', async (name) => {
    const store = brokenStores.find((one) => one.name === name)
    const found = refuted(await historiesOf({ factory: async () => store?.open() ?? memory(), histories: 40 }))
    expect(found.length).toBeGreaterThan(0)
    expect(found[0]).toContain('<- cannot be')
  })

  test('One whose lost appends happen again and again is found out behind a bad network.', async () => {
    const factory: StoreFactory = async () => {
      const { store } = openSoundStore()
      let copies = 0
      const doubling = unreliable(
        {
          ...store,
          append: async (request) => {
            const answer = await store.append(request)
            if (isRight(answer) || answer.left.actualVersion === undefined) return answer
            // A retry under a new id, wherever the stream is by now: at least once, and more.
            const expectedVersion = answer.left.actualVersion
            const events = request.events.map((event, at) => {
              return { ...event, version: expectedVersion + 1 + at, eventId: `${event.eventId} again ${++copies}` }
            })
            await store.append({ ...request, expectedVersion, events })
            return answer
          },
        },
        3,
      )
      return { store: doubling }
    }
    expect(refuted(await historiesOf({ factory, histories: 20 })).length).toBeGreaterThan(0)
  })
})

describe('of a seed', () => {
  test('The same seed makes the same histories, another seed others.', async () => {
    const first = await historiesOf({ histories: 10 })
    expect(await historiesOf({ histories: 10 })).toEqual(first)
    expect(await historiesOf({ histories: 10, seed: 2 })).not.toEqual(first)
  })

  test('They hold every kind of question and answer, many times.', async () => {
    const counts = census(await historiesOf({ histories: 100 }))
    const kinds = ['append: ok', 'append: wrong-expected-version', 'append: duplicate-event', 'read: ok', 'find: ok']
    for (const kind of kinds) expect(counts.get(kind), kind).toBeGreaterThan(50)
  })

  test('An append is often sent again, and answered as the first time.', async () => {
    const appended = (await historiesOf({ histories: 20 })).flat().flatMap(({ kind, answer, request }) => {
      return kind === 'append' && answer && isRight(answer) ? [JSON.stringify(request)] : []
    })
    expect(appended.length - new Set(appended).size).toBeGreaterThan(10)
  })

  test('Writers, operations and conversations are as many as asked for.', async () => {
    const [history = []] = await historiesOf({ histories: 1, writers: 3, operations: 5, conversations: 2 })
    const clients = history.map(({ client }) => client)
    expect(new Set(clients)).toEqual(new Set(['w1', 'w2', 'w3', 'the end']))
    expect(history.length).toBeLessThanOrEqual(3 * 5 + 2)
    expect(history.filter(({ client }) => client === 'the end')).toHaveLength(2)
  })

  test('The store is closed and cleaned up, also when the loop is left early.', async () => {
    const log: string[] = []
    const factory: StoreFactory = async () => {
      const { store } = openSoundStore()
      const close = async () => void log.push('closed')
      return { store: { ...store, close }, cleanUp: async () => void log.push('cleaned up') }
    }
    for await (const history of randomHistories({ factory, seed: 1, histories: 9 })) if (history.length > 0) break
    expect(log).toEqual(['closed', 'cleaned up'])
  })
})
