/** Whatever is asked, in whatever order: SQLite answers as the memory store does. */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { newPath, openAt, presentDrivers } from './sqlite-files.js'
import { inShort, storedEvent } from './stored-events.js'

/** A question as data, so that a counterexample reads as a story. */
type Asked = 'append' | 'read' | 'readAll' | 'find' | 'list' | 'erase' | 'saveSnapshot' | 'loadSnapshot'
type Question = { [M in Asked]: readonly [M, Parameters<EventStore[M]>[0]] }[Asked]

const conversationId = fc.constantFrom('a', 'b', '__proto__', '🐎', '\uff61')
const version = fc.integer({ min: -1, max: 6 })
const limit = fc.constantFrom(0, 1, 2, 100)
const eventId = fc.integer({ min: 1, max: 6 }).map((n) => `e${n}`)

/** Appends that often fit, with few ids, so that repeats and duplicates come often. */
const append = fc
  .record({ conversationId, expectedVersion: version, ids: fc.array(eventId, { maxLength: 3 }) })
  .map(({ ids, ...request }): Question => {
    const more = (id: string) => ({ eventId: id, hash: `hash of ${id}`, content: JSON.stringify(id), salt: '5a' })
    const events = ids.map((id, at) => storedEvent(request.conversationId, request.expectedVersion + 1 + at, more(id)))
    return ['append', { ...request, events }]
  })

const others: readonly fc.Arbitrary<Question>[] = [
  fc.record({ conversationId, fromVersion: version, toVersion: version, limit }).map((range) => ['read', range]),
  fc.record({ afterPosition: version, limit }).map((range) => ['readAll', range]),
  fc.record({ conversationId, eventId }).map((key) => ['find', key]),
  fc.record({ afterId: conversationId, limit }).map((range) => ['list', range]),
  fc.record({ conversationId, versions: fc.array(version) }).map((request) => ['erase', request]),
  fc.record({ conversationId, version, text: fc.constantFrom('1', '2') }).map((kept) => ['saveSnapshot', kept]),
  conversationId.map((id) => ['loadSnapshot', id]),
]

const questions = fc.array(
  fc.oneof({ arbitrary: append, weight: 8 }, ...others.map((arbitrary) => ({ arbitrary, weight: 1 }))),
  { maxLength: 40, size: 'max' },
)

/** The answers in order, as text that can be compared. */
async function answersOf(store: EventStore, asked: readonly Question[]): Promise<string> {
  const answers: unknown[] = []
  for (const [method, argument] of asked) {
    // The pair is well typed where it is made; taken apart, the compiler no longer sees that it fits.
    const ask = store[method] as (argument: unknown) => ReturnType<EventStore[typeof method]>
    answers.push(inShort<unknown>(await ask.call(store, argument)))
  }
  return JSON.stringify(answers)
}

describe.each(presentDrivers)('over %s', (driver) => {
  test('Any questions are answered alike.', async () => {
    const property = fc.asyncProperty(questions, async (asked) => {
      const sqlite = await openAt(newPath(), driver)
      const [expected, actual] = [await answersOf(openMemoryStore(), asked), await answersOf(sqlite, asked)]
      await sqlite.close()
      if (actual !== expected) throw new Error(`memory: ${expected}\nsqlite: ${actual}`)
    })
    await fc.assert(property, { numRuns: 100 })
  })
})
