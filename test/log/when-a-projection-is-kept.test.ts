/** A projection's rows: whoever made them, whenever and how often, they are what the log folds to. */

import fc from 'fast-check'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { Folding } from '../../src/conversation/fold.js'
import type { Conversation } from '../../src/conversation/state.js'
import { conversationIndex } from '../../src/conversations/listing/conversation-index.js'
import { reviewQueue } from '../../src/conversations/listing/review-queue.js'
import type { StoreError } from '../../src/log/errors.js'
import { Projector } from '../../src/log/projection/projector.js'
import { hasViews, type ViewStore } from '../../src/log/projection/view-in-force.js'
import { nextRow, type Projection, shapeOf } from '../../src/log/projection.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import type { ViewRow } from '../../src/log/views.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { arbitraries } from '../../src/testing/index.js'
import { stores } from '../conversations/stores.js'
import { chained } from './recorded.js'

const { logs } = arbitraries(fc)
const log = fc.sample(logs({ attemptsMax: 60 }), { numRuns: 1, seed: 1 }).flat()
const projections = [conversationIndex, reviewQueue]

const viewed = (store: unknown): ViewStore => {
  if (!hasViews(store as ViewStore)) throw new Error('the store has no views')
  return store as ViewStore
}

/** The row as the log gives it, event by event. */
function folded(projection: Projection, log: readonly RecordedEvent[]): ViewRow | null {
  const folding = new Folding()
  let row: ViewRow | null = null
  for (const event of log) {
    folding.add(event)
    row = nextRow(projection, row, event, folding.state as Conversation)
  }
  return row
}

async function keep(store: ViewStore, log: readonly RecordedEvent[], from = 0, to = log.length): Promise<void> {
  const events = chained(log).slice(from, to)
  const [first] = events
  if (first) orThrow(await store.append({ conversationId: first.conversationId, expectedVersion: from, events }))
}

/** The row in force; `null` for none. */
async function rowOf(store: ViewStore, projection: Projection, conversationId: string): Promise<ViewRow | null> {
  const projector = new Projector(store, projection)
  return orThrow(await projector.withView((shape) => store.views.load(shape, [conversationId])))[0] ?? null
}

describe.each(stores)('over $name', ({ open }) => {
  test('Rows caught up, rows told twice and in any order, and rows made anew are those of the log.', async () => {
    const store = viewed(await open())
    let made = 0
    const property = fc.asyncProperty(logs({ attemptsMax: 40 }), fc.nat(), async (told, lot) => {
      const conversationId = `c${++made}`
      const log = told.map((event) => ({ ...event, conversationId }))
      const cut = lot % (log.length + 1)
      await keep(store, log, 0, cut)
      for (const projection of projections) {
        const projector = new Projector(store, projection)
        orThrow(await projector.catchUp())
        expect(await rowOf(store, projection, conversationId)).toEqual(folded(projection, log.slice(0, cut)))
      }
      await keep(store, log, cut)
      for (const projection of projections) {
        const [one, other] = [new Projector(store, projection), new Projector(store, projection)]
        const touched = log.map(({ version }) => ({ conversationId, version }))
        orThrow(await one.project([...touched, ...touched].reverse()))
        expect(orThrow(await other.project(touched))).toBe(0)
        expect(await rowOf(store, projection, conversationId)).toEqual(folded(projection, log))
      }
    })
    await fc.assert(property, { numRuns: 40 })
    for (const projection of projections) {
      const projector = new Projector(store, projection)
      const all = async () => {
        const ids = orThrow(await store.list({})).map((listed) => listed.conversationId)
        return orThrow(await projector.withView((shape) => store.views.load(shape, ids)))
      }
      const before = await all()
      orThrow(await projector.rebuild())
      expect(orThrow(await projector.inForce())?.name).toBe(`${projection.name}_1_2`)
      expect(await all()).toEqual(before)
      const old = await store.views.load(shapeOf(projection, 1), [])
      expect(old).toMatchObject({ left: { code: 'view-missing' } })
    }
  })

  test('Nothing waits once all is caught up; before, it is told how much, and since when.', async () => {
    const store = viewed(await open())
    const projector = new Projector(store, conversationIndex)
    expect(await projector.lag()).toMatchObject({ left: { code: 'view-missing' } })
    orThrow(await projector.catchUp())
    expect(orThrow(await projector.lag())).toEqual({ behind: 0, isMore: false, oldestRecordedAt: null })
    await keep(store, log)
    const oldestRecordedAt = log[0]?.recordedAt
    expect(orThrow(await projector.lag())).toEqual({ behind: log.length, isMore: false, oldestRecordedAt })
    expect(orThrow(await projector.catchUp())).toBe(log.length)
    expect(orThrow(await projector.catchUp())).toBe(0)
    expect(orThrow(await projector.lag())).toEqual({ behind: 0, isMore: false, oldestRecordedAt: null })
  })
})

const named = (conversationId: string) => log.map((event) => ({ ...event, conversationId }))

