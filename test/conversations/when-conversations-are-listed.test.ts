/** Reading without changing: which conversations there are, and what is in their logs. */
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { here, openDoor, opened } from './door.js'
import { stores } from './stores.js'

describe.each(stores)('over $name', ({ open }) => {
  test('Conversations come by order of id, page by page, with their versions.', async () => {
    const { conversations } = openDoor({ store: await open() })
    expect(orThrow(await conversations.ids())).toEqual([])
    for (const conversationId of ['b', '__proto__', 'a', 'é'])
      orThrow(await conversations.open({ conversationId, threadId: 'main' }))
    orThrow(await conversations.noteWelfare({ conversationId: 'a', threadId: 'main', signal: 's', intensity: 0 }))
    expect(orThrow(await conversations.ids())).toEqual([
      { conversationId: '__proto__', version: 1 },
      { conversationId: 'a', version: 2 },
      { conversationId: 'b', version: 1 },
      { conversationId: 'é', version: 1 },
    ])
    const page = orThrow(await conversations.ids({ afterId: '__proto__', limit: 2 }))
    expect(page.map(({ conversationId }) => conversationId)).toEqual(['a', 'b'])
    expect(orThrow(await conversations.ids({ afterId: 'é' }))).toEqual([])
  })

  test('Events come in order, within the bounds that were asked for.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    const { conversations } = door
    for (const signal of ['one', 'two', 'three'])
      orThrow(await conversations.noteWelfare({ ...here, signal, intensity: 0 }))
    const versions = async (bounds: object) =>
      orThrow(await conversations.events({ conversationId: 'c1', ...bounds })).map(({ version }) => version)
    expect(await versions({})).toEqual([1, 2, 3, 4])
    expect(await versions({ fromVersion: 2, toVersion: 3 })).toEqual([2, 3])
    expect(await versions({ fromVersion: 2, limit: 1 })).toEqual([2])
    expect(await versions({ fromVersion: 5 })).toEqual([])
    expect(orThrow(await conversations.events({ conversationId: 'gone' }))).toEqual([])
    expect(orThrow(await conversations.events({ conversationId: 'c1' }))).toEqual(door.heard)
  })

  test('What was opened is recorded: the owner, the machine, the whole policy, and what it goes on from.', async () => {
    const { conversations } = openDoor({ store: await open(), policy: { warnings: 2 } })
    const turn = orThrow(await conversations.open({ ...here, owner: 'ada', continuedFrom: 'c0' }))
    expect(turn).toMatchObject({ ...here, version: 1, guidance: { stance: 'engage', mayEnd: false } })
    expect(turn.event).toMatchObject({
      type: 'conversation.opened',
      actor: { kind: 'system' },
      data: {
        threadId: 'main',
        owner: 'ada',
        continuedFrom: 'c0',
        machine: expect.stringMatching(/ xstate@/),
        policy: {
          redirections: 3,
          warnings: 2,
          calmTurns: 2,
          handshake: false,
          userMayEnd: true,
          riskClearedBy: ['operator'],
        },
      },
    })
    expect(orThrow(await conversations.thread(here))).toMatchObject({
      owner: 'ada',
      version: 1,
      messages: [],
      ended: null,
    })
  })
})

test('An opening’s own policy outranks the door’s, and one out of bounds opens nothing.', async () => {
  const { conversations } = openDoor({ policy: { warnings: 2 } })
  const { event } = orThrow(await conversations.open({ policy: { redirections: 1 } }))
  expect(event.data).toMatchObject({ policy: { redirections: 1, warnings: 1 } })
  for (const policy of [{ warnings: 4 }, { redirections: 0 }, { riskClearedBy: [] }, { patience: 1 }]) {
    expect(await conversations.open({ conversationId: 'x', policy })).toMatchObject({
      left: { kind: 'rejection', code: 'invalid-policy' },
    })
  }
  expect(orThrow(await conversations.ids())).toHaveLength(1)
})

test('Before it is opened a conversation takes nothing.', async () => {
  const { conversations } = openDoor()
  expect(await conversations.receive({ ...here, content: 'hello' })).toMatchObject({ left: { code: 'not-opened' } })
  expect(await conversations.flagRisk({ conversationId: 'c1', kind: 'crisis' })).toMatchObject({
    left: { code: 'not-opened' },
  })
})
