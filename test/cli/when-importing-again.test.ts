/** An import may be repeated: what is there is left alone, what broke off goes on, and what differs is told. */
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { Draft } from '../../src/cli/importing/draft.js'
import { keep } from '../../src/cli/importing/keep.js'
import type { HarmLabels } from '../../src/cli/importing/labels.js'
import { draftMessages } from '../../src/cli/importing/messages.js'
import { draftTree } from '../../src/cli/importing/oasst.js'
import { storeError } from '../../src/log/errors.js'
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'
import { chainFault, chainStart } from '../../src/log/hash-chain.js'
import { rebuild } from '../../src/log/rebuild.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { assistant, prompter, tree } from './trees.js'

const assumed: HarmLabels = { harmfulFrom: new Map(), assumeHarmless: true }
const unjudged: HarmLabels = { harmfulFrom: new Map(), assumeHarmless: false }
const value = tree(prompter('p', [assistant('a', [prompter('q'), prompter('r')]), assistant('b')]))

function drafted(source: unknown = value, harm = assumed): Draft {
  const draft = draftTree(source, harm)
  if (isLeft(draft)) throw new Error(draft.left)
  return draft.right
}

const morning = '2026-01-01T08:00:00.000Z'
const evening = '2026-01-01T20:00:00.000Z'
const kept = async (store: EventStore, draft: Draft, at = morning) => orThrow(await keep(store, draft, at))
const stored = async (store: EventStore, conversationId = 'tree'): Promise<readonly StoredEvent[]> =>
  orThrow(await store.read({ conversationId }))

/** A store that appends a few events of the first append and no more: an import that broke off. */
async function brokenOff(count: number): Promise<EventStore> {
  const whole = openMemoryStore()
  await kept(whole, drafted())
  const store = openMemoryStore()
  const events = (await stored(whole)).slice(0, count)
  orThrow(await store.append({ conversationId: 'tree', expectedVersion: 0, events }))
  return store
}

function firstChainFault(events: readonly StoredEvent[]): string | undefined {
  let previous = chainStart
  for (const event of events) {
    const fault = chainFault(previous, event)
    if (fault !== undefined) return `${event.version}: ${fault}`
    previous = event.hash
  }
  return undefined
}

test('A conversation is added whole, and its chain holds.', async () => {
  const store = openMemoryStore()
  const { events } = drafted()
  expect(await kept(store, drafted())).toEqual({ as: 'added', eventCount: events.length })
  expect((await stored(store)).map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id))
  expect(firstChainFault(await stored(store))).toBeUndefined()
  expect(orThrow(await rebuild(store, { conversationId: 'tree' })).conversation?.threadCount).toBe(3)
})

test('The second time, at another hour, adds nothing.', async () => {
  const store = openMemoryStore()
  await kept(store, drafted(), morning)
  const before = await stored(store)
  expect(await kept(store, drafted(), evening)).toEqual({ as: 'known', eventCount: 0 })
  expect(await stored(store)).toEqual(before)
})

test('Wherever an import broke off, the next one goes on, and the chain with it.', async () => {
  const { events } = drafted()
  for (let count = 1; count < events.length; count++) {
    const store = await brokenOff(count)
    expect(await kept(store, drafted(), evening)).toEqual({ as: 'continued', eventCount: events.length - count })
    expect((await stored(store)).map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id))
    expect(firstChainFault(await stored(store))).toBeUndefined()
  }
})

test('What was said differently is told, and nothing is added.', async () => {
  const store = openMemoryStore()
  await kept(store, drafted())
  const before = await stored(store)
  const other = drafted(tree(prompter('p', [assistant('a', [], { text: 'Something else.' })])))
  expect(await kept(store, other)).toEqual({
    as: 'refused',
    why: 'the log has it already, and differs at version 4: its source changed, or it was imported with other options',
  })
  expect(await stored(store)).toEqual(before)
})

