/** Erased words are gone from the thread, the log, the store and every snapshot; the life of the thread stays. */
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { type Door, faultIn, here, logOf, openDoor, opened } from './door.js'
import { stores } from './stores.js'

const c1 = { conversationId: here.conversationId }

async function talked(door: Door): Promise<Door> {
  await opened(door)
  const { conversations } = door
  orThrow(await conversations.receive({ ...here, messageId: 'u1', content: 'harm, secret' }))
  orThrow(
    await conversations.send({
      ...here,
      messageId: 'a1',
      content: [{ type: 'text', text: 'secret' }],
      purpose: 'redirection',
    }),
  )
  orThrow(
    await conversations.fork({
      ...here,
      messageId: 'u1',
      newThreadId: 'b',
      edit: { messageId: 'u2', content: 'secret' },
    }),
  )
  return door
}

describe.each(stores)('over $name', ({ open }) => {
  test('Messages and edits alike lose their words everywhere, and nothing else.', async () => {
    const store = await open()
    const door = await talked(openDoor({ store, snapshotEvery: 1 }))
    const before = orThrow(await door.conversations.thread(here))
    orThrow(await door.conversations.erase({ ...c1, messageIds: ['u1', 'a1', 'u2'], reason: 'asked for' }))
    for (const { conversations } of [door, openDoor({ store }, 'r')]) {
      const main = orThrow(await conversations.thread(here))
      expect(main.state).toEqual(before.state)
      expect(main.messages).toEqual(before.messages.map((message) => ({ ...message, content: null })))
      expect(orThrow(await conversations.thread({ ...here, threadId: 'b' })).messages[0]?.content).toBeNull()
    }
    expect(JSON.stringify(orThrow(await store.read(c1)))).not.toContain('secret')
    expect(JSON.stringify(orThrow(await store.loadSnapshot('c1')))).not.toContain('secret')
    expect(await faultIn(store)).toBeNull()
    expect((await logOf(door)).at(-1)).toMatchObject({
      type: 'content.erased',
      actor: { kind: 'operator' },
      data: { reason: 'asked for' },
    })
  })
})

test('What is not there cannot be erased, and then nothing is.', async () => {
  const door = await talked(openDoor())
  expect(await door.conversations.erase({ ...c1, messageIds: ['a1', 'gone'], reason: 'r' })).toMatchObject({
    left: { code: 'unknown-message' },
  })
  expect(orThrow(await door.conversations.thread(here)).messages[1]?.content).not.toBeNull()
})

test('Erasing twice does no harm, and an ended thread’s words can be erased too.', async () => {
  const { conversations, store } = await talked(openDoor())
  orThrow(await conversations.requestEnd(here))
  orThrow(await conversations.send({ ...here, content: '?', purpose: 'confirmation' }))
  orThrow(await conversations.confirmEnd(here))
  orThrow(await conversations.end({ ...here, ground: 'user-request', reason: 'r' }))
  for (const by of ['operator', 'system'] as const) {
    expect(orThrow(await conversations.erase({ ...c1, messageIds: ['u1'], reason: 'r', by })).state.lifecycle).toBe(
      'ended',
    )
  }
  expect(await faultIn(store)).toBeNull()
})

test('What is said after an erasure is chained to it, and can be branched from what was erased.', async () => {
  const { conversations, store } = await talked(openDoor())
  orThrow(await conversations.erase({ ...c1, messageIds: ['u1'], reason: 'r' }))
  orThrow(await conversations.receive({ ...here, content: 'hello' }))
  orThrow(await conversations.fork({ ...here, messageId: 'u1', edit: { content: 'anew' } }))
  expect(await faultIn(store)).toBeNull()
})
