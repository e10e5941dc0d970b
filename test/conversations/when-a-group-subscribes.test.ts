/** A group hears every event at least once, in order within a conversation, and goes on where it was. */
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Registers } from '../../src/log/registers.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { nextTurn } from '../../src/testing/next-turn.js'
import { openDoor } from './door.js'
import { interposed, refusal } from './interposed-store.js'
import { stores } from './stores.js'
import { join, note, open, patiently, placeOf } from './subscriber.js'

const six = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6']

describe.each(stores)('over $name', ({ open: openStore }) => {
  test('It handles what was, then what comes; stopped, it goes on where it was, and another group hears all.', async () => {
    const store = await openStore()
    const [door, other] = [openDoor({ store }), openDoor({ store }, 'o')]
    await open(door, ...six)
    // A lease that nobody waits for in a test: what is stopped is free at once.
    const first = join(door, { leaseMs: 600_000 })
    await first.until(() => first.handled.length === 6)
    for (const id of six) await note(other, id)
    await first.until(() => first.handled.length === 12)
    expect(await first.stop()).toEqual(right(undefined))
    expect([...first.handled].sort()).toEqual(six.flatMap((id) => [`${id}/1`, `${id}/2`]))
    await note(door, 'c1')
    const [second, apart] = [join(other), join(other, { group: 'apart' })]
    await second.until(() => second.handled.length === 1)
    await apart.until(() => apart.handled.length === 13)
    await Promise.all([second.stop(), apart.stop()])
    expect(second.handled).toEqual(['c1/3'])
    expect(apart.handled.filter((place) => place.startsWith('c1'))).toEqual(['c1/1', 'c1/2', 'c1/3'])
  })
})

test('The next page is read only when this one is handled.', async () => {
  const store = openMemoryStore()
  let fed = 0
  const counted = {
    ...store,
    readAll: async (range: Parameters<typeof store.readAll>[0]) => {
      const page = await store.readAll(range)
      if (range.limit !== 1) fed += orThrow(page).length
      return page
    },
    close: () => store.close(),
  }
  const door = openDoor({ store: counted })
  await open(door, ...six)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const member = join(door, {
    eventsPerPage: 2,
    partitions: 1,
    handle: async (event) => void (placeOf(event) === 'c2/1' && (await held)),
  })
  await member.until(() => member.handled.length === 1)
  for (let turn = 0; turn < 50; turn++) await nextTurn()
  expect(fed).toBe(2)
  release()
  await member.until(() => member.handled.length === 6)
  await member.stop()
})

test('How far behind a group is: counted from its checkpoints, with the oldest that waits.', async () => {
  const door = openDoor()
  expect(await door.conversations.lag({ group: 'g' })).toMatchObject(right({ behind: 0, partitions: [] }))
  await open(door, 'c1', 'c2')
  const member = join(door, { partitions: 3 })
  await member.until(() => member.handled.length === 2)
  await member.stop()
  for (const id of ['c1', 'c2', 'c2']) await note(door, id)
  const lag = orThrow(await door.conversations.lag({ group: 'g' }))
  const [oldest] = orThrow(await door.conversations.events({ conversationId: 'c1', fromVersion: 2 }))
  expect(lag).toMatchObject({ behind: 3, isMore: false, oldestRecordedAt: oldest?.recordedAt, parked: 0 })
  expect(lag.partitions.map(({ holder }) => holder)).toEqual([null, null, null])
  expect(lag.partitions.reduce((sum, { behind }) => sum + behind, 0)).toBe(3)
  expect(orThrow(await door.conversations.lag({ group: 'g', countMax: 2 }))).toMatchObject({ behind: 2, isMore: true })
})

test('A group begins where it was first told to, and keeps its partitions, whatever is said later.', async () => {
  const door = openDoor()
  await open(door, 'c1', 'c2', 'c3')
  const first = join(door, { fromPosition: 3, partitions: 2 })
  await first.until(() => first.handled.length === 1)
  await first.stop()
  await note(door, 'c1')
  const second = join(door, { fromPosition: 1, partitions: 5 })
  await second.until(() => second.handled.length === 1)
  await second.stop()
  expect([...first.handled, ...second.handled]).toEqual(['c3/1', 'c1/2'])
  expect(orThrow(await door.conversations.lag({ group: 'g' })).partitions).toHaveLength(2)
})

