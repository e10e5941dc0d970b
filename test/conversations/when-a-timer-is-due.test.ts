/** Timers: due by recorded times, fired once as a recorded event, by whichever process, and by no clock in a replay. */
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { instantOf } from '../../src/conversations/listing/conversation-index.js'
import { fireDueTimers, type Timer } from '../../src/conversations/timers.js'
import type { Conversations } from '../../src/conversations.js'
import { Projector } from '../../src/log/projection/projector.js'
import type { ViewStore } from '../../src/log/projection/view-in-force.js'
import type { Projection } from '../../src/log/projection.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Door, faultIn, here, logOf, openDoor, typesOf } from './door.js'
import { stores } from './stores.js'

const dayMs = 24 * 3_600_000

/** What was said is to be erased thirty days after the last word; the erasure itself is the event that says it is done. */
const retention: Projection = {
  name: 'retention',
  schema: 1,
  fields: { due_at: 'integer', due_version: 'integer' },
  indexes: [['due_at']],
  evolve(fields, event) {
    const isWord = event.type === 'message.received' || event.type === 'message.sent' || event.type === 'thread.forked'
    if (isWord) return { due_at: instantOf(event) + 30 * dayMs, due_version: event.version }
    return fields === null || event.type === 'content.erased' ? { due_at: null, due_version: null } : fields
  },
}

const retentionBy = (conversations: Conversations): Timer => ({
  projection: retention,
  fire: ({ conversationId, commandId }) =>
    conversations.erase({ conversationId, commandId, reason: 'retention', by: 'system' }),
})

const firstDay = Date.UTC(2026, 0, 1)
const onDay = (day: number) => () => new Date(firstDay + day * dayMs)

async function talked(store: ViewStore): Promise<Door> {
  const door = openDoor({ store, assess: () => ({ harm: 'none', risk: null }) })
  orThrow(await door.conversations.open(here))
  orThrow(await door.conversations.receive({ ...here, messageId: 'u1', content: 'hello' }))
  return door
}

describe.each(stores)('over $name', ({ open }) => {
  test('It is fired when it is due, once, and the log says so.', async () => {
    const store = (await open()) as ViewStore
    const door = await talked(store)
    const timer = retentionBy(door.conversations)
    expect(orThrow(await fireDueTimers({ store, timer, clock: onDay(30) }))).toEqual({ fired: 0, rejected: 0 })
    expect(orThrow(await fireDueTimers({ store, timer, clock: onDay(31) }))).toEqual({ fired: 1, rejected: 0 })
    expect(orThrow(await fireDueTimers({ store, timer, clock: onDay(99) }))).toEqual({ fired: 0, rejected: 0 })
    const log = await logOf(door)
    expect(log.at(-1)).toMatchObject({ type: 'content.erased', id: 'timer.retention.2', actor: { kind: 'system' } })
    expect(typesOf(log).filter((type) => type === 'content.erased')).toHaveLength(1)
    expect(await faultIn(store)).toBeNull()
  })

  test('Fired by several processes at once, it happens once.', async () => {
    const store = (await open()) as ViewStore
    const door = await talked(store)
    const doors = [door, openDoor({ store }, 'o'), openDoor({ store }, 'p')]
    const fired = await Promise.all(
      doors.map(({ conversations }) => fireDueTimers({ store, timer: retentionBy(conversations), clock: onDay(31) })),
    )
    for (const answer of fired) expect(orThrow(answer).rejected).toBe(0)
    expect(typesOf(await logOf(door)).filter((type) => type === 'content.erased')).toHaveLength(1)
  })
})

test('What came since it was looked up counts: a row that is behind its log fires nothing.', async () => {
  const store = openMemoryStore() as ViewStore
  const door = await talked(store)
  const late = openDoor({ store, clock: onDay(20), inlineProjections: [] }, 'late')
  const { views } = store
  // Somebody speaks just after the page was read.
  const racing: ViewStore = Object.assign(Object.create(store), {
    views: {
      ...views,
      page: async (...asked: Parameters<typeof views.page>) => {
        const page = await views.page(...asked)
        orThrow(await late.conversations.receive({ ...here, messageId: 'u2', content: 'still here' }))
        return page
      },
    },
  })
  const timer = retentionBy(door.conversations)
  expect(orThrow(await fireDueTimers({ store: racing, timer, clock: onDay(31) }))).toEqual({ fired: 0, rejected: 0 })
  expect(typesOf(await logOf(door))).not.toContain('content.erased')
  expect(orThrow(await fireDueTimers({ store, timer, clock: onDay(51) }))).toEqual({ fired: 1, rejected: 0 })
})

test('What the rules refuse is told, and fired no more in this run; what the store refuses is answered.', async () => {
  const store = openMemoryStore() as ViewStore
  const { conversations } = await talked(store)
  let fired = 0
  const refused: Timer = {
    projection: retention,
    fire: ({ conversationId, commandId }) => {
      fired++
      return conversations.withdrawEnd({ conversationId, commandId, threadId: 'main' })
    },
  }
  expect(orThrow(await fireDueTimers({ store, timer: refused, clock: onDay(31) }))).toEqual({ fired: 0, rejected: 1 })
  expect(fired).toBe(1)
  const closing: Timer = { projection: retention, fire: () => store.close().then(() => store.list({})) }
  expect(await fireDueTimers({ store, timer: closing, clock: onDay(31) })).toMatchObject({ left: { code: 'closed' } })
})

test('Many that are due are fired page by page, the longest due first, and no more than asked for.', async () => {
  const store = openMemoryStore() as ViewStore
  const { conversations } = openDoor({ store, inlineProjections: [retention] })
  for (let n = 0; n < 250; n++) {
    const conversationId = `c${n}`
    orThrow(await conversations.open({ conversationId, threadId: 'main' }))
    orThrow(await conversations.receive({ conversationId, threadId: 'main', content: 'hello' }))
  }
  const order: string[] = []
  const timer: Timer = {
    projection: retention,
    fire: async ({ conversationId }) => {
      order.push(conversationId)
      return right(null)
    },
  }
  const run = { store, timer, clock: onDay(31) }
  expect(orThrow(await fireDueTimers({ ...run, timersMax: 120 }))).toEqual({ fired: 120, rejected: 0 })
  order.length = 0
  expect(orThrow(await fireDueTimers(run))).toEqual({ fired: 250, rejected: 0 })
  expect(order).toEqual(Array.from({ length: 250 }, (_, n) => `c${n}`))
})

test('A replay without a clock gives the same row.', async () => {
  const store = openMemoryStore() as ViewStore
  const door = await talked(store)
  const projector = new Projector(store, retention)
  orThrow(await projector.catchUp())
  const row = async () => orThrow(await projector.withView((shape) => store.views.load(shape, ['c1'])))
  const before = await row()
  orThrow(await projector.rebuild())
  expect(await row()).toEqual(before)
  const said = (await logOf(door)).find(({ type }) => type === 'message.received')
  expect(before[0]?.fields).toEqual({ due_at: Date.parse(said?.recordedAt ?? '') + 30 * dayMs, due_version: 2 })
})
