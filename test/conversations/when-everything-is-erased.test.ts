/** Whole conversations, and all that an owner has, are erased: in the log, in the store, and again after a crash. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Refused } from '../../src/conversations/journal.js'
import { appendBatches } from '../../src/log/append-batches.js'
import { Audit } from '../../src/log/audit.js'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { opened as openedEvent, received } from '../conversation/events.js'
import { storedLog } from '../log/recorded.js'
import { type Door, faultIn, here, logOf, openDoor, opened } from './door.js'
import { atCalls, interposed, refusal } from './interposed-store.js'
import { stores } from './stores.js'

const c1 = { conversationId: here.conversationId }
const all = { ...c1, reason: 'asked for' }

/** A conversation with messages of both sides, and an edit. */
async function talked(door: Door, where = here, owner?: string): Promise<Door> {
  const { conversations } = door
  const [u1, a1, u2] = ['u1', 'a1', 'u2']
  orThrow(await conversations.open({ ...where, ...(owner !== undefined && { owner }) }))
  orThrow(await conversations.receive({ ...where, messageId: u1, content: 'secret' }))
  orThrow(await conversations.send({ ...where, messageId: a1, content: 'secret' }))
  const edit = { messageId: u2, content: 'secret' }
  orThrow(await conversations.fork({ ...where, messageId: u1, newThreadId: 'b', edit }))
  return door
}

const erasures = async (door: Door, conversationId = c1.conversationId) =>
  (await logOf(door, conversationId)).flatMap(({ type, data }) => (type === 'content.erased' ? [data.messageIds] : []))

const storedText = async (store: EventStore, conversationId = c1.conversationId) =>
  JSON.stringify([orThrow(await store.read({ conversationId })), orThrow(await store.loadSnapshot(conversationId))])

async function findings(store: EventStore): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { code, version } of new Audit(store).findings()) found.push(`${version}: ${code}`)
  return found
}

describe.each(stores)('over $name', ({ open }) => {
  test('A whole conversation loses its words, on every branch, and nothing else.', async () => {
    const store = await open()
    const door = await talked(openDoor({ store, snapshotEvery: 1 }))
    const before = orThrow(await door.conversations.thread(here))
    const turn = orThrow(await door.conversations.erase(all))
    expect(turn.event.data).toEqual({ messageIds: ['u1', 'a1', 'u2'], reason: 'asked for' })
    for (const { conversations } of [door, openDoor({ store }, 'r')]) {
      const main = orThrow(await conversations.thread(here))
      expect(main.state).toEqual(before.state)
      expect(main.messages).toEqual(before.messages.map((message) => ({ ...message, content: null })))
      expect(orThrow(await conversations.thread({ ...here, threadId: 'b' })).messages[0]?.content).toBeNull()
    }
    expect(await storedText(store)).not.toContain('secret')
    expect([await faultIn(store), await findings(store)]).toEqual([null, []])
  })

  test('All of an owner’s conversations lose their words, and nobody else’s do.', async () => {
    const store = await open()
    const door = openDoor({ store, snapshotEvery: 2 })
    for (const [id, owner] of [
      ['c1', 'ada'],
      ['c2', 'bob'],
      ['c3', 'ada'],
      ['c4', undefined],
    ] as const) {
      await talked(door, { ...here, conversationId: id }, owner)
    }
    orThrow(await door.conversations.erase({ ...c1, messageIds: ['u1'], reason: 'earlier' }))
    const answer = orThrow(await door.conversations.eraseOwner({ owner: 'ada', reason: 'left us' }))
    expect(answer).toEqual({ owner: 'ada', conversations: 2, messages: 5, erasedBefore: 1 })
    for (const id of ['c1', 'c3']) expect(await storedText(store, id)).not.toContain('secret')
    for (const id of ['c2', 'c4']) expect(await storedText(store, id)).toContain('secret')
    expect(await erasures(door, 'c1')).toEqual([['u1'], ['a1', 'u2']])
    expect(await findings(store)).toEqual([])
    // The second time there is nothing left to do, and no log grows.
    const again = orThrow(await door.conversations.eraseOwner({ owner: 'ada', reason: 'left us' }))
    expect(again).toEqual({ owner: 'ada', conversations: 2, messages: 0, erasedBefore: 6 })
    expect(await erasures(door, 'c3')).toHaveLength(1)
  })
})

test('What is said after a conversation was erased stays, and is erased by the next order; what is gone is passed over.', async () => {
  const door = await talked(openDoor())
  orThrow(await door.conversations.erase(all))
  orThrow(await door.conversations.receive({ ...here, messageId: 'u3', content: 'later' }))
  expect(orThrow(await door.conversations.thread(here)).messages.at(-1)?.content).toBe('later')
  orThrow(await door.conversations.erase(all))
  expect(await erasures(door)).toEqual([['u1', 'a1', 'u2'], ['u3']])
  orThrow(await door.conversations.erase(all))
  expect(await erasures(door)).toEqual([['u1', 'a1', 'u2'], ['u3'], []])
})

