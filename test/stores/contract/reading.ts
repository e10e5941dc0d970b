/** The contract on reading: ranges, order, pages and bounds; and on finding by id. */
import { expect, test } from 'vitest'
import { eventsPerAppendMax, eventsPerReadMax, type StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { loneSurrogate, nul, type StoreSubject } from './store-subject.js'

export function reading({ open }: StoreSubject): void {
  const versionsOf = (events: readonly StoredEvent[]) => events.map(({ version }) => version)

  test.each([
    [{}, [1, 2, 3, 4, 5]],
    [{ fromVersion: 2 }, [2, 3, 4, 5]],
    [{ toVersion: 4 }, [1, 2, 3, 4]],
    [{ fromVersion: 2, toVersion: 4 }, [2, 3, 4]],
    [{ fromVersion: 3, toVersion: 3 }, [3]],
    [{ fromVersion: 4, toVersion: 2 }, []],
    [{ fromVersion: 0, limit: 2 }, [1, 2]],
    [{ fromVersion: -5, toVersion: 1 }, [1]],
    [{ fromVersion: 6 }, []],
    [{ toVersion: 0 }, []],
    [{ limit: 0 }, []],
    [{ limit: -1 }, []],
    [{ limit: Number.POSITIVE_INFINITY }, [1, 2, 3, 4, 5]],
    [{ fromVersion: 2, limit: 2 }, [2, 3]],
  ])('Of five events, %j reads %j.', async (range, versions) => {
    const store = await open()
    orThrow(await store.append(appendOf(...storedEvents('b', 1, 3))))
    orThrow(await store.append(appendOf(...storedEvents('a', 1, 5))))
    expect(versionsOf(orThrow(await store.read({ conversationId: 'a', ...range })))).toEqual(versions)
  })

  test('One read answers eventsPerReadMax events at most, whatever its limit.', async () => {
    const store = await open()
    for (let from = 1; from <= eventsPerReadMax + 1; from += eventsPerAppendMax) {
      const to = Math.min(from + eventsPerAppendMax - 1, eventsPerReadMax + 1)
      orThrow(await store.append(appendOf(...storedEvents('a', from, to))))
    }
    const limit = eventsPerReadMax * 2
    expect(orThrow(await store.read({ conversationId: 'a' }))).toHaveLength(eventsPerReadMax)
    expect(orThrow(await store.read({ conversationId: 'a', limit }))).toHaveLength(eventsPerReadMax)
    expect(orThrow(await store.readAll({ afterPosition: 0, limit }))).toHaveLength(eventsPerReadMax)
  })

  test('All events are read in the order of appending, page by page, at growing positions.', async () => {
    const store = await open()
    for (const [id, version] of [
      ['b', 1],
      ['a', 1],
      ['b', 2],
      ['c', 1],
      ['a', 2],
    ] as const) {
      orThrow(await store.append(appendOf(storedEvent(id, version))))
    }
    const ids: string[] = []
    let afterPosition = 0
    for (;;) {
      const page = orThrow(await store.readAll({ afterPosition, limit: 2 }))
      if (page.length === 0) break
      for (const { eventId, position } of page) {
        expect(position).toBeGreaterThan(afterPosition)
        afterPosition = position
        ids.push(eventId)
      }
    }
    expect(ids).toEqual(['b-1', 'a-1', 'b-2', 'c-1', 'a-2'])
  })
}

export function lookingUp({ open }: StoreSubject): void {
  test('An event is found by its id in its own conversation only.', async () => {
    const store = await open()
    orThrow(await store.append(appendOf(storedEvent('a', 1))))
    expect(inShort(await store.find({ conversationId: 'a', eventId: 'a-1' }))).toEqual(storedEvent('a', 1))
    expect(inShort(await store.find({ conversationId: 'b', eventId: 'a-1' }))).toBeNull()
    expect(inShort(await store.find({ conversationId: 'a', eventId: 'A-1' }))).toBeNull()
  })

  test('An id that cannot be stored is the id of nothing, and never stands for another.', async () => {
    const store = await open()
    orThrow(await store.append(appendOf(storedEvent('x', 1, { eventId: 'x' }))))
    orThrow(await store.append(appendOf(storedEvent('x\ufffdy', 1, { eventId: 'x\ufffdy', content: '1', salt: 'ab' }))))
    orThrow(await store.saveSnapshot({ conversationId: 'x', version: 1, text: '{}' }))
    for (const id of [nul, loneSurrogate]) {
      expect(inShort(await store.read({ conversationId: id }))).toEqual([])
      expect(inShort(await store.find({ conversationId: 'x', eventId: id }))).toBeNull()
      expect(inShort(await store.loadSnapshot(id))).toBeNull()
      orThrow(await store.erase({ conversationId: id, versions: [1] }))
    }
    expect(inShort(await store.find({ conversationId: 'x\ufffdy', eventId: 'x\ufffdy' }))).toMatchObject({
      content: '1',
    })
  })

  test('Conversations are listed by the UTF-8 bytes of their ids, with their versions, page by page.', async () => {
    const store = await open()
    // By UTF-16 units the horse would come before U+FF61.
    const ids = ['A', 'B', 'a', 'ab', 'b', 'é', '\uff61', '🐎']
    for (const id of [...ids].reverse()) orThrow(await store.append(appendOf(...storedEvents(id, 1, id.length + 1))))
    const all = ids.map((conversationId) => ({ conversationId, version: conversationId.length + 1 }))
    expect(inShort(await store.list({}))).toEqual(all)
    expect(inShort(await store.list({ limit: 3 }))).toEqual(all.slice(0, 3))
    expect(inShort(await store.list({ afterId: 'a', limit: 2 }))).toEqual(all.slice(3, 5))
    expect(inShort(await store.list({ afterId: 'aa' }))).toEqual(all.slice(3))
    expect(inShort(await store.list({ afterId: '🐎' }))).toEqual([])
    expect(inShort(await store.list({ limit: 0 }))).toEqual([])
  })
}
