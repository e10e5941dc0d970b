/** The recorder writes down what is asked and answered, and is not in the way. */
import { right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { linearizable, recordHistory } from '../../src/testing/index.js'
import { appendOf, storedEvent, storedEvents } from '../../src/testing/store-suite/specimens.js'
import { openSoundStore } from './sound-store.js'

/** A store whose answers come when a test says so. */
function waiting(store: EventStore) {
  const waiting: (() => void)[] = []
  const later = async <A>(answer: Promise<A>): Promise<A> => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    return answer
  }
  return { store: { ...store, append: (request) => later(store.append(request)) } as EventStore, waiting }
}

test('Questions and answers are written down in the order of asking, with who, when and what.', async () => {
  const recorder = recordHistory()
  const client = recorder.over(openMemoryStore(), 'pod 1')
  const request = appendOf(...storedEvents('a', 1, 2))
  await client.append(request)
  await client.read({ conversationId: 'a', limit: 1 })
  await client.find({ conversationId: 'a', eventId: 'a-2' })
  expect(recorder.history()).toEqual([
    {
      kind: 'append',
      client: 'pod 1',
      conversationId: 'a',
      request,
      askedAt: 1,
      answeredAt: 2,
      answer: right({ version: 2 }),
    },
    {
      kind: 'read',
      client: 'pod 1',
      conversationId: 'a',
      request: { conversationId: 'a', limit: 1 },
      askedAt: 3,
      answeredAt: 4,
      answer: right([storedEvent('a', 1)]),
    },
    {
      kind: 'find',
      client: 'pod 1',
      conversationId: 'a',
      request: { conversationId: 'a', eventId: 'a-2' },
      askedAt: 5,
      answeredAt: 6,
      answer: right(storedEvent('a', 2)),
    },
  ])
})

test('What overlaps overlaps in the history; what is not answered stands open.', async () => {
  const { store, waiting: answers } = waiting(openSoundStore().store)
  const recorder = recordHistory()
  const [one, two] = [recorder.over(store, 'one'), recorder.over(store, 'two')]
  const first = one.append(appendOf(storedEvent('a', 1)))
  const second = two.append(appendOf(storedEvent('a', 1, { eventId: 'z' })))
  answers[1]?.()
  await second
  const spans = () => recorder.history().map(({ askedAt, answeredAt }) => [askedAt, answeredAt])
  expect(spans()).toEqual([
    [1, null],
    [2, 3],
  ])
  expect(recorder.history()[0]?.answer).toBeNull()
  expect(linearizable(recorder.history()).ok).toBe(true)
  answers[0]?.()
  await first
  expect(spans()).toEqual([
    [1, 4],
    [2, 3],
  ])
})

test('A store that throws leaves the operation open, and its caller hears of it.', async () => {
  const recorder = recordHistory()
  const store = { ...openSoundStore().store, append: () => Promise.reject(new Error('gone')) }
  await expect(recorder.over(store, 'one').append(appendOf(storedEvent('a', 1)))).rejects.toThrow('gone')
  expect(recorder.history()).toMatchObject([{ answeredAt: null, answer: null }])
})

test('What a caller or a store does with an answer later does not change the history.', async () => {
  const recorder = recordHistory()
  const client = recorder.over(openSoundStore().store, 'one')
  await client.append(appendOf(storedEvent('a', 1)))
  for (const event of orThrow(await client.read({ conversationId: 'a' }))) Object.assign(event, { record: 'changed' })
  Object.assign(orThrow(await client.find({ conversationId: 'a', eventId: 'a-1' })) ?? {}, { record: 'changed' })
  const [, read, find] = recorder.history()
  expect(read?.answer).toEqual(right([storedEvent('a', 1)]))
  expect(find?.answer).toEqual(right(storedEvent('a', 1)))
})

test('All else goes to the store and back.', async () => {
  const recorder = recordHistory()
  const client = recorder.over(openMemoryStore(), 'one')
  await client.append(appendOf(storedEvent('a', 1, { content: '"x"', salt: '5a' })))
  await client.saveSnapshot({ conversationId: 'a', version: 1, text: '{}' })
  expect(orThrow(await client.loadSnapshot('a'))).toMatchObject({ text: '{}' })
  await client.erase({ conversationId: 'a', versions: [1] })
  expect(orThrow(await client.readAll({ afterPosition: 0 }))).toMatchObject([{ content: null, position: 1 }])
  expect(orThrow(await client.list({}))).toEqual([{ conversationId: 'a', version: 1 }])
  await client.close()
  expect(await client.list({})).toMatchObject({ left: { code: 'closed' } })
  expect(recorder.history()).toHaveLength(1)
})
