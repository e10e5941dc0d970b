/** An event that cannot be handled holds up nobody but its own conversation, and that only until a retry. */
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Handle } from '../../src/log/subscription/handling.js'
import { partitionOf } from '../../src/log/subscription/partition.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { storedLog } from '../log/recorded.js'
import { openDoor } from './door.js'
import { interposed } from './interposed-store.js'
import { stores } from './stores.js'
import { join, note, open, patiently, placeOf } from './subscriber.js'

describe.each(stores)('over $name', ({ open: openStore }) => {
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

test('While a partition catches up with what it waited for, what comes for others is handled at once.', async () => {
  const door = openDoor()
  await open(door, 'c1', 'c2')
  expect(['c1', 'c2'].map((id) => partitionOf(id, 2))).toEqual([0, 1])
  let isDown = true
  const handle: Handle = ({ conversationId }) => {
    if (isDown && conversationId === 'c1') throw new Error('down')
  }
  const slow = { partitions: 2, parkedMax: 0, attemptsMax: 1, eventsPerPage: 2 }
  const member = join(door, { handle, ...slow })
  await member.until(() => member.errors.length > 0)
  for (let n = 0; n < 100; n++) await note(door, 'c1')
  await note(door, 'c2')
  await member.until(() => member.handled.length === 2)
  isDown = false
  await member.until(() => member.handled.length > 4)
  await note(door, 'c2')
  await member.until(() => member.handled.length === 104)
  await member.stop()
  expect(member.handled.indexOf('c2/3')).toBeLessThan(90)
  expect(member.handled.filter((place) => place.startsWith('c1'))).toEqual(
    Array.from({ length: 101 }, (_, n) => `c1/${n + 1}`),
  )
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
