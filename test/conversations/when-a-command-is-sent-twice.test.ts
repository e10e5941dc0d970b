/** A command with an id acts once and answers the same: at once, later, after a restart, and after a crash half-way. */
import { describe, expect, test } from 'vitest'
import type { Conversations } from '../../src/conversations.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { faultIn, here, logOf, openDoor, opened, patientAssessor, typesOf } from './door.js'
import { stores } from './stores.js'

const id = { commandId: 'k1' }
const conversation = { conversationId: here.conversationId }
const assessment = { harm: 'none', risk: null } as const

type Ask = (conversations: Conversations) => Promise<unknown>

/** Each command, and what must have happened before it can be given. */
const commands: readonly (readonly [string, Ask, readonly Ask[]])[] = [
  ['receive', (door) => door.receive({ ...here, ...id, content: 'harm' }), []],
  ['send', (door) => door.send({ ...here, ...id, content: 'a' }), []],
  [
    'assess',
    (door) => door.assess({ ...here, ...id, messageId: 'u2', assessment }),
    [(door) => door.receive({ ...here, messageId: 'u2', content: 'fail' })],
  ],
  ['flagRisk', (door) => door.flagRisk({ ...conversation, ...id, kind: 'crisis' }), []],
  [
    'clearRisk',
    (door) => door.clearRisk({ ...conversation, ...id, reason: 'r' }),
    [(door) => door.flagRisk({ ...conversation, kind: 'crisis' })],
  ],
  ['requestEnd', (door) => door.requestEnd({ ...here, ...id }), []],
  ['withdrawEnd', (door) => door.withdrawEnd({ ...here, ...id }), [(door) => door.requestEnd(here)]],
  [
    'confirmEnd',
    (door) => door.confirmEnd({ ...here, ...id }),
    [(door) => door.requestEnd(here), (door) => door.send({ ...here, content: '?', purpose: 'confirmation' })],
  ],
  ['end, refused', (door) => door.end({ ...here, ...id, ground: 'persistent-harm', reason: 'r' }), []],
  ['proposeEnd, refused', (door) => door.proposeEnd({ ...here, ...id, reason: 'r' }), []],
  ['fork, an edit', (door) => door.fork({ ...here, ...id, messageId: 'u1', edit: { content: 'harm' } }), []],
  ['fork, a retry', (door) => door.fork({ ...here, ...id, messageId: 'a1' }), []],
  ['giveFeedback', (door) => door.giveFeedback({ ...here, ...id, rating: 'up', messageId: 'a1' }), []],
  ['noteWelfare', (door) => door.noteWelfare({ ...here, ...id, signal: 's', intensity: 0.5 }), []],
  ['erase', (door) => door.erase({ ...conversation, ...id, messageIds: ['a1'], reason: 'r' }), []],
]

async function standing(store = openMemoryStore()) {
  const assess = ({ content }: { readonly content: unknown }) => {
    if (content === 'fail') throw new Error('down')
    return { harm: content === 'harm' ? ('harmful' as const) : ('none' as const), risk: null }
  }
  const door = await opened(openDoor({ store, assess }), { handshake: true })
  orThrow(await door.conversations.receive({ ...here, messageId: 'u1', content: 'hello' }))
  orThrow(await door.conversations.send({ ...here, messageId: 'a1', content: 'hello' }))
  return door
}

describe.each(commands)('%s', (_, ask, before) => {
  test('Sent again at once, or to a door that has just been opened, it answers the same and does nothing.', async () => {
    const door = await standing()
    for (const prepare of before) await prepare(door.conversations)
    const first = await ask(door.conversations)
    const log = await logOf(door)
    expect(await ask(door.conversations)).toEqual(first)
    orThrow(await door.conversations.noteWelfare({ ...here, signal: 'later', intensity: 1 }))
    const restarted = openDoor({ store: door.store }, 'r')
    expect(await ask(restarted.conversations)).toEqual(first)
    expect(typesOf(await logOf(door))).toEqual([...typesOf(log), 'welfare.noted'])
    expect(await faultIn(door.store)).toBeNull()
  })

  test('Sent by two doors at once it happens once, and both answer the same.', async () => {
    const door = await standing()
    for (const prepare of before) await prepare(door.conversations)
    const count = (await logOf(door)).length
    const other = openDoor({ store: door.store }, 'o')
    const [one, two] = await Promise.all([ask(door.conversations), ask(other.conversations)])
    expect(two).toEqual(one)
    const added = (await logOf(door)).slice(count)
    expect(added.filter((event) => event.id === 'k1')).toHaveLength(1)
    expect(new Set(added.map((event) => event.type)).size).toBe(added.length)
  })
})

describe.each(stores)('over $name', ({ open }) => {
  test('An opening without a conversation id is named by its command, and happens once.', async () => {
    const { conversations, store } = openDoor({ store: await open() })
    const first = await conversations.open({ commandId: 'new', owner: 'ada' })
    expect(orThrow(first).conversationId).toBe('new')
    expect(await conversations.open({ commandId: 'new', owner: 'ada' })).toEqual(first)
    const stricter = openDoor({ store, policy: { redirections: 1 } }, 'r')
    expect(await stricter.conversations.open({ commandId: 'new', owner: 'ada' })).toEqual(first)
    expect(await conversations.open({ conversationId: 'new' })).toMatchObject({ left: { code: 'already-opened' } })
  })

  test('After a crash between the message and its assessment, sending again has it assessed, once.', async () => {
    const store = await open()
    const { assess, question } = patientAssessor()
    const crashed = await opened(openDoor({ store, assess }, 'x'))
    const never = crashed.conversations.receive({ ...here, ...id, content: 'harm' })
    await question(0)
    const door = openDoor({ store })
    const turn = orThrow(await door.conversations.receive({ ...here, ...id, content: 'harm' }))
    expect(turn).toMatchObject({ event: { type: 'message.assessed' }, guidance: { stance: 'redirect' } })
    expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'message.received', 'message.assessed'])
    expect(door.asked).toHaveLength(1)
    // The first one lives after all, and its assessor with it: what it says is not heard, and it answers as the other did.
    ;(await question(0)).fail(new Error('woke up'))
    expect(orThrow(await never)).toEqual(turn)
    expect(await faultIn(store)).toBeNull()
  })
})