test('A message that comes between the look and the event is not named, and stays.', async () => {
  const real = openMemoryStore()
  let meanwhile: (() => Promise<unknown>) | undefined
  const store = interposed(real, {
    append: (append) => async (request) => {
      const say = meanwhile
      meanwhile = undefined
      await say?.()
      return append(request)
    },
  })
  const door = await talked(openDoor({ store }))
  const other = openDoor({ store: real }, 'o')
  meanwhile = () => other.conversations.receive({ ...here, messageId: 'late', content: 'late' })
  orThrow(await door.conversations.erase(all))
  expect(await erasures(door)).toEqual([['u1', 'a1', 'u2']])
  expect(orThrow(await door.conversations.thread(here)).messages.at(-1)?.content).toBe('late')
  expect(await findings(real)).toEqual([])
})

test('A conversation without messages can be erased; one that is not there can’t.', async () => {
  const door = await opened(openDoor())
  expect(orThrow(await door.conversations.erase(all)).event.data).toMatchObject({ messageIds: [] })
  expect(await door.conversations.erase({ conversationId: 'nobody', reason: 'r' })).toMatchObject({
    left: { code: 'not-opened' },
  })
})

describe('after a crash', () => {
  const orders: { readonly [what: string]: (door: Door) => Promise<Either<Refused, unknown>> } = {
    'the messages by name': (door: Door) => door.conversations.erase({ ...all, messageIds: ['u1', 'a1', 'u2'] }),
    'the conversation': (door: Door) => door.conversations.erase(all),
    'the conversation, under an id': (door: Door) => door.conversations.erase({ ...all, commandId: 'once' }),
    'the owner': (door: Door) => door.conversations.eraseOwner({ owner: 'ada', reason: 'asked for' }),
  }

  test.each(Object.entries(orders))(
    'between the event and the store, an audit tells; to erase %s again finishes it.',
    async (_, order) => {
      const real = openMemoryStore()
      const dying = interposed(real, { erase: () => async () => refusal('unavailable') })
      const door = await talked(openDoor({ store: dying }), here, 'ada')
      expect(isLeft(await order(door))).toBe(true)
      expect(await storedText(real)).toContain('secret')
      expect(await findings(real)).toEqual(['2: content-not-erased', '4: content-not-erased', '5: content-not-erased'])
      orThrow(await order(openDoor({ store: real }, 'r')))
      expect(await storedText(real)).not.toContain('secret')
      expect(await findings(real)).toEqual([])
    },
  )

  test('half way through an owner’s conversations, the same order goes on.', async () => {
    const real = openMemoryStore()
    const dying = interposed(real, { erase: (erase) => atCalls([2], erase, async () => refusal('unavailable')) })
    const door = openDoor({ store: dying })
    for (const conversationId of ['c1', 'c2', 'c3']) await talked(door, { ...here, conversationId }, 'ada')
    const order = { owner: 'ada', reason: 'left us' }
    expect(await door.conversations.eraseOwner(order)).toMatchObject({ left: { code: 'unavailable' } })
    const again = orThrow(await openDoor({ store: real }, 'r').conversations.eraseOwner(order))
    expect(again).toEqual({ owner: 'ada', conversations: 3, messages: 6, erasedBefore: 3 })
    for (const id of ['c1', 'c2', 'c3']) {
      expect(await storedText(real, id)).not.toContain('secret')
      expect(await erasures(door, id)).toHaveLength(1)
    }
    expect(await findings(real)).toEqual([])
  })
})

describe('an order with an id', () => {
  const order = { ...all, commandId: 'once' }

  test('sent twice acts once, also on what was said since.', async () => {
    const door = await talked(openDoor())
    const first = orThrow(await door.conversations.erase(order))
    orThrow(await door.conversations.receive({ ...here, messageId: 'u3', content: 'later' }))
    expect(orThrow(await door.conversations.erase(order))).toEqual(first)
    expect(await erasures(door)).toEqual([['u1', 'a1', 'u2']])
    expect(await storedText(door.store)).toContain('later')
  })

  test('is refused where the id was another order’s.', async () => {
    const door = await talked(openDoor())
    orThrow(await door.conversations.flagRisk({ ...c1, kind: 'crisis', commandId: 'risk' }))
    for (const commandId of ['risk', 'once']) {
      if (commandId === 'once') orThrow(await door.conversations.erase(order))
      expect(await door.conversations.erase({ ...all, commandId, reason: 'another' })).toMatchObject({
        left: { code: 'command-id-reused' },
      })
    }
  })
})

