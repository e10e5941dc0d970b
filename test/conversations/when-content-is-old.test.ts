/** Which conversations are old: both sides of the line, what counts as activity, and who is looked after. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { type OldConversation, oldConversations } from '../../src/conversations/erasing/retention.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { calm, cleared, erased, flagged, opened, received, sent } from '../conversation/events.js'
import { chained, recorded } from '../log/recorded.js'
import { interposed, refusal } from './interposed-store.js'

const start = Date.UTC(2026, 0, 1)

/** A store with these logs, by id; an event a second from the start. */
async function storeWith(logs: { readonly [id: string]: readonly LifecycleEvent[] }) {
  const store = openMemoryStore()
  for (const [conversationId, events] of Object.entries(logs)) {
    orThrow(
      await store.append({ conversationId, expectedVersion: 0, events: chained(recorded(events, conversationId)) }),
    )
  }
  return store
}

async function old(store: Parameters<typeof oldConversations>[0], seconds: number) {
  const found: (OldConversation | string)[] = []
  for await (const one of oldConversations(store, new Date(start + seconds * 1_000))) {
    found.push(isLeft(one) ? one.left.code : one.right)
  }
  return found
}

const idsOf = (found: readonly (OldConversation | string)[]) =>
  found.map((one) => (typeof one === 'string' ? one : one.conversationId))

test('A conversation is old once its last event was before the time, and not in the very moment.', async () => {
  // Its last event is recorded two seconds after the start.
  const store = await storeWith({ c1: [opened(), ...calm(1)] })
  expect(await old(store, 2)).toEqual([])
  const lastActivityAt = new Date(start + 2_000).toISOString()
  expect(await old(store, 2.001)).toEqual([
    { conversationId: 'c1', lastActivityAt, messageIds: ['u1'], isAtRisk: false },
  ])
})

test('Of several the old ones come, in order of id; those without a word left do not.', async () => {
  const store = await storeWith({
    b: [opened(), received('u1')],
    a: [opened(), received('u1'), sent('a1')],
    young: [opened(), ...calm(1), ...calm(2)],
    silent: [opened()],
    gone: [opened(), received('u1'), erased('u1')],
  })
  orThrow(await store.erase({ conversationId: 'gone', versions: [2] }))
  expect(idsOf(await old(store, 4))).toEqual(['a', 'b'])
  expect(idsOf(await old(store, 1_000))).toEqual(['a', 'b', 'young'])
})

test('An erasure makes no conversation young, and one that was broken off is due.', async () => {
  const store = await storeWith({
    part: [opened(), received('u1'), sent('a1'), erased('u1')],
    unfinished: [opened(), received('u1'), sent('a1'), erased('u1', 'a1')],
  })
  orThrow(await store.erase({ conversationId: 'part', versions: [2] }))
  const found = await old(store, 3)
  expect(found).toMatchObject([
    { conversationId: 'part', messageIds: ['a1'] },
    { conversationId: 'unfinished', messageIds: ['u1', 'a1'] },
  ])
  expect(await old(store, 2)).toEqual([])
})

test('Whoever may be at risk is told apart, until the risk is cleared.', async () => {
  const store = await storeWith({
    cleared: [opened(), received('u1'), flagged(), cleared()],
    flagged: [opened(), received('u1'), flagged()],
  })
  expect(await old(store, 10)).toMatchObject([
    { conversationId: 'cleared', isAtRisk: false },
    { conversationId: 'flagged', isAtRisk: true },
  ])
})

test('A conversation that cannot be read is told, and the others are gone through.', async () => {
  const real = await storeWith({
    a: [opened(), received('u1')],
    b: [opened(), received('u1')],
    c: [opened(), received('u1')],
  })
  const damaged = interposed(real, {
    read: (read) => async (range) => {
      const page = await read(range)
      if (isLeft(page) || range.conversationId !== 'b') return page
      return { ...page, right: page.right.map((event): StoredEvent => ({ ...event, record: '{}' })) }
    },
  })
  expect(idsOf(await old(damaged, 10))).toEqual(['a', 'corrupt-event', 'c'])
  expect(await old(interposed(real, { list: () => async () => refusal('unavailable') }), 10)).toEqual(['unavailable'])
})

test('A time that is none is no reason to erase.', async () => {
  const log = recorded([opened(), received('u1')]).map((event) => ({ ...event, recordedAt: 'long ago' }))
  const store = openMemoryStore()
  orThrow(await store.append({ conversationId: 'c1', expectedVersion: 0, events: chained(log) }))
  expect(await old(store, 1e9)).toEqual([])
})
