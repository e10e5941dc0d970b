/** The contract on the expected version, on races, and on an append that comes again. */
import { expect, test } from 'vitest'
import type { StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import type { StoreSubject } from './store-subject.js'

export function expectedVersions({ open }: StoreSubject): void {
  test.each([0, 1, 3, 4, 100])(
    'A stream at version 2 refuses an append at %i and says where it is.',
    async (version) => {
      const store = await open()
      orThrow(await store.append(appendOf(...storedEvents('a', 1, 2))))
      const answer = await store.append(appendOf(storedEvent('a', version + 1, { eventId: 'new' })))
      expect(answer).toMatchObject({ left: { kind: 'store', code: 'wrong-expected-version', actualVersion: 2 } })
      expect(orThrow(await store.read({ conversationId: 'a' }))).toHaveLength(2)
    },
  )

  test('A conversation that is not there is at version 0.', async () => {
    const store = await open()
    const answer = await store.append(appendOf(storedEvent('a', 2)))
    expect(answer).toMatchObject({ left: { code: 'wrong-expected-version', actualVersion: 0 } })
    expect(inShort(await store.list({}))).toEqual([])
  })

  test.each([0, 1, 7])(
    'Of 64 writers racing at version %i one wins; the others learn the version.',
    async (version) => {
      const store = await open()
      if (version > 0) orThrow(await store.append(appendOf(...storedEvents('a', 1, version))))
      const writers = Array.from({ length: 64 }, (_, n) => storedEvent('a', version + 1, { eventId: `writer ${n}` }))
      const answers = await Promise.all(writers.map((event) => store.append(appendOf(event))))
      const won = answers.filter(({ _tag }) => _tag === 'Right')
      expect(won).toEqual([{ _tag: 'Right', right: { version: version + 1 } }])
      for (const answer of answers) {
        if (answer._tag === 'Left') {
          expect(answer.left).toMatchObject({ code: 'wrong-expected-version', actualVersion: version + 1 })
        }
      }
      expect(orThrow(await store.read({ conversationId: 'a' }))).toHaveLength(version + 1)
    },
  )

  test('Writers that take turns after each refusal leave no gap and lose nothing.', async () => {
    const store = await open()
    async function write(writer: number): Promise<void> {
      let version = 0
      for (let written = 0; written < 10; ) {
        const event = storedEvent('a', version + 1, { eventId: `${writer}/${written}` })
        const answer = await store.append(appendOf(event))
        if (answer._tag === 'Right') written++
        version = answer._tag === 'Right' ? answer.right.version : (answer.left.actualVersion ?? Number.NaN)
      }
    }
    await Promise.all([0, 1, 2, 3].map(write))
    const events = orThrow(await store.read({ conversationId: 'a' }))
    expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(40)
  })

  test('A refused append does not harm those that wait beside it.', async () => {
    const store = await open()
    const answers = await Promise.all([
      store.append(appendOf(storedEvent('a', 1))),
      store.append(appendOf(storedEvent('a', 1, { eventId: 'late' }))),
      store.append(appendOf(storedEvent('a', 2, { eventId: 'a-1' }))),
      store.append(appendOf(storedEvent('a', 2))),
      store.append(appendOf(storedEvent('b', 1))),
    ])
    const codes = ['wrong-expected-version', 'duplicate-event']
    expect(answers.map(inShort)).toEqual([{ version: 1 }, ...codes, { version: 2 }, { version: 1 }])
  })
}

export function repeats({ open }: StoreSubject): void {
  const first = appendOf(...storedEvents('a', 1, 2))

  test('An append repeated whole answers as the first did, however long the stream has become.', async () => {
    const store = await open()
    for (let times = 0; times < 2; times++) expect(inShort(await store.append(first))).toEqual({ version: 2 })
    orThrow(await store.append(appendOf(...storedEvents('a', 3, 5))))
    expect(inShort(await store.append(first))).toEqual({ version: 2 })
    expect(orThrow(await store.read({ conversationId: 'a' }))).toHaveLength(5)
  })

  test('The same append twice in one turn is stored once, and both are told so.', async () => {
    const store = await open()
    expect((await Promise.all([store.append(first), store.append(first)])).map(inShort)).toEqual([
      { version: 2 },
      { version: 2 },
    ])
    expect(orThrow(await store.readAll({ afterPosition: 0 }))).toHaveLength(2)
  })

  const otherwise: readonly (readonly [string, readonly StoredEvent[]])[] = [
    ['a repeat with another hash', [storedEvent('a', 1), storedEvent('a', 2, { hash: 'other' })]],
    ['a repeat with an event more', storedEvents('a', 1, 3)],
    ['a repeat with another event first', [storedEvent('a', 1, { eventId: 'z' }), storedEvent('a', 2)]],
    ['a stored id at the next version', [storedEvent('a', 3, { eventId: 'a-1' })]],
    ['a stored id at another stored version', [storedEvent('a', 1, { eventId: 'a-2', hash: 'hash of a-2' })]],
    ['a stored id among new ones', [storedEvent('a', 3), storedEvent('a', 4, { eventId: 'a-1' })]],
  ]
  test.each(otherwise)('%s is a duplicate, and nothing of it is stored.', async (_, events) => {
    const store = await open()
    orThrow(await store.append(first))
    expect(inShort(await store.append(appendOf(...events)))).toBe('duplicate-event')
    expect(inShort(await store.read({ conversationId: 'a' }))).toEqual(first.events)
    expect(inShort(await store.append(appendOf(storedEvent('a', 3))))).toEqual({ version: 3 })
  })

  test('Part of an append repeated, whole in itself, is answered by its own last version.', async () => {
    const store = await open()
    orThrow(await store.append(first))
    expect(inShort(await store.append(appendOf(storedEvent('a', 1))))).toEqual({ version: 1 })
  })

  test('A repeat is known even after its content was erased.', async () => {
    const store = await open()
    const append = appendOf(storedEvent('a', 1, { content: '"x"', salt: 'ab' }))
    orThrow(await store.append(append))
    orThrow(await store.erase({ conversationId: 'a', versions: [1] }))
    expect(inShort(await store.append(append))).toEqual({ version: 1 })
    expect(inShort(await store.find({ conversationId: 'a', eventId: 'a-1' }))).toMatchObject({ content: null })
  })
}
