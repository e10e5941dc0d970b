/** A refused end carries all that stands in its way, and stands in the log; the thread is as it was. */
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { here, logOf, openDoor, opened, typesOf } from './door.js'
import { stores } from './stores.js'

const end = { ...here, ground: 'persistent-harm', reason: 'enough' } as const

describe.each(stores)('over $name', ({ open }) => {
  test('Every veto comes back, and is logged as end.declined.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    const { conversations } = door
    orThrow(await conversations.receive({ ...here, content: 'harm' }))
    const before = orThrow(await conversations.thread(here))
    orThrow(await conversations.flagRisk({ conversationId: here.conversationId, kind: 'crisis' }))
    expect(await conversations.end(end)).toMatchObject({
      _tag: 'Left',
      left: { kind: 'rejection', code: 'risk-flagged', vetoes: ['risk-flagged', 'redirections-remaining'] },
    })
    const last = (await logOf(door)).at(-1)
    expect(last).toMatchObject({
      type: 'end.declined',
      actor: { kind: 'system' },
      data: { threadId: 'main', by: 'assistant', vetoes: ['risk-flagged', 'redirections-remaining'] },
    })
    const after = orThrow(await conversations.thread(here))
    expect(after.messages.map(({ messageId }) => messageId)).toEqual(before.messages.map(({ messageId }) => messageId))
    expect(after.ended).toBeNull()
  })
})

test('A user who asks too early is named as the one who did.', async () => {
  const door = await opened(openDoor())
  const refused = await door.conversations.end({ ...here, ground: 'user-request', reason: 'now', by: 'user' })
  expect(refused).toMatchObject({ left: { code: 'not-requested', vetoes: ['not-requested'] } })
  expect((await logOf(door)).at(-1)).toMatchObject({ data: { by: 'user', vetoes: ['not-requested'] } })
})

test('An unassessed message is a veto, whatever else is done.', async () => {
  const door = openDoor()
  const bare = openDoor({ store: door.store, assess: () => Promise.reject(new Error('down')) }, 'b')
  await opened(door)
  orThrow(await bare.conversations.receive({ ...here, content: 'harm' }))
  expect(await bare.conversations.end(end)).toMatchObject({
    left: { vetoes: ['assessment-pending', 'redirections-remaining'] },
  })
})

test('What is refused for other reasons than a veto is not logged.', async () => {
  const door = await opened(openDoor())
  const { conversations } = door
  expect(await conversations.end({ ...end, threadId: 'gone' })).toMatchObject({ left: { code: 'unknown-thread' } })
  expect(await conversations.end({ ...end, conversationId: 'gone' })).toMatchObject({ left: { code: 'not-opened' } })
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened'])
})