test('Two doors whose assessors disagree answer alike: the first assessment recorded holds.', async () => {
  const store = openMemoryStore()
  const [strict, failing] = [patientAssessor(), patientAssessor()]
  const one = await opened(openDoor({ store, assess: strict.assess }))
  const two = openDoor({ store, assess: failing.assess }, 'o')
  const answers = [one, two].map(({ conversations }) => conversations.receive({ ...here, ...id, content: 'x' }))
  const questions = [await strict.question(0), await failing.question(0)]
  questions[0]?.answer({ harm: 'harmful', risk: null })
  const first = await answers[0]
  questions[1]?.answer({ harm: 'none', risk: null })
  expect(await answers[1]).toEqual(first)
  expect(typesOf(await logOf(one))).toEqual(['conversation.opened', 'message.received', 'message.assessed'])
})

test('An assessment that was recorded is not asked for again.', async () => {
  const door = await opened(openDoor())
  await door.conversations.receive({ ...here, ...id, content: 'hello' })
  await door.conversations.receive({ ...here, ...id, content: 'hello' })
  expect(door.asked).toHaveLength(1)
})

const others: readonly (readonly [string, Ask])[] = [
  ['of another kind', (door) => door.send({ ...here, ...id, content: 'hello' })],
  ['on another thread', (door) => door.receive({ ...here, ...id, threadId: 'b', content: 'hello' })],
  ['with other words', (door) => door.receive({ ...here, ...id, content: 'goodbye' })],
  ['with the same words in blocks', (door) => door.receive({ ...here, ...id, content: [{ text: 'hello' }] })],
  ['by another', (door) => door.flagRisk({ ...conversation, ...id, kind: 'crisis' })],
]

test.each(others)('The id of one command cannot be used for another %s.', async (_, ask) => {
  const door = await opened(openDoor())
  orThrow(await door.conversations.receive({ ...here, ...id, content: 'hello' }))
  const log = await logOf(door)
  for (const { conversations } of [door, openDoor({ store: door.store }, 'r')]) {
    expect(await ask(conversations)).toMatchObject({ left: { kind: 'rejection', code: 'command-id-reused' } })
  }
  expect(await logOf(door)).toEqual(log)
})

test('Nor for the same by another actor, for an end on another thread, or for what was declined to another.', async () => {
  const { conversations } = await opened(openDoor())
  orThrow(await conversations.flagRisk({ ...conversation, ...id, kind: 'crisis', by: 'operator' }))
  expect(await conversations.flagRisk({ ...conversation, ...id, kind: 'crisis', by: 'system' })).toMatchObject({
    left: { code: 'command-id-reused' },
  })
  const end = { ...here, commandId: 'k2', ground: 'user-request', reason: 'r' } as const
  expect(await conversations.end(end)).toMatchObject({ left: { code: 'risk-flagged' } })
  expect(await conversations.end({ ...end, by: 'user' })).toMatchObject({ left: { code: 'command-id-reused' } })
  expect(await conversations.end({ ...end, threadId: 'b' })).toMatchObject({ left: { code: 'command-id-reused' } })
  expect(await conversations.receive({ ...here, commandId: 'k2', content: 'x' })).toMatchObject({
    left: { code: 'command-id-reused' },
  })
})

test('An id is its conversation’s: another one may use it too.', async () => {
  const { conversations } = await opened(openDoor())
  orThrow(await conversations.open({ conversationId: 'c2', threadId: 'main' }))
  for (const conversationId of ['c1', 'c2']) {
    expect(
      orThrow(await conversations.receive({ ...here, ...id, conversationId, content: conversationId })).version,
    ).toBe(3)
  }
})

test('After the words were erased the command still answers, and is still known for its own.', async () => {
  const { conversations } = await opened(openDoor())
  orThrow(await conversations.send({ ...here, ...id, messageId: 'a1', content: 'secret' }))
  orThrow(await conversations.erase({ ...conversation, messageIds: ['a1'], reason: 'r' }))
  expect(orThrow(await conversations.send({ ...here, ...id, content: 'secret' }))).toMatchObject({
    messageId: 'a1',
    version: 2,
  })
})

test('A command that was refused may be sent again under its id when its time has come.', async () => {
  const { conversations } = await opened(openDoor())
  expect(await conversations.confirmEnd({ ...here, ...id })).toMatchObject({ left: { code: 'not-asked' } })
  orThrow(await conversations.requestEnd(here))
  orThrow(await conversations.send({ ...here, content: '?', purpose: 'confirmation' }))
  expect(orThrow(await conversations.confirmEnd({ ...here, ...id })).event.id).toBe('k1')
})

test('What a command belongs to, and who gave it, is recorded, and passed on to its assessment.', async () => {
  const door = await opened(openDoor())
  orThrow(await door.conversations.receive({ ...here, ...id, correlationId: 'r1', actorId: 'ada', content: 'hello' }))
  expect((await logOf(door)).slice(1)).toMatchObject([
    { id: 'k1', causationId: 'k1', correlationId: 'r1', actor: { kind: 'user', id: 'ada' } },
    { id: 'k1.assessment', causationId: 'k1', correlationId: 'r1', actor: { kind: 'assessor' } },
  ])
})
