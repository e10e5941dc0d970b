/** A group hears every event at least once, in order within a conversation, and goes on where it was. */
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Handle } from '../../src/log/subscription/handling.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { nextTurn } from '../../src/testing/next-turn.js'
import { storedLog } from '../log/recorded.js'
import { type Door, openDoor } from './door.js'
import { interposed, refusal } from './interposed-store.js'
import { stores } from './stores.js'
import { join, placeOf } from './subscriber.js'

async function patiently(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await nextTurn()
}

const open = ({ conversations }: Door, ...ids: readonly string[]) =>
  Promise.all(ids.map((conversationId) => conversations.open({ conversationId, threadId: 'main' }).then(orThrow)))
const note = ({ conversations }: Door, conversationId: string) =>
  conversations.noteWelfare({ conversationId, threadId: 'main', signal: 's', intensity: 0 }).then(orThrow)

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

  test('A poisonous event parks its conversation, others go on; a retry goes on where it failed, and loses nothing.', async () => {
    const door = openDoor({ store: await openStore() })
    await open(door, 'c1', 'c2')
    let isPoisonous = true
    const handle: Handle = (event) => {
      if (isPoisonous && placeOf(event) === 'c1/1') throw new RangeError('quotes what was said')
    }
    const member = join(door, { handle })
    await member.until(() => member.reports.length === 1)
    for (const id of ['c1', 'c2', 'c1']) await note(door, id)
    await member.until(() => member.handled.length === 2)
    expect(member.handled).toEqual(['c2/1', 'c2/2'])
    expect(member.reports).toMatchObject([
      { group: 'g', conversationId: 'c1', version: 1, attempts: 3, thrown: 'RangeError' },
    ])
    expect(member.reports[0]?.cause).toBeInstanceOf(RangeError)
    const entry = {
      conversationId: 'c1',
      fromVersion: 1,
      code: 'handler-failed',
      thrown: 'RangeError',
      isRetrying: false,
    }
    await patiently(async () => orThrow(await door.conversations.parked({ group: 'g' }))[0]?.toVersion === 3)
    const [found, ...others] = orThrow(await door.conversations.parked({ group: 'g' }))
    expect([found, others]).toMatchObject([{ ...entry, toVersion: 3, attempts: 3 }, []])
    expect(JSON.stringify(found)).not.toContain('quotes')

    // Asked for too early, it fails again, and is reported anew.
    expect(await door.conversations.retry({ group: 'g', conversationId: 'c1' })).toEqual(right(true))
    await member.until(() => member.reports.length === 2)
    expect(member.reports[1]).toMatchObject({ conversationId: 'c1', version: 1, attempts: 6 })
    isPoisonous = false
    expect(await door.conversations.retry({ group: 'g', conversationId: 'c1' })).toEqual(right(true))
    await member.until(() => member.handled.length === 5)
    await note(door, 'c1')
    await member.until(() => member.handled.length === 6)
    expect(member.handled.slice(2)).toEqual(['c1/1', 'c1/2', 'c1/3', 'c1/4'])
    await member.stop()
    expect(await door.conversations.parked({ group: 'g' })).toEqual(right([]))
    expect(await door.conversations.retry({ group: 'g', conversationId: 'c1' })).toEqual(right(false))
  })

  test('A retry that is stopped in the middle goes on there, with whoever comes next.', async () => {
    const door = openDoor({ store: await openStore() })
    await open(door, 'c1')
    let isPoisonous = true
    const handle: Handle = async () => {
      if (isPoisonous) throw new Error('poisonous')
    }
    const member = join(door, { handle })
    await member.until(() => member.reports.length === 1)
    for (let n = 0; n < 3; n++) await note(door, 'c1')
    await patiently(async () => orThrow(await door.conversations.parked({ group: 'g' }))[0]?.toVersion === 4)
    await member.stop()
    isPoisonous = false
    await door.conversations.retry({ group: 'g', conversationId: 'c1' })
    const next = join(door, { handle: () => void (next.handled.length === 1 && next.stop()) })
    await next.ended
    const last = join(door)
    await last.until(() => last.handled.length === 2)
    await last.stop()
    expect([...next.handled, ...last.handled]).toEqual(['c1/1', 'c1/2', 'c1/3', 'c1/4'])
  })
})

test('What cannot be read parks its conversation at once, and a retry from a later version lets it be.', async () => {
  const store = openMemoryStore()
  const unreadable = interposed(store, {
    readAll: (real) => async (range) => {
      const page = orThrow(await real(range))
      return right(page.map((event) => (event.eventId === 'bad' ? { ...event, record: '{' } : event)))
    },
  })
  const withRegisters = { ...unreadable, ...(store.registers && { registers: store.registers }) }
  const bad = { ...storedLog([])[0], conversationId: 'c9', version: 1, eventId: 'bad', record: '{', hash: 'h' }
  orThrow(
    await store.append({ conversationId: 'c9', expectedVersion: 0, events: [{ ...bad, content: null, salt: null }] }),
  )
  const door = openDoor({ store: withRegisters })
  await open(door, 'c1')
  const member = join(door)
  await member.until(() => member.reports.length === 1 && member.handled.length === 1)
  expect(member.reports).toMatchObject([{ conversationId: 'c9', version: 1, code: 'corrupt-event', attempts: 1 }])
  await patiently(async () => orThrow(await door.conversations.parked({ group: 'g' })).length === 1)
  await door.conversations.retry({ group: 'g', conversationId: 'c9', fromVersion: 2 })
  await patiently(async () => orThrow(await door.conversations.parked({ group: 'g' })).length === 0)
  await member.stop()
  expect(member.handled).toEqual(['c1/1'])
})

test('With as many parked as may be, a partition waits at the next that fails, and loses nothing.', async () => {
  const door = openDoor()
  await open(door, 'c1', 'c2', 'c3')
  let isDown = true
  const handle: Handle = () => {
    if (isDown) throw new Error('down')
  }
  const member = join(door, { handle, partitions: 1, parkedMax: 1, attemptsMax: 1 })
  await member.until(() => member.errors.length >= 3)
  expect(member.reports.map(({ conversationId }) => conversationId)).toEqual(['c1'])
  expect(member.errors[0]).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('1 conversations parked'),
  })
  isDown = false
  await member.until(() => member.handled.length === 2)
  expect(member.handled).toEqual(['c2/1', 'c3/1'])
  await member.stop()
})

test('A handler that is not done in time is told to stop, and counts as failed.', async () => {
  const door = openDoor()
  await open(door, 'c1')
  const signals: AbortSignal[] = []
  const handle: Handle = (_, { signal }) => {
    signals.push(signal)
    return new Promise(() => undefined)
  }
  const member = join(door, { handle, handleTimeoutMs: 5 })
  await member.until(() => member.reports.length === 1)
  expect(member.reports).toMatchObject([{ code: 'handler-failed', thrown: 'TimeoutError', attempts: 3 }])
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true])
  await member.stop()
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
