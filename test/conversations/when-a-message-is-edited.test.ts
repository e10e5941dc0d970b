/** Branches through the door: an edit is assessed like any message, a retry is not, and each thread is seen whole. */
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { type Door, faultIn, here, logOf, openDoor, opened, typesOf } from './door.js'
import { stores } from './stores.js'

const c1 = { conversationId: here.conversationId }

async function talked(door: Door): Promise<Door> {
  await opened(door)
  for (const n of [1, 2]) {
    orThrow(await door.conversations.receive({ ...here, messageId: `u${n}`, content: `question ${n}` }))
    orThrow(await door.conversations.send({ ...here, messageId: `a${n}`, content: `answer ${n}` }))
  }
  return door
}

const seen = async ({ conversations }: Door, threadId: string) =>
  orThrow(await conversations.thread({ ...c1, threadId }))
const line = async (door: Door, threadId: string) => (await seen(door, threadId)).messages.map(({ content }) => content)

describe.each(stores)('over $name', ({ open }) => {
  test('An edit makes a thread with the messages before it and the new words, which are assessed.', async () => {
    const door = await talked(openDoor({ store: await open() }))
    const edit = { messageId: 'u2b', content: 'harm' }
    const turn = orThrow(await door.conversations.fork({ ...here, messageId: 'u2', newThreadId: 'b', edit }))
    expect(turn).toMatchObject({ threadId: 'b', messageId: 'u2b', version: 9, guidance: { stance: 'redirect' } })
    expect(await line(door, 'b')).toEqual(['question 1', 'answer 1', 'harm'])
    expect(await line(door, 'main')).toEqual(['question 1', 'answer 1', 'question 2', 'answer 2'])
    expect(door.asked.at(-1)).toMatchObject({ threadId: 'b', messageId: 'u2b', content: 'harm' })
    expect(door.asked.at(-1)?.transcript.map(({ content }) => content)).toEqual(['question 1', 'answer 1', 'harm'])
    expect(typesOf(await logOf(door)).slice(-2)).toEqual(['thread.forked', 'message.assessed'])
    expect(await faultIn(door.store)).toBeNull()
  })

  test('A retry makes a thread with the messages before the answer, and asks no assessor.', async () => {
    const door = await talked(openDoor({ store: await open() }))
    const turn = orThrow(await door.conversations.fork({ ...here, messageId: 'a2' }))
    expect(turn).toMatchObject({ event: { type: 'thread.forked' }, state: { assessment: 'current' } })
    expect(turn.messageId).toBeUndefined()
    expect(await line(door, turn.threadId)).toEqual(['question 1', 'answer 1', 'question 2'])
    expect(door.asked).toHaveLength(2)
  })
})

test('A thread is seen with where it comes from and what stands beside it.', async () => {
  const door = await talked(openDoor())
  const { conversations } = door
  orThrow(await conversations.fork({ ...here, messageId: 'u2', newThreadId: 'b', edit: { content: 'two, anew' } }))
  orThrow(
    await conversations.fork({
      ...here,
      messageId: 'u2',
      newThreadId: 'c',
      edit: { messageId: 'u2c', content: 'two, again' },
    }),
  )
  orThrow(await conversations.send({ ...c1, threadId: 'c', messageId: 'a3', content: 'answer' }))
  orThrow(await conversations.fork({ ...c1, threadId: 'c', messageId: 'a3', newThreadId: 'd' }))
  expect(await seen(door, 'd')).toMatchObject({
    lineage: [
      { threadId: 'main', from: null },
      { threadId: 'c', from: { threadId: 'main', messageId: 'u2' } },
      { threadId: 'd', from: { threadId: 'c', messageId: 'a3' } },
    ],
    siblings: ['c', 'd'],
  })
  expect((await seen(door, 'b')).siblings).toEqual(['main', 'b', 'c'])
  expect((await seen(door, 'main')).siblings).toEqual(['main'])
  expect((await seen(door, 'd')).messages.map(({ threadId }) => threadId)).toEqual(['main', 'main', 'c'])
})

test('A thread is seen with how it stood after each message.', async () => {
  const door = await opened(openDoor(), { redirections: 1 })
  const { conversations } = door
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  orThrow(await conversations.send({ ...here, content: 'r', purpose: 'redirection' }))
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  const { messages, state, version } = await seen(door, 'main')
  expect(messages.map((message) => message.state.lifecycle)).toEqual([
    'redirecting.due',
    'redirecting.tried',
    'warning.due',
  ])
  expect(messages.map(({ role, purpose, version }) => [role, purpose, version])).toEqual([
    ['user', null, 2],
    ['assistant', 'redirection', 4],
    ['user', null, 5],
  ])
  expect({ state: state.lifecycle, version }).toEqual({ state: 'warning.due', version: 6 })
})

test('A warning is seen with what it said.', async () => {
  const door = await opened(openDoor(), { redirections: 1 })
  const { conversations } = door
  const warning = { behavior: 'insults', alternative: 'the question' }
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  orThrow(await conversations.send({ ...here, content: 'r', purpose: 'redirection' }))
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  orThrow(await conversations.send({ ...here, content: 'w', purpose: 'warning', warning }))
  expect((await seen(door, 'main')).messages.at(-1)).toMatchObject({ purpose: 'warning', warning })
})

test.each([
  ['unknown-thread', { threadId: 'gone', messageId: 'u1' }],
  ['unknown-message', { messageId: 'gone', edit: { content: 'x' } }],
  ['wrong-role', { messageId: 'a1', edit: { content: 'x' } }],
  ['wrong-role', { messageId: 'u1' }],
  ['duplicate-thread', { messageId: 'a1', newThreadId: 'main' }],
  ['duplicate-message', { messageId: 'u1', edit: { content: 'x', messageId: 'a1' } }],
])('A fork that cannot be is refused as %s: %j', async (code, request) => {
  const door = await talked(openDoor())
  expect(await door.conversations.fork({ ...here, ...request })).toMatchObject({ left: { code } })
  expect(await logOf(door)).toHaveLength(7)
})

test('A thread or a conversation that is not there cannot be seen.', async () => {
  const { conversations } = await talked(openDoor())
  for (const where of [
    { ...here, threadId: 'gone' },
    { ...here, conversationId: 'gone' },
  ]) {
    expect(await conversations.thread(where)).toMatchObject({ left: { kind: 'rejection', code: 'unknown-thread' } })
  }
})