test('A store that cannot keep groups says so at once, and a closed one ends them.', async () => {
  const store = openMemoryStore()
  const bare = interposed(store, {})
  expect(await join(openDoor({ store: bare })).ended).toMatchObject({ left: { code: 'unavailable' } })
  const unordered = { ...store, readAll: async () => refusal('unavailable'), close: () => store.close() }
  expect(await join(openDoor({ store: unordered })).ended).toMatchObject({ left: { code: 'unavailable' } })
  const member = join(openDoor({ store }))
  await patiently(
    async () => orThrow(await openDoor({ store }).conversations.lag({ group: 'g' })).partitions.length > 0,
  )
  await store.close()
  expect(await member.ended).toMatchObject({ left: { code: 'closed' } })
})

test('Stopped before it has begun, it ends, having handled nothing and holding nothing.', async () => {
  const store = openMemoryStore()
  const registers = store.registers as Registers
  let member: ReturnType<typeof join> | undefined
  const load: Registers['load'] = async (key) => {
    void member?.stop()
    return registers.load(key)
  }
  const door = openDoor({ store: { ...store, registers: { ...registers, load }, close: () => store.close() } })
  await open(door, 'c1')
  member = join(door)
  expect(await member.ended).toEqual(right(undefined))
  expect(member.handled).toEqual([])
  const { partitions } = orThrow(await openDoor({ store }).conversations.lag({ group: 'g' }))
  expect(new Set(partitions.map(({ holder }) => holder))).toEqual(new Set([null]))
})

test('A store that fails for too long ends the subscription with its error; for a while, it does not.', async () => {
  const store = openMemoryStore()
  let isDown = false
  const readAll: typeof store.readAll = async (range) => (isDown ? refusal('unavailable') : store.readAll(range))
  const door = openDoor({ store: { ...store, readAll, close: () => store.close() } })
  await open(door, 'c1')
  const member = join(door, { storePatienceMs: 60_000 })
  await member.until(() => member.handled.length === 1)
  isDown = true
  await member.until(() => member.errors.length >= 3)
  isDown = false
  await note(door, 'c1')
  await member.until(() => member.handled.length === 2)
  await member.stop()
  const impatient = join(door, { storePatienceMs: 20 })
  await impatient.until(() => true)
  await patiently(async () =>
    orThrow(await door.conversations.lag({ group: 'g' })).partitions.some(({ holder }) => holder !== null),
  )
  isDown = true
  expect(await impatient.ended).toMatchObject({ left: { code: 'unavailable' } })
})

test('What is no bound and no name of a group is refused by throwing.', async () => {
  const door = openDoor()
  for (const bound of [
    { partitions: 0 },
    { partitions: 257 },
    { leaseMs: 99 },
    { attemptsMax: 0.5 },
    { parkedMax: 65 },
    { fromPosition: 0.5 },
  ]) {
    await expect(join(door, bound).ended).rejects.toThrow(RangeError)
  }
  for (const group of ['', 'x'.repeat(257), 'a\0b', '\ud800']) {
    await expect(join(door, { group }).ended).rejects.toThrow(RangeError)
  }
})

test('A reader is woken by what another door appends to the same store, and need not poll for it.', async () => {
  const store = openMemoryStore()
  const [reader, writer] = [openDoor({ store, pollMs: 86_400_000 }), openDoor({ store }, 'o')]
  const feed = reader.conversations.subscribe()
  const waiting = feed.next()
  for (let turn = 0; turn < 5; turn++) await nextTurn()
  await open(writer, 'c1')
  expect((await waiting).value).toMatchObject({ conversationId: 'c1', version: 1 })
  await feed.return()
  const member = join(reader, { pollMs: 86_400_000 })
  await member.until(() => member.handled.length === 1)
  await note(writer, 'c1')
  await member.until(() => member.handled.length === 2)
  await member.stop()
})