describe('while it is made anew', () => {
  test('What is appended meanwhile with rows for the old view is not missed.', async () => {
    const store = viewed(openMemoryStore())
    const projector = new Projector(store, conversationIndex)
    const ids = Array.from({ length: 30 }, (_, n) => `c${n + 10}`)
    for (const id of ids) await keep(store, named(id), 0, 1)
    orThrow(await projector.catchUp())
    const old = shapeOf(conversationIndex, 1)
    // Each time rows are saved, a writer who knows the old view alone appends one event more to a conversation behind it.
    let at = 0
    let refusals = 0
    const meanwhile = async () => {
      const conversationId = ids[at % ids.length] as string
      const version = 1 + Math.floor(at++ / ids.length) + 1
      const [event] = chained(named(conversationId)).slice(version - 1, version)
      if (!event) return
      const row = folded(conversationIndex, named(conversationId).slice(0, version)) as ViewRow
      const answer = await store.append({
        conversationId,
        expectedVersion: version - 1,
        events: [event],
        rows: [{ shape: old, row }],
      })
      if (isLeft(answer)) refusals++
    }
    const { views } = store
    const busy: ViewStore = Object.assign(Object.create(store), {
      append: store.append,
      // As PostgreSQL holds its feed back while any transaction is open: the list alone tells what there is.
      readAll: async () => right([]),
      views: {
        ...views,
        drop: async (...asked: Parameters<typeof views.drop>) => {
          for (let n = 0; n < 40; n++) await meanwhile()
          const dropped = await views.drop(...asked)
          await meanwhile()
          return dropped
        },
      },
    })
    orThrow(await new Projector(busy, conversationIndex).rebuild({ onProgress: () => void meanwhile() }))
    expect(at).toBeGreaterThan(40)
    expect(refusals).toBeGreaterThan(0)
    for (const id of ids) {
      const { length } = orThrow(await store.read({ conversationId: id }))
      expect(await rowOf(store, conversationIndex, id)).toEqual(folded(conversationIndex, named(id).slice(0, length)))
    }
  })

  test('Stopped half-way, it goes on from there; two who do it at once do it once.', async () => {
    const store = viewed(openMemoryStore())
    for (let n = 0; n < 1_200; n++) await keep(store, named(`c${n + 1_000}`), 0, 1)
    const stop = new AbortController()
    const projector = new Projector(store, conversationIndex)
    const stopped = await projector.rebuild({ signal: stop.signal, onProgress: () => stop.abort() })
    expect(stopped).toMatchObject({ left: { code: 'unavailable' } })
    expect(await projector.lag()).toMatchObject({ left: { code: 'view-missing' } })
    const made: number[] = []
    const hooks = { onProgress: ({ rows }: { readonly rows: number }) => made.push(rows) }
    const [one, other] = [projector, new Projector(store, conversationIndex)]
    for (const answer of await Promise.all([one.rebuild(hooks), other.rebuild()])) orThrow(answer)
    expect(made[0]).toBe(0)
    expect(orThrow(await one.inForce())?.name).toBe('conversations_1_1')
    expect(await rowOf(store, conversationIndex, 'c2199')).toEqual(
      folded(conversationIndex, named('c2199').slice(0, 1)),
    )
  })

  test('A switch that was left half-way is completed by whoever comes next.', async () => {
    const store = viewed(openMemoryStore())
    await keep(store, named('a'), 0, 2)
    const projector = new Projector(store, conversationIndex)
    orThrow(await projector.catchUp())
    const { views } = store
    const stuck = { ...views, drop: async () => views.load({ ...shapeOf(conversationIndex, 9), name: '' }, []) }
    const crashing: ViewStore = Object.assign(Object.create(store), { views: stuck })
    expect(await new Projector(crashing, conversationIndex).rebuild()).toMatchObject({ _tag: 'Left' })
    await keep(store, named('a'), 2, 3)
    orThrow(await projector.catchUp())
    expect(orThrow(await projector.inForce())?.name).toBe('conversations_1_2')
    expect(await rowOf(store, conversationIndex, 'a')).toMatchObject({ version: 3 })
    expect(await views.load(shapeOf(conversationIndex, 1), [])).toMatchObject({ left: { code: 'view-missing' } })
  })
})

test('A log that cannot be read is told, and keeps no other from its row.', async () => {
  const store = viewed(openMemoryStore())
  await keep(store, named('fine'), 0, 2)
  const [broken] = chained(named('broken')) as readonly [ReturnType<typeof chained>[number]]
  orThrow(await store.append({ conversationId: 'broken', expectedVersion: 0, events: [{ ...broken, record: '{' }] }))
  const errors: StoreError[] = []
  const projector = new Projector(store, conversationIndex, { onError: (error) => errors.push(error) })
  orThrow(await projector.catchUp())
  expect(errors.every(({ code, conversationId }) => code === 'corrupt-event' && conversationId === 'broken')).toBe(true)
  expect(errors).not.toEqual([])
  expect(await rowOf(store, conversationIndex, 'fine')).toMatchObject({ version: 2 })
  expect(await rowOf(store, conversationIndex, 'broken')).toBeNull()
})
