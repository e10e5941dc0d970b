/** A new door on an old store knows what the old one knew, with a snapshot's help or without it. */
import { describe, expect, test } from 'vitest'
import type { StoreError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Door, faultIn, here, openDoor, opened } from './door.js'
import { interposed } from './interposed-store.js'
import { stores } from './stores.js'

async function talk({ conversations }: Door, conversationId = 'c1'): Promise<void> {
  for (const n of [1, 2, 3]) {
    orThrow(await conversations.receive({ ...here, conversationId, messageId: `u${n}`, content: 'harm' }))
    orThrow(
      await conversations.send({ ...here, conversationId, messageId: `a${n}`, content: 'r', purpose: 'redirection' }),
    )
  }
}

/** The store, telling the first version of each reading. */
function watched(store: EventStore): { store: EventStore; readFrom: number[] } {
  const readFrom: number[] = []
  const watching = interposed(store, {
    read: (read) => (range) => {
      readFrom.push(range.fromVersion ?? 1)
      return read(range)
    },
  })
  return { store: watching, readFrom }
}

describe.each(stores)('over $name', ({ open }) => {
  test('It sees the same thread and goes on from it, beginning at the newest snapshot.', async () => {
    const store = await open()
    const door = await opened(openDoor({ store, snapshotEvery: 4 }))
    await talk(door)
    const { store: watching, readFrom } = watched(store)
    const again = openDoor({ store: watching }, 'r')
    expect(orThrow(await again.conversations.thread(here))).toEqual(orThrow(await door.conversations.thread(here)))
    expect(readFrom).toEqual([8])
    const turn = orThrow(await again.conversations.receive({ ...here, content: 'harm' }))
    expect(turn).toMatchObject({ version: 12, guidance: { stance: 'warn' } })
    expect(await faultIn(store)).toBeNull()
  })

  test('A snapshot that is not of this log is told, and not believed; nothing that follows need contradict it.', async () => {
    const store = await open()
    const door = await opened(openDoor({ store, snapshotEvery: 4 }))
    await talk(door)
    const expected = orThrow(await door.conversations.thread(here))
    const { text = '' } = orThrow(await store.loadSnapshot('c1')) ?? {}
    const altered = { ...JSON.parse(text), lastHash: '0'.repeat(64) }
    altered.messages.pop()
    const ahead = { ...altered, rest: { ...altered.rest, version: 99 } }
    for (const [version, wrong] of [
      [8, altered],
      [99, ahead],
    ] as const) {
      orThrow(await store.saveSnapshot({ conversationId: 'c1', version, text: JSON.stringify(wrong) }))
      const { store: watching, readFrom } = watched(store)
      const errors: StoreError[] = []
      const again = openDoor({ store: watching, onError: (error) => errors.push(error) }, 'r')
      expect(orThrow(await again.conversations.thread(here))).toEqual(expected)
      expect(readFrom).toEqual([version, 1])
      expect(errors).toMatchObject([{ code: 'corrupt-event', conversationId: 'c1', version }])
    }
  })

  test('A snapshot that cannot be used is passed over, and replaced in time.', async () => {
    const store = await open()
    const door = await opened(openDoor({ store }))
    await talk(door)
    const expected = orThrow(await door.conversations.thread(here))
    for (const text of ['', '{"schema":1', JSON.stringify({ schema: 1, machine: 'another' })]) {
      orThrow(await store.saveSnapshot({ conversationId: 'c1', version: 10, text }))
      const { store: watching, readFrom } = watched(store)
      expect(orThrow(await openDoor({ store: watching }).conversations.thread(here))).toEqual(expected)
      expect(readFrom).toEqual([1])
    }
    orThrow(await openDoor({ store, snapshotEvery: 1 }, 'r').conversations.requestEnd(here))
    const { store: watching, readFrom } = watched(store)
    orThrow(await openDoor({ store: watching }).conversations.thread(here))
    expect(readFrom).toEqual([11])
  })
})

test('A door with room for one conversation serves many.', async () => {
  const door = openDoor({ cacheMax: 1, snapshotEvery: 3 })
  const ids = ['a', 'b', 'c', 'd']
  for (const conversationId of ids) orThrow(await door.conversations.open({ ...here, conversationId }))
  await Promise.all(ids.map((id) => talk(door, id)))
  for (const id of ids) {
    expect(orThrow(await door.conversations.thread({ ...here, conversationId: id })).messages).toHaveLength(6)
    expect(await faultIn(door.store, id)).toBeNull()
  }
})

test('What a door knows is what the store has, also of another door’s doing.', async () => {
  const store = openMemoryStore()
  const [one, other] = [await opened(openDoor({ store })), openDoor({ store }, 'o')]
  await talk(one)
  await other.conversations.thread(here)
  orThrow(await one.conversations.flagRisk({ conversationId: 'c1', kind: 'crisis' }))
  expect(orThrow(await other.conversations.thread(here)).guidance.stance).toBe('support')
  expect(await other.conversations.end({ ...here, ground: 'persistent-harm', reason: 'r' })).toMatchObject({
    left: { code: 'risk-flagged' },
  })
})
