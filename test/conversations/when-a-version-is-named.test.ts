/** Orders that name the version they were made at, and questions about a version that is past. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { here, logOf, openDoor, opened } from './door.js'

const codeOf = async (answer: Promise<unknown>) => {
  const said = (await answer) as { left?: { code: string } }
  return said.left?.code
}

test('An order at the expected version is carried out; at any other it is refused, and nothing is stored.', async () => {
  const door = await opened(openDoor())
  const said = orThrow(await door.conversations.receive({ ...here, content: 'Hello', expectedVersion: 1 }))
  expect(said.version).toBe(3)
  for (const expectedVersion of [0, 1, 2, 4]) {
    const refused = await codeOf(door.conversations.receive({ ...here, content: 'Again', expectedVersion }))
    expect(refused).toBe('version-conflict')
  }
  expect(await logOf(door)).toHaveLength(3)
})

test('Of many orders at one version, exactly one is carried out.', async () => {
  const door = await opened(openDoor())
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      door.conversations.giveFeedback({ ...here, rating: 'up', comment: `${n}`, expectedVersion: 1 }),
    ),
  )
  expect(answers.filter(isLeft)).toHaveLength(7)
  expect(await logOf(door)).toHaveLength(2)
})

test('A command that was carried out before answers the same, though the version it named is past.', async () => {
  const door = await opened(openDoor())
  const order = { ...here, content: 'Hello', commandId: 'once', expectedVersion: 1 }
  const first = orThrow(await door.conversations.receive(order))
  expect(orThrow(await door.conversations.receive(order))).toEqual(first)
})

test('A thread and a conversation can be read as they were at a version.', async () => {
  const door = await opened(openDoor())
  orThrow(await door.conversations.receive({ ...here, content: 'harm' }))
  const before = orThrow(await door.conversations.thread(here))
  orThrow(await door.conversations.send({ ...here, content: 'No.', purpose: 'redirection' }))
  expect(orThrow(await door.conversations.thread({ ...here, version: 3 }))).toEqual(before)
  expect(orThrow(await door.conversations.conversation({ ...here, version: 3 }))).toMatchObject({
    version: 3,
    risk: 'clear',
    rootThreadId: 'main',
    threads: [{ threadId: 'main', messages: 1, state: { lifecycle: 'redirecting.due' } }],
  })
})

test('A version that is not there is told apart from a conversation that is not there.', async () => {
  const { conversations } = await opened(openDoor())
  expect(await codeOf(conversations.thread({ ...here, version: 2 }))).toBe('unknown-version')
  expect(await codeOf(conversations.thread({ ...here, version: 0 }))).toBe('unknown-version')
  expect(await codeOf(conversations.conversation({ conversationId: 'nobody' }))).toBe('not-opened')
  expect(await codeOf(conversations.conversation({ conversationId: 'nobody', version: 3 }))).toBe('not-opened')
})