describe('more messages than one event can name', () => {
  const long = (n: number) => `${n}`.padEnd(100_000, 'x')
  const ids = [1, 2, 3, 4, 5].map(long)

  async function many(door: Door): Promise<Door> {
    await opened(door)
    for (const messageId of ids) orThrow(await door.conversations.receive({ ...here, messageId, content: 'secret' }))
    return door
  }

  test.each([
    ['by name', { ...all, messageIds: ids }],
    ['whole', all],
    ['whole, under an id', { ...all, commandId: 'once' }],
  ])('are erased %s in several events, in their order.', async (_, order) => {
    const door = await many(openDoor())
    orThrow(await door.conversations.erase(order))
    expect((await erasures(door)).map(({ length }) => length)).toEqual([2, 2, 1])
    expect((await erasures(door)).flat()).toEqual(ids)
    expect(await storedText(door.store)).not.toContain('secret')
    expect(await findings(door.store)).toEqual([])
  })

  test('A crash between two such events is finished by the same order, each event recorded once.', async () => {
    for (const commandId of [undefined, 'once']) {
      const real = openMemoryStore()
      const door = await many(openDoor({ store: real }))
      const order = { ...all, ...(commandId !== undefined && { commandId }) }
      const dying = interposed(real, { append: (append) => atCalls([2], append, async () => refusal('unavailable')) })
      expect(isLeft(await openDoor({ store: dying }, 'x').conversations.erase(order))).toBe(true)
      orThrow(await door.conversations.receive({ ...here, messageId: 'late', content: 'later' }))
      orThrow(await openDoor({ store: real }, 'r').conversations.erase(order))
      expect((await erasures(door)).flat()).toEqual(commandId ? ids : [...ids, 'late'])
      expect((await storedText(real)).includes('later')).toBe(commandId !== undefined)
      expect(await findings(real)).toEqual([])
    }
  })

  test('One unknown name among them, and nothing is recorded.', async () => {
    const door = await many(openDoor())
    const answer = await door.conversations.erase({ ...all, messageIds: [...ids, 'nobody'] })
    expect(answer).toMatchObject({ left: { code: 'unknown-message' } })
    expect(await erasures(door)).toEqual([])
  })
})

test('A conversation of thousands of messages is erased whole.', async () => {
  const store = openMemoryStore()
  const events = storedLog([openedEvent(), ...Array.from({ length: 2_100 }, (_, n) => received(`u${n}`))])
  for (const batch of appendBatches(events)) {
    orThrow(await store.append({ ...c1, expectedVersion: (batch[0]?.version ?? 0) - 1, events: batch }))
  }
  orThrow(await openDoor({ store }).conversations.erase(all))
  expect(orThrow(await store.read(c1)).filter(({ content }) => content !== null)).toEqual([])
})

test('One conversation that cannot be read keeps no other’s content, and is the answer in the end.', async () => {
  const real = openMemoryStore()
  const door = openDoor({ store: real })
  for (const conversationId of ['c1', 'c2', 'c3']) await talked(door, { ...here, conversationId }, 'ada')
  const damaged = interposed(real, {
    read: (read) => async (range) => {
      const answer = await read(range)
      if (range.conversationId !== 'c2' || answer._tag === 'Left') return answer
      return { ...answer, right: answer.right.map((event) => ({ ...event, record: '{}' })) }
    },
  })
  const answer = await openDoor({ store: damaged }, 'r').conversations.eraseOwner({ owner: 'ada', reason: 'r' })
  expect(answer).toMatchObject({ left: { code: 'corrupt-event', conversationId: 'c2' } })
  for (const id of ['c1', 'c3']) expect(await storedText(real, id)).not.toContain('secret')
})

test('The store is told to compact where that was asked, after erasing, once for an owner.', async () => {
  const told: string[] = []
  const real = openMemoryStore()
  const compacting: EventStore = {
    ...interposed(real, {
      erase: (erase) => (request) => {
        told.push('erase')
        return erase(request)
      },
    }),
    compact: async () => {
      told.push('compact')
      return refusal('unavailable')
    },
  }
  const door = openDoor({ store: compacting })
  for (const conversationId of ['c1', 'c2']) await talked(door, { ...here, conversationId }, 'ada')
  orThrow(await door.conversations.erase({ ...c1, messageIds: ['u1'], reason: 'r' }))
  expect(told).toEqual(['erase'])
  expect(await door.conversations.eraseOwner({ owner: 'ada', reason: 'r', compact: true })).toMatchObject({
    left: { code: 'unavailable' },
  })
  expect(told).toEqual(['erase', 'erase', 'erase', 'compact'])
  expect(await door.conversations.eraseOwner({ owner: 'ada', reason: 'r' })).toMatchObject({ right: { messages: 0 } })
  expect(told).toHaveLength(4)
  // A store without it has no need of it.
  orThrow(await openDoor({ store: real }, 'r').conversations.erase({ ...all, compact: true }))
})
