/** A stored log that is not what was written is told by the event at which it is wrong, wherever the reading began. */
import { left } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { encode } from '../../src/log/codec.js'
import { storeError } from '../../src/log/errors.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { rebuild } from '../../src/log/rebuild.js'
import { assessed, ended, erased, opened, received, sent } from '../conversation/events.js'
import { leftOf, recorded, rightOf, saltOf, storedLog } from './recorded.js'
import { Shelf } from './shelf.js'

const conversationId = 'c1'
const sound = [opened(), received('u1'), assessed('u1', 'none'), sent('a1'), received('u2')]
const log = storedLog(sound)

const expectCorruptAt = async (events: readonly StoredEvent[], version: number, code = 'corrupt-event') =>
  expect(leftOf(await rebuild(new Shelf(events), { conversationId }))).toMatchObject({
    kind: 'store',
    code,
    conversationId,
    version,
  })

test('An event that the machine would not accept is named.', async () => {
  await expectCorruptAt(storedLog([...sound, ended('persistent-harm')]), 6)
  await expectCorruptAt(storedLog([...sound, sent('w1', 'warning'), received('u3')]), 6)
  await expectCorruptAt(storedLog([...sound, opened()]), 6)
  await expectCorruptAt(storedLog(sound.slice(1)), 1)
})

test('It is named also where content was erased before it.', async () => {
  const events = storedLog([...sound, erased('u1'), ended('persistent-harm')])
  const gone = events.map((event) => (event.version === 2 ? { ...event, content: null, salt: null } : event))
  await expectCorruptAt(gone, 7)
})

test('It is named also where the reading began at a known state after or before it.', async () => {
  const events = storedLog([...sound, ended('persistent-harm')])
  const from = rightOf(await rebuild(new Shelf(events), { conversationId, toVersion: 4 }))
  expect(leftOf(await rebuild(new Shelf(events), { conversationId, from }))).toMatchObject({ version: 6 })
})

test.each([1, 2, 3, 4])('Event %i missing is told at the one that follows it.', async (version) => {
  await expectCorruptAt(
    log.filter((event) => event.version !== version),
    version + 1,
  )
})

test('An event that stands there twice is told at its second place.', async () => {
  await expectCorruptAt([...log.slice(0, 4), ...log.slice(3)], 4)
})

test('An event id that comes again is no fault of the fold, and is for an audit to find.', async () => {
  const again = recorded(sound).map((event) => ({ ...event, id: 'e1' }))
  const events = again.map((event) => encode(event, { previous: '', salt: saltOf(1) }))
  expect(rightOf(await rebuild(new Shelf(events), { conversationId })).conversation?.version).toBe(5)
})

test('An event that cannot be read is named, whether it is broken or newer.', async () => {
  const third = log[2] as StoredEvent
  await expectCorruptAt(log.with(2, { ...third, record: third.record.slice(1) }), 3)
  await expectCorruptAt(
    log.with(2, { ...third, record: third.record.replace('"schema":1', '"schema":2') }),
    3,
    'unknown-event',
  )
})

test('What comes after the version that was asked for is not looked at.', async () => {
  const events = storedLog([...sound, ended('persistent-harm')])
  expect(rightOf(await rebuild(new Shelf(events), { conversationId, toVersion: 5 })).conversation?.version).toBe(5)
})

test('A store that fails is told as it tells itself.', async () => {
  const failure = storeError('unavailable', 'the disk is gone')
  const store = { read: async () => left(failure) }
  expect(leftOf(await rebuild(store, { conversationId }))).toBe(failure)
})
