/** Several doors on one store: every command is decided against the state that it is appended to, or not appended. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Door, faultIn, here, logOf, openDoor, opened } from './door.js'
import { atCalls, interposed, refusal } from './interposed-store.js'
import { stores } from './stores.js'

async function talk({ conversations }: Door, name: string, turns: number): Promise<void> {
  for (let turn = 1; turn <= turns; turn++) {
    const commandId = `${name}-${turn}`
    orThrow(await conversations.receive({ ...here, commandId, messageId: `${commandId}-u`, content: 'hello' }))
    orThrow(await conversations.send({ ...here, messageId: `${commandId}-a`, content: 'hello' }))
    orThrow(await conversations.noteWelfare({ ...here, signal: name, intensity: 0 }))
  }
}

const idsIn = async (door: Door) =>
  orThrow(await door.conversations.thread(here)).messages.map(({ messageId }) => messageId)

describe.each(stores)('over $name', ({ open }) => {
  test('Doors that hammer one conversation: all that they say lands, once, and the log is one the machine accepts.', async () => {
    const store = await open()
    const doors = ['a', 'b', 'c'].map((name) => openDoor({ store, attemptsMax: 1_000 }, name))
    const [first] = doors as [Door, ...Door[]]
    await opened(first)
    await Promise.all(doors.map((door, index) => talk(door, `w${index}`, 8)))
    const said = await Promise.all(doors.map(idsIn))
    expect(new Set(said[0]).size).toBe(3 * 8 * 2)
    expect(said[1]).toEqual(said[0])
    expect(await faultIn(store)).toBeNull()
    const log = await logOf(first)
    expect(log.filter(({ type }) => type === 'welfare.noted')).toHaveLength(24)
  })

  test('One door asked for much at once does all of it, in the order of asking.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    const ids = Array.from({ length: 30 }, (_, index) => `a${index}`)
    await Promise.all(
      ids.map(async (messageId) => orThrow(await door.conversations.send({ ...here, messageId, content: 'x' }))),
    )
    expect(await idsIn(door)).toEqual(ids)
  })
})

/** Every call to the store waits until it is let through, before it acts and before it answers. */
function scheduled(store: EventStore, scheduler: fc.Scheduler): EventStore {
  const held =
    <A extends readonly unknown[], R>(label: string, real: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await scheduler.schedule(Promise.resolve(), `${label} acts`)
      const answer = await real(...args)
      await scheduler.schedule(Promise.resolve(), `${label} answers`)
      return answer
    }
  return interposed(store, {
    append: (real) => held('append', real),
    read: (real) => held('read', real),
    find: (real) => held('find', real),
  })
}

test('However two doors’ calls fall between each other, one command is done once and one end stands.', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const store = openMemoryStore()
      await opened(openDoor({ store }))
      const doors = ['a', 'b'].map((name) => openDoor({ store: scheduled(store, scheduler) }, name))
      const asking = doors.map(async ({ conversations }, index) => {
        const shared = await conversations.receive({ ...here, commandId: 'shared', content: 'hello' })
        orThrow(await conversations.requestEnd({ ...here, commandId: `asked-${index}` }))
        orThrow(await conversations.send({ ...here, content: '?', purpose: 'confirmation' }))
        const confirmed = await conversations.confirmEnd({ ...here, commandId: 'yes' })
        const ended = await conversations.end({ ...here, commandId: 'bye', ground: 'user-request', reason: 'r' })
        return { shared, confirmed, ended }
      })
      const [one, two] = await scheduler.waitFor(Promise.allSettled(asking))
      const log = await logOf(openDoor({ store }))
      expect(await faultIn(store)).toBeNull()
      for (const id of ['shared', 'shared.assessment']) expect(log.filter((event) => event.id === id)).toHaveLength(1)
      expect(log.filter(({ type }) => type === 'thread.ended').length).toBeLessThanOrEqual(1)
      if (one?.status === 'fulfilled' && two?.status === 'fulfilled') {
        expect(two.value.shared).toEqual(one.value.shared)
        expect(two.value.ended).toEqual(one.value.ended)
      }
    }),
    { numRuns: 150 },
  )
})

test('A command that lost is decided anew: what the winner ruled out is refused, and not appended.', async () => {
  const store = openMemoryStore()
  const winner = await opened(openDoor({ store }))
  const { conversations } = winner
  orThrow(await conversations.requestEnd(here))
  orThrow(await conversations.send({ ...here, content: '?', purpose: 'confirmation' }))
  const slow = interposed(store, {
    append: (real) =>
      atCalls([1], real, async (request) => {
        orThrow(await conversations.withdrawEnd(here))
        return real(request)
      }),
  })
  const loser = openDoor({ store: slow }, 'o')
  expect(await loser.conversations.confirmEnd(here)).toMatchObject({ left: { code: 'not-asked' } })
  expect((await logOf(winner)).at(-1)?.type).toBe('end.withdrawn')
  expect(loser.heard).toEqual([])
})

test.each([1, 2, 16])(
  'A door that always loses gives up after %i attempts, and says how it was.',
  async (attemptsMax) => {
    const store = openMemoryStore()
    await opened(openDoor({ store }))
    let appends = 0
    const losing = interposed(store, {
      append: () => async () => {
        appends++
        return refusal('wrong-expected-version')
      },
    })
    const door = openDoor(attemptsMax === 16 ? { store: losing } : { store: losing, attemptsMax }, 'o')
    const answer = await door.conversations.send({ ...here, content: 'x' })
    expect(answer).toMatchObject({ left: { kind: 'store', code: 'wrong-expected-version' } })
    expect(appends).toBe(attemptsMax)
    expect(door.heard).toEqual([])
  },
)

test('A door that loses all attempts but the last succeeds.', async () => {
  const store = openMemoryStore()
  await opened(openDoor({ store }))
  const losing = interposed(store, {
    append: (real) => atCalls([1, 2], real, async () => refusal('wrong-expected-version')),
  })
  const door = openDoor({ store: losing, attemptsMax: 3 }, 'o')
  expect(orThrow(await door.conversations.send({ ...here, content: 'x' })).version).toBe(2)
})

test('An id that a careless maker of ids gave twice is made again, never overwritten.', async () => {
  const store = openMemoryStore()
  const door = openDoor({ store })
  await opened(door)
  orThrow(await openDoor({ store }, 'x').conversations.send({ ...here, messageId: 'a1', content: 'x' }))
  const answer = await openDoor({ store }, 'x').conversations.send({ ...here, messageId: 'a2', content: 'y' })
  expect(answer).toMatchObject({ left: { code: expect.stringMatching(/command-id-reused|duplicate-event/) } })
  expect(await idsIn(door)).toEqual(['a1'])
})
