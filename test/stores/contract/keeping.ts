/** The contract on erasing, on snapshots and on closing. */
import { expect, test } from 'vitest'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, inShort, storedEvent } from '../stored-events.js'
import { loneSurrogate, nul, type StoreSubject } from './store-subject.js'

export function erasing({ open }: StoreSubject): void {
  const said = (version: number) => storedEvent('a', version, { content: `"said ${version}"`, salt: `5a${version}` })

  test('Erasing takes content and salt of these versions, and nothing else.', async () => {
    const store = await open()
    orThrow(await store.append(appendOf(said(1), said(2), said(3))))
    for (let times = 0; times < 2; times++) orThrow(await store.erase({ conversationId: 'a', versions: [1, 3, 99] }))
    const erased = (version: number) => ({ ...said(version), content: null, salt: null })
    expect(inShort(await store.read({ conversationId: 'a' }))).toEqual([erased(1), said(2), erased(3)])
    expect(orThrow(await store.readAll({ afterPosition: 0 })).map(({ content }) => content)).toEqual([
      null,
      '"said 2"',
      null,
    ])
  })

  test("Erasing drops the conversation's snapshot, and no other's.", async () => {
    const store = await open()
    orThrow(await store.append(appendOf(said(1))))
    for (const conversationId of ['a', 'b'])
      orThrow(await store.saveSnapshot({ conversationId, version: 1, text: '{}' }))
    orThrow(await store.erase({ conversationId: 'a', versions: [1] }))
    expect(inShort(await store.loadSnapshot('a'))).toBeNull()
    expect(inShort(await store.loadSnapshot('b'))).toMatchObject({ text: '{}' })
  })

  test('A snapshot older than an erasure is not kept, for it may hold what was erased; a newer one is.', async () => {
    const store = await open()
    orThrow(await store.append(appendOf(said(1), said(2))))
    orThrow(await store.erase({ conversationId: 'a', versions: [1] }))
    orThrow(await store.saveSnapshot({ conversationId: 'a', version: 1, text: '"said 1"' }))
    expect(inShort(await store.loadSnapshot('a'))).toBeNull()
    const newer = { conversationId: 'a', version: 2, text: '"erased"' }
    orThrow(await store.saveSnapshot(newer))
    expect(inShort(await store.loadSnapshot('a'))).toEqual(newer)
  })

  test('Erasing drops the snapshot of a conversation that has no events, too.', async () => {
    const store = await open()
    orThrow(await store.saveSnapshot({ conversationId: 'a', version: 3, text: '{}' }))
    orThrow(await store.erase({ conversationId: 'a', versions: [] }))
    expect(inShort(await store.loadSnapshot('a'))).toBeNull()
  })

  test('Erasing what is not there does nothing.', async () => {
    const store = await open()
    expect(inShort(await store.erase({ conversationId: 'nobody', versions: [1] }))).toBeUndefined()
    expect(inShort(await store.list({}))).toEqual([])
    expect(inShort(await store.loadSnapshot('nobody'))).toBeNull()
  })
}

export function snapshots({ open }: StoreSubject): void {
  test('The newest snapshot of a conversation is kept, whatever the order they come in.', async () => {
    const store = await open()
    expect(inShort(await store.loadSnapshot('a'))).toBeNull()
    const newest = { conversationId: 'a', version: 7, text: '{"odd":"\\u0000 😀"}' }
    for (const version of [3, 7, 5]) orThrow(await store.saveSnapshot({ ...newest, version }))
    expect(inShort(await store.loadSnapshot('a'))).toEqual(newest)
    expect(inShort(await store.loadSnapshot('b'))).toBeNull()
  })

  test('A snapshot is no event: its conversation is not listed and is at version 0.', async () => {
    const store = await open()
    orThrow(await store.saveSnapshot({ conversationId: 'a', version: 3, text: '{}' }))
    expect(inShort(await store.list({}))).toEqual([])
    expect(inShort(await store.append(appendOf(storedEvent('a', 1))))).toEqual({ version: 1 })
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('A snapshot at version %d is refused.', async (version) => {
    const store = await open()
    expect(inShort(await store.saveSnapshot({ conversationId: 'a', version, text: '{}' }))).toBe('invalid-append')
    expect(inShort(await store.loadSnapshot('a'))).toBeNull()
  })

  test('A snapshot that cannot be kept to the letter is refused.', async () => {
    const store = await open()
    for (const text of [nul, loneSurrogate]) {
      expect(inShort(await store.saveSnapshot({ conversationId: 'a', version: 1, text }))).toBe('invalid-append')
      expect(inShort(await store.saveSnapshot({ conversationId: text, version: 1, text: '{}' }))).toBe('invalid-append')
    }
  })
}

export function closing({ open }: StoreSubject): void {
  test('Closing finishes what was accepted.', async () => {
    const store = await open()
    const append = store.append(appendOf(storedEvent('a', 1)))
    const erase = store.erase({ conversationId: 'a', versions: [1] })
    await store.close()
    expect(inShort(await append)).toEqual({ version: 1 })
    expect(inShort(await erase)).toBeUndefined()
  })

  test('A closed store answers nothing but closed, and can be closed again.', async () => {
    const store = await open()
    await store.close()
    await store.close()
    const answers = await Promise.all([
      store.append(appendOf(storedEvent('a', 1))),
      store.append(appendOf()),
      store.read({ conversationId: 'a' }),
      store.readAll({ afterPosition: 0 }),
      store.find({ conversationId: 'a', eventId: 'a-1' }),
      store.list({}),
      store.erase({ conversationId: 'a', versions: [1] }),
      store.saveSnapshot({ conversationId: 'a', version: 1, text: '{}' }),
      store.loadSnapshot('a'),
    ])
    expect(answers.map((answer) => inShort<unknown>(answer))).toEqual(answers.map(() => 'closed'))
  })
}