test('What was assessed differently is told.', async () => {
  const store = openMemoryStore()
  await kept(store, drafted())
  expect(await kept(store, drafted(value, unjudged))).toMatchObject({ as: 'refused' })
})

test('A tree that has grown at its end is carried on.', async () => {
  const store = openMemoryStore()
  await kept(store, drafted(tree(prompter('p', [assistant('a')]))))
  expect(await kept(store, drafted(tree(prompter('p', [assistant('a'), assistant('b')]))))).toMatchObject({
    as: 'continued',
    eventCount: 2,
  })
})

test('What happened to a conversation after its import makes no difference: a later event, or an erasure.', async () => {
  const store = openMemoryStore()
  const { events } = drafted()
  const longer = drafted(
    tree(prompter('p', [assistant('a', [prompter('q'), prompter('r')]), assistant('b'), assistant('c')])),
  )
  await kept(store, longer)
  orThrow(await store.erase({ conversationId: 'tree', versions: [2, 4] }))
  expect(events.length).toBeLessThan(longer.events.length)
  expect(await kept(store, drafted(), evening)).toEqual({ as: 'known', eventCount: 0 })
  expect((await stored(store))[1]?.content).toBeNull()
})

test('More events than one append may hold go in several, in one chain.', async () => {
  const store = openMemoryStore()
  const replies = Array.from({ length: 1_500 }, (_, place) => assistant(`a${place}`))
  const draft = drafted(tree(prompter('p', replies)))
  expect(await kept(store, draft)).toEqual({ as: 'added', eventCount: 3_002 })
  expect(firstChainFault(await stored(store))).toBeUndefined()
})

test('An answer that was lost is settled by what the store then holds.', async () => {
  const store = openMemoryStore()
  let lost = 0
  const forgetful: EventStore = Object.assign(Object.create(store) as EventStore, {
    append: async (request: Parameters<EventStore['append']>[0]) => {
      const answer = await store.append(request)
      lost += 1
      return lost === 1 ? { _tag: 'Left', left: storeError('unknown-outcome', 'no answer') } : answer
    },
  })
  expect(await kept(forgetful, drafted())).toEqual({ as: 'known', eventCount: 0 })
  expect(await stored(store)).toHaveLength(drafted().events.length)
})

test('Of two imports at once one adds, the other finds it there.', async () => {
  const store = openMemoryStore()
  const both = await Promise.all([kept(store, drafted(), morning), kept(store, drafted(), evening)])
  expect(both.map(({ as }) => as).sort()).toEqual(['added', 'known'])
})

test('A store that fails is told as it says.', async () => {
  const store = openMemoryStore()
  const full: EventStore = Object.assign(Object.create(store) as EventStore, {
    append: async () => ({ _tag: 'Left', left: storeError('unavailable', 'disk full') }),
  })
  expect(await keep(full, drafted(), morning)).toMatchObject({ left: { code: 'unavailable' } })
})

test('What a log cannot hold is refused whole, with the event and the reason.', async () => {
  const store = openMemoryStore()
  const large = drafted(tree(prompter('p', [assistant('a', [], { text: 'x'.repeat(1_048_576) })])))
  expect(await kept(store, large)).toEqual({
    as: 'refused',
    why: 'message:a: invalid-event: the event is over 1048576 bytes',
  })
  const nul = drafted(tree(prompter('p\0')))
  expect(await kept(store, nul)).toMatchObject({ as: 'refused' })
  expect(await stored(store)).toEqual([])
})

test('Two lines that say the same are one conversation.', async () => {
  const store = openMemoryStore()
  const line = draftMessages({ messages: [{ role: 'user', content: 'Hi' }] }, { assumeHarmless: false })
  const twice = isLeft(line) ? line : right([await kept(store, line.right), await kept(store, line.right)])
  expect(twice).toMatchObject({ right: [{ as: 'added' }, { as: 'known' }] })
})
