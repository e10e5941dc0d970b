/** The conversation index and the review queue, as operators ask them through the door. */
import { describe, expect, test, vi } from 'vitest'
import { indexedOwner } from '../../src/conversations/listing/conversation-index.js'
import type { ListRequest } from '../../src/conversations/listing.js'
import { conversationIndex, reviewQueue } from '../../src/index.js'
import { type StoreError, storeError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'
import { Projector } from '../../src/log/projection/projector.js'
import type { ViewStore } from '../../src/log/projection/view-in-force.js'
import { shapeOf } from '../../src/log/projection.js'
import type { Views } from '../../src/log/views.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Door, openDoor } from './door.js'
import { interposed } from './interposed-store.js'
import { stores } from './stores.js'

const on = (conversationId: string, threadId = 'main') => ({ conversationId, threadId })

async function endAsAsked({ conversations }: Door, conversationId: string): Promise<void> {
  orThrow(await conversations.receive({ ...on(conversationId), messageId: `${conversationId}-u`, content: 'bye' }))
  orThrow(await conversations.requestEnd(on(conversationId)))
  orThrow(await conversations.send({ ...on(conversationId), content: 'sure?', purpose: 'confirmation' }))
  orThrow(await conversations.confirmEnd(on(conversationId)))
  orThrow(await conversations.end({ ...on(conversationId), ground: 'user-request', reason: 'asked' }))
}

/** Five conversations: calm, warned, ended, at risk, and one of nobody. */
async function peopled(store: EventStore): Promise<Door> {
  const door = openDoor({ store })
  const { conversations } = door
  for (const conversationId of ['calm', 'warned', 'ended', 'at-risk'])
    orThrow(await conversations.open({ ...on(conversationId), owner: conversationId === 'calm' ? 'bob' : 'ada' }))
  orThrow(await conversations.open(on('nobody')))
  for (let n = 0; n < 4; n++) {
    orThrow(await conversations.receive({ ...on('warned'), content: 'harm' }))
    if (n < 3) orThrow(await conversations.send({ ...on('warned'), content: 'r', purpose: 'redirection' }))
  }
  await endAsAsked(door, 'ended')
  orThrow(await conversations.receive({ ...on('at-risk'), content: 'crisis' }))
  return door
}

const idsOf = async ({ conversations }: Door, request: ListRequest = {}) =>
  orThrow(await conversations.list(request)).conversations.map(({ conversationId }) => conversationId)

describe.each(stores)('over $name', ({ open }) => {
  test('Conversations are found by owner, state, risk and ground, the latest first.', async () => {
    const door = await peopled(await open())
    expect(await idsOf(door)).toEqual(['at-risk', 'ended', 'warned', 'nobody', 'calm'])
    expect(await idsOf(door, { orderBy: 'openedAt', descending: false })).toEqual([
      'calm',
      'warned',
      'ended',
      'at-risk',
      'nobody',
    ])
    expect(await idsOf(door, { owner: 'ada' })).toEqual(['at-risk', 'ended', 'warned'])
    expect(await idsOf(door, { owner: null })).toEqual(['nobody'])
    expect(await idsOf(door, { state: 'warning.due' })).toEqual(['warned'])
    expect(await idsOf(door, { state: 'engaging', risk: 'clear' })).toEqual(['nobody', 'calm'])
    expect(await idsOf(door, { risk: 'flagged' })).toEqual(['at-risk'])
    expect(await idsOf(door, { endedGround: 'user-request', state: 'ended', owner: 'ada' })).toEqual(['ended'])
    const { conversations } = orThrow(await door.conversations.list({ state: 'ended' }))
    const events = orThrow(await door.conversations.events({ conversationId: 'ended' }))
    expect(conversations).toEqual([
      {
        conversationId: 'ended',
        version: events.length,
        owner: 'ada',
        state: 'ended',
        risk: 'clear',
        endedGround: 'user-request',
        threads: 1,
        openedAt: events[0]?.recordedAt,
        lastActivity: events.at(-1)?.recordedAt,
      },
    ])
    const { openedAt, lastActivity } = conversations[0] as { openedAt: string; lastActivity: string }
    expect(await idsOf(door, { from: lastActivity, to: new Date(lastActivity) })).toEqual(['ended'])
    expect(await idsOf(door, { orderBy: 'openedAt', to: openedAt })).toEqual(['ended', 'warned', 'calm'])
  })

  test('Pages go on where they ended, while conversations move to the front.', async () => {
    const door = await peopled(await open())
    const first = orThrow(await door.conversations.list({ limit: 2 }))
    expect(first.conversations.map(({ conversationId }) => conversationId)).toEqual(['at-risk', 'ended'])
    orThrow(await door.conversations.noteWelfare({ ...on('nobody'), signal: 's', intensity: 0 }))
    const second = orThrow(await door.conversations.list({ limit: 2, after: first.next as string }))
    expect(second.conversations.map(({ conversationId }) => conversationId)).toEqual(['warned', 'calm'])
    const third = orThrow(await door.conversations.list({ limit: 2, after: second.next as string }))
    expect(third).toEqual({ conversations: [], next: null })
    expect(await door.conversations.list({ after: first.next as string, descending: false })).toMatchObject({
      left: { code: 'invalid-append' },
    })
  })

  test('The review queue says who wants a look, why, since when, and at which version.', async () => {
    const door = await peopled(await open())
    const { conversations } = door
    await conversations.end({ ...on('warned'), ground: 'persistent-harm', reason: 'too early' })
    orThrow(await conversations.giveFeedback({ ...on('calm'), rating: 'down' }))
    orThrow(await conversations.giveFeedback({ ...on('ended'), rating: 'down' }))
    const queue = async (request = {}) =>
      orThrow(await conversations.reviewQueue(request)).entries.map(({ conversationId, reasons }) => [
        conversationId,
        ...reasons.map(({ reason }) => reason),
      ])
    expect(await queue()).toEqual([
      ['ended', 'ended-and-disliked'],
      ['warned', 'end-declined'],
      ['at-risk', 'risk-flagged'],
    ])
    expect(await queue({ reason: 'end-declined' })).toEqual([['warned', 'end-declined']])
    const { entries } = orThrow(await conversations.reviewQueue({ reason: 'ended-and-disliked' }))
    const events = orThrow(await conversations.events({ conversationId: 'ended' }))
    const { version, recordedAt } = events.at(-1) ?? { version: 0, recordedAt: '' }
    expect(entries[0]).toEqual({
      conversationId: 'ended',
      version,
      reasons: [{ reason: 'ended-and-disliked', since: recordedAt, version }],
    })
    orThrow(await conversations.clearRisk({ conversationId: 'at-risk', reason: 'seen' }))
    orThrow(await conversations.flagRisk({ conversationId: 'warned', kind: 'crisis' }))
    expect(await queue()).toEqual([
      ['warned', 'risk-flagged', 'end-declined'],
      ['ended', 'ended-and-disliked'],
    ])
  })

  test('Rows written with their events are those that are made from the log.', async () => {
    const store = (await open()) as ViewStore
    await peopled(store)
    const ids = orThrow(await store.list({})).map(({ conversationId }) => conversationId)
    for (const projection of [conversationIndex, reviewQueue]) {
      const projector = new Projector(store, projection)
      const rows = async () => orThrow(await projector.withView((shape) => store.views.load(shape, ids)))
      const inline = await rows()
      expect(inline).toHaveLength(5)
      expect(orThrow(await projector.lag()).behind).toBe(0)
      orThrow(await projector.rebuild())
      expect(await rows()).toEqual(inline)
    }
  })

  test('What was appended without rows is listed all the same: before there was an index, and since.', async () => {
    const store = (await open()) as ViewStore
    const bare = openDoor({ store, inlineProjections: [] }, 'b')
    orThrow(await bare.conversations.open(on('before')))
    const door = openDoor({ store })
    orThrow(await door.conversations.open(on('unaware')))
    expect(await store.registers.load('view/conversations_1')).toMatchObject({ right: null })
    expect(await idsOf(door)).toHaveLength(2)
    orThrow(await bare.conversations.flagRisk({ conversationId: 'before', kind: 'crisis' }))
    expect(await idsOf(door, { risk: 'flagged' })).toEqual(['before'])
    orThrow(await door.conversations.noteWelfare({ ...on('before'), signal: 's', intensity: 0 }))
    const shape = shapeOf(conversationIndex, 1)
    expect(orThrow(await store.views.load(shape, ['before']))[0]).toMatchObject({ version: 3 })
  })

  test('A door that writes while the index is made anew elsewhere goes over to the new one.', async () => {
    const store = (await open()) as ViewStore
    const door = openDoor({ store })
    orThrow(await door.conversations.open(on('a')))
    orThrow(await new Projector(store, conversationIndex).rebuild())
    orThrow(await door.conversations.receive({ ...on('a'), content: 'hello' }))
    const { length } = orThrow(await store.read({ conversationId: 'a' }))
    expect(length).toBe(3)
    expect(orThrow(await store.views.load(shapeOf(conversationIndex, 2), ['a']))[0]).toMatchObject({ version: 3 })
  })
})

test('Owners that a view cannot hold, or that look like a digest, are found, and not mixed up.', async () => {
  const door = openDoor()
  const long = 'x'.repeat(600)
  const owners = [long, `${long}y`, 'a\0b', 'a\ud800b', indexedOwner(long), 'sha256:', 'é'.repeat(256), '']
  for (const [n, owner] of owners.entries()) orThrow(await door.conversations.open({ conversationId: `c${n}`, owner }))
  for (const [n, owner] of owners.entries()) expect(await idsOf(door, { owner })).toEqual([`c${n}`])
})

test('A conversation stands where the gravest of its open threads stands, and ends with the last of them.', async () => {
  const door = openDoor()
  const { conversations } = door
  orThrow(await conversations.open(on('c')))
  orThrow(await conversations.receive({ ...on('c'), messageId: 'u1', content: 'harm' }))
  orThrow(await conversations.fork({ ...on('c'), messageId: 'u1', edit: { content: 'calm' }, newThreadId: 'b' }))
  const state = async () => orThrow(await conversations.list()).conversations[0]
  expect(await state()).toMatchObject({ state: 'redirecting.due', threads: 2, endedGround: null })
  orThrow(await conversations.receive({ ...on('c'), content: 'calm' }))
  await endAsAsked(door, 'c')
  expect(await state()).toMatchObject({ state: 'engaging', endedGround: null })
  orThrow(await conversations.requestEnd(on('c', 'b')))
  orThrow(await conversations.send({ ...on('c', 'b'), content: 'sure?', purpose: 'confirmation' }))
  orThrow(await conversations.confirmEnd(on('c', 'b')))
  orThrow(await conversations.end({ ...on('c', 'b'), ground: 'user-request', reason: 'asked' }))
  expect(await state()).toMatchObject({ state: 'ended', endedGround: 'user-request' })
})

test('After a thousand events the feed is looked at, before anybody asks: most of it need not be read again.', async () => {
  const store = openMemoryStore() as ViewStore
  const bare = openDoor({ store, inlineProjections: [] }, 'b')
  const { conversations } = openDoor({ store })
  orThrow(await conversations.open(on('a')))
  orThrow(await bare.conversations.open(on('unaware')))
  for (let n = 0; n < 1_000; n++) orThrow(await conversations.noteWelfare({ ...on('a'), signal: 's', intensity: 0 }))
  const shape = shapeOf(conversationIndex, 1)
  await vi.waitFor(async () => expect(orThrow(await store.views.load(shape, ['unaware']))).toHaveLength(1))
  await vi.waitFor(async () =>
    expect(orThrow(await new Projector(store, conversationIndex).catchUp())).toBeLessThan(10),
  )
})

describe('when the index fails', () => {
  const failing = (change: (views: Views) => Partial<Views>): ViewStore => {
    const store = openMemoryStore() as ViewStore
    return Object.assign(Object.create(store), {
      append: store.append,
      views: { ...store.views, ...change(store.views) },
    })
  }

  test('Nobody is kept from speaking: it is told, and the row is caught up later.', async () => {
    let isDown = false
    const store = failing((views) => ({
      load: async (...asked) =>
        isDown ? { _tag: 'Left', left: { kind: 'store', code: 'unavailable', message: '' } } : views.load(...asked),
    }))
    const errors: StoreError[] = []
    const one = openDoor({ store, onError: (error) => errors.push(error) })
    orThrow(await one.conversations.open(on('a')))
    const other = openDoor({ store, onError: (error) => errors.push(error) }, 'o')
    isDown = true
    orThrow(await other.conversations.receive({ ...on('a'), content: 'hello' }))
    expect(errors.map(({ code }) => code)).toContain('unavailable')
    expect(await one.conversations.list()).toMatchObject({ left: { code: 'unavailable' } })
    isDown = false
    expect(orThrow(await one.conversations.list()).conversations).toMatchObject([{ version: 3 }])
  })

  test('A view that cannot be made is told now and then, and keeps nobody from speaking.', async () => {
    const refused = async () => ({ _tag: 'Left', left: storeError('unavailable', 'no tables for you') }) as const
    const errors: StoreError[] = []
    const { conversations } = openDoor({
      store: failing(() => ({ make: refused })),
      inlineProjections: [conversationIndex],
      onError: (error) => errors.push(error),
    })
    orThrow(await conversations.open(on('a')))
    for (let n = 0; n < 300; n++) orThrow(await conversations.noteWelfare({ ...on('a'), signal: 's', intensity: 0 }))
    expect(errors.map(({ message }) => message)).toEqual(['no tables for you'])
  })

  test('A view that was lost keeps nobody from speaking, and is there again once it is made anew.', async () => {
    const store = openMemoryStore() as ViewStore
    const errors: StoreError[] = []
    const door = openDoor({ store, onError: (error) => errors.push(error) })
    orThrow(await door.conversations.open(on('a')))
    orThrow(await store.views.drop(shapeOf(conversationIndex, 1)))
    orThrow(await door.conversations.receive({ ...on('a'), content: 'hello' }))
    orThrow(await door.conversations.receive({ ...on('a'), content: 'again' }))
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['view-missing']))
    expect(orThrow(await store.views.load(shapeOf(reviewQueue, 1), ['a']))[0]).toMatchObject({ version: 5 })
    expect(await door.conversations.list()).toMatchObject({ left: { code: 'view-missing' } })
    orThrow(await new Projector(store, conversationIndex).rebuild())
    expect(orThrow(await door.conversations.list()).conversations).toMatchObject([{ version: 5 }])
  })
})

test('A store without views says so, and lists ids.', async () => {
  const { conversations } = openDoor({ store: interposed(openMemoryStore(), {}) })
  orThrow(await conversations.open(on('a')))
  expect(await conversations.list()).toMatchObject({ left: { code: 'unavailable' } })
  expect(await conversations.reviewQueue()).toMatchObject({ left: { code: 'unavailable' } })
  expect(orThrow(await conversations.ids())).toEqual([{ conversationId: 'a', version: 1 }])
})

test('A question that cannot be is refused.', async () => {
  const { conversations } = openDoor()
  const wrong = [{ orderBy: 'owner' }, { from: 'yesterday' }, { after: 'x' }, { owner: 7 }]
  for (const request of wrong) {
    expect(await conversations.list(request as ListRequest)).toMatchObject({ left: { code: 'invalid-append' } })
  }
  const reason = 'because' as 'risk-flagged'
  expect(await conversations.reviewQueue({ reason })).toMatchObject({ left: { code: 'invalid-append' } })
})
