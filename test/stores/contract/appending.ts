/** The contract on appending: what goes in comes back, and what cannot be is refused. */
import { expect, test } from 'vitest'
import { type EventStore, eventBytesMax, eventsPerAppendMax } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { loneSurrogate, nul, type StoreSubject } from './store-subject.js'

const oddIds = [
  '__proto__',
  'constructor',
  'toString',
  "o'hara",
  '"quoted"',
  '%_\\',
  ' ',
  'žluťoučký 🐎',
  '日本',
  'a/b?c#d',
]

export function appending({ open }: StoreSubject): void {
  test('A new conversation is appended at version 0, and the answer is its version.', async () => {
    const store = await open()
    expect(inShort(await store.append(appendOf(...storedEvents('a', 1, 3))))).toEqual({ version: 3 })
    expect(inShort(await store.append(appendOf(storedEvent('a', 4))))).toEqual({ version: 4 })
  })

  test('What is appended is read back to the letter.', async () => {
    const store = await open()
    const text = JSON.stringify({ odd: `${nul}${loneSurrogate}\u2028😀e\u0301`, long: 'ß'.repeat(50_000) })
    const event = storedEvent('a', 1, { record: text, content: text, salt: 'ab12', hash: '00ff' })
    orThrow(await store.append(appendOf(event)))
    expect(inShort(await store.read({ conversationId: 'a' }))).toEqual([event])
    expect(inShort(await store.find({ conversationId: 'a', eventId: 'a-1' }))).toEqual(event)
    expect(inShort(await store.readAll({ afterPosition: 0 }))).toEqual([{ ...event, position: expect.any(Number) }])
  })

  test('Changing what was appended or read changes nothing that is stored.', async () => {
    const store = await open()
    const event = { ...storedEvent('a', 1) }
    orThrow(await store.append(appendOf(event)))
    Object.assign(event, { record: 'changed' })
    for (const read of orThrow(await store.read({ conversationId: 'a' }))) Object.assign(read, { record: 'changed' })
    expect(inShort(await store.read({ conversationId: 'a' }))).toEqual([storedEvent('a', 1)])
  })

  test('Odd ids are ids like any other.', async () => {
    const store = await open()
    for (const id of oddIds) {
      const event = storedEvent(id, 1, { eventId: id })
      expect(inShort(await store.read({ conversationId: id }))).toEqual([])
      expect(inShort(await store.find({ conversationId: id, eventId: id }))).toBeNull()
      expect(inShort(await store.append(appendOf(event)))).toEqual({ version: 1 })
      expect(inShort(await store.find({ conversationId: id, eventId: id }))).toEqual(event)
    }
    expect(orThrow(await store.list({})).map(({ conversationId }) => conversationId)).toHaveLength(oddIds.length)
  })

  test('Two conversations may have the same event ids.', async () => {
    const store = await open()
    orThrow(await store.append(appendOf(storedEvent('a', 1, { eventId: 'e' }))))
    expect(inShort(await store.append(appendOf(storedEvent('b', 1, { eventId: 'e' }))))).toEqual({ version: 1 })
  })
}

export function invalidAppends({ open }: StoreSubject): void {
  const one = storedEvent('a', 1)
  const atMost = 'x'.repeat(eventBytesMax - 2)
  const cases: readonly (readonly [string, Parameters<EventStore['append']>[0]])[] = [
    ['no events', { conversationId: 'a', expectedVersion: 0, events: [] }],
    ['too many events', appendOf(...storedEvents('a', 1, eventsPerAppendMax + 1))],
    ['a version that does not follow', appendOf(one, storedEvent('a', 3))],
    ['a version that repeats', appendOf(one, storedEvent('a', 1, { eventId: 'z' }))],
    ['a first version that is not next', { conversationId: 'a', expectedVersion: 1, events: [one] }],
    ['a negative version', { conversationId: 'a', expectedVersion: -1, events: [storedEvent('a', 0)] }],
    ['half a version', { conversationId: 'a', expectedVersion: 0.5, events: [storedEvent('a', 1.5)] }],
    ['an event of another conversation', appendOf(one, storedEvent('b', 2))],
    ['one id twice', appendOf(one, storedEvent('a', 2, { eventId: 'a-1' }))],
    ['an empty conversation id', appendOf(storedEvent('', 1))],
    ['an empty event id', appendOf(storedEvent('a', 1, { eventId: '' }))],
    ['NUL in a conversation id', appendOf(storedEvent(nul, 1))],
    ['a lone surrogate in a conversation id', appendOf(storedEvent(loneSurrogate, 1))],
    ['NUL in an event id', appendOf(storedEvent('a', 1, { eventId: nul }))],
    ['a lone surrogate in an event id', appendOf(storedEvent('a', 1, { eventId: loneSurrogate }))],
    ['NUL in a record', appendOf(storedEvent('a', 1, { record: nul }))],
    ['a lone surrogate in content', appendOf(storedEvent('a', 1, { content: loneSurrogate, salt: 'ab' }))],
    ['NUL in a hash', appendOf(storedEvent('a', 1, { hash: nul }))],
    ['NUL in a salt', appendOf(storedEvent('a', 1, { content: '1', salt: nul }))],
    ['an event a byte too large', appendOf(storedEvent('a', 1, { record: atMost, content: 'é!' }))],
    ['an event too large in UTF-8 only', appendOf(storedEvent('a', 1, { record: '€'.repeat(eventBytesMax / 2) }))],
  ]

  test.each(cases)('An append with %s is invalid, and nothing is stored.', async (_, request) => {
    const store = await open()
    expect(inShort(await store.append(request))).toBe('invalid-append')
    expect(inShort(await store.readAll({ afterPosition: 0 }))).toEqual([])
  })

  test('As many events, and as large a one, as may be are appended.', async () => {
    const store = await open()
    const many = storedEvents('a', 1, eventsPerAppendMax)
    expect(inShort(await store.append(appendOf(...many)))).toEqual({ version: eventsPerAppendMax })
    const large = storedEvent('b', 1, { record: atMost, content: 'é' })
    expect(inShort(await store.append(appendOf(large)))).toEqual({ version: 1 })
    expect(inShort(await store.read({ conversationId: 'b' }))).toEqual([large])
  })
}
