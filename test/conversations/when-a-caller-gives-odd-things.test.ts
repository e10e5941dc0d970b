/** What callers hand over stays theirs, and what is not what it should be is refused before anything is done. */
import { describe, expect, test } from 'vitest'
import type { Content } from '../../machines/events.js'
import type { Conversations } from '../../src/conversations.js'
import { nestingMax } from '../../src/log/codec.js'
import { eventJsonBytesMax } from '../../src/log/event-store.js'
import { orThrow, RefusedError } from '../../src/or-throw.js'
import { faultIn, here, logOf, openDoor, opened } from './door.js'
import { stores } from './stores.js'

const c1 = { conversationId: here.conversationId }

test('Content is copied as it comes in: neither frozen, nor kept, nor changed by what its owner does next.', async () => {
  const { conversations, store } = await opened(openDoor())
  const block = { type: 'text', text: 'as it was', more: { deep: [1] } }
  const content = [block]
  const receiving = conversations.receive({ ...here, messageId: 'u1', content })
  block.text = 'changed while it was taken'
  block.more.deep.push(2)
  content.length = 0
  orThrow(await receiving)
  const kept = [{ type: 'text', text: 'as it was', more: { deep: [1] } }]
  expect(orThrow(await conversations.thread(here)).messages[0]?.content).toEqual(kept)
  expect(orThrow(await store.read(c1))[1]?.content).toBe(JSON.stringify(kept))
  expect([Object.isFrozen(block), Object.isFrozen(block.more), Object.isFrozen(content)]).toEqual([false, false, false])
})

test('So are a policy, a warning, an edit and an assessment.', async () => {
  const door = openDoor()
  const { conversations } = door
  const policy = { redirections: 1, riskClearedBy: ['operator' as const] }
  const warning = { behavior: 'insults', alternative: 'the question' }
  const edit = { messageId: 'u9', content: [{ text: 'edited' }] }
  const assessment = { harm: 'harmful' as const, risk: null, categories: ['insult'] }
  const opening = conversations.open({ ...here, policy })
  policy.redirections = 10
  policy.riskClearedBy.pop()
  expect(orThrow(await opening).event.data).toMatchObject({ policy: { redirections: 1, riskClearedBy: ['operator'] } })
  orThrow(await conversations.receive({ ...here, messageId: 'u1', content: 'harm' }))
  orThrow(await conversations.send({ ...here, content: 'r', purpose: 'redirection' }))
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  const sending = conversations.send({ ...here, content: 'w', purpose: 'warning', warning })
  const forking = conversations.fork({ ...here, messageId: 'u1', newThreadId: 'b', edit })
  warning.behavior = ''
  edit.content.pop()
  edit.messageId = 'gone'
  expect(orThrow(await sending).event.data).toMatchObject({ warning: { behavior: 'insults' } })
  expect(orThrow(await forking).messageId).toBe('u9')
  expect(door.asked.at(-1)?.content).toEqual([{ text: 'edited' }])
  for (const given of [policy, policy.riskClearedBy, warning, edit, edit.content, assessment])
    expect(Object.isFrozen(given)).toBe(false)
})

test('What comes back is frozen where it is kept, and changing what is not changes nothing.', async () => {
  const { conversations } = await opened(openDoor())
  const { event } = orThrow(await conversations.receive({ ...here, content: [{ text: 'as it was' }] }))
  Object.assign(event.data, { harm: 'harmful', threadId: 'gone' })
  const seen = orThrow(await conversations.thread(here)).messages[0]?.content
  expect(Object.isFrozen(seen)).toBe(true)
  expect(orThrow(await conversations.receive({ ...here, content: 'x' })).state.lifecycle).toBe('engaging')
  expect(seen).toEqual([{ text: 'as it was' }])
})

const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '💬', "'; drop table --"]

describe.each(stores)('over $name', ({ open }) => {
  test.each(prototypeNames)('Everything may be called %s.', async (name) => {
    const { conversations, store } = openDoor({ store: await open() })
    const on = { conversationId: name, threadId: name }
    orThrow(await conversations.open({ ...on, commandId: name, owner: name, policy: { redirections: 1 } }))
    orThrow(await conversations.receive({ ...on, messageId: name, content: `harm ${name}` }))
    const reply = orThrow(await conversations.send({ ...on, messageId: `${name}.`, content: [{ [name]: 1 }] }))
    expect(
      orThrow(await conversations.fork({ ...on, messageId: name, newThreadId: `${name}b`, edit: { content: name } }))
        .threadId,
    ).toBe(`${name}b`)
    expect(await conversations.fork({ ...on, messageId: reply.messageId ?? '', newThreadId: name })).toMatchObject({
      left: { code: 'duplicate-thread' },
    })
    const { messages, siblings } = orThrow(await conversations.thread(on))
    expect(messages.map(({ messageId }) => messageId)).toEqual([name, `${name}.`])
    expect(siblings).toEqual([name])
    expect(await conversations.thread({ ...on, threadId: 'valueOf' })).toMatchObject({
      left: { code: 'unknown-thread' },
    })
    expect(orThrow(await conversations.ids())).toEqual([{ conversationId: name, version: 6 }])
    expect(await faultIn(store, name)).toBeNull()
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('Odd words come back to the letter, from memory and from the store.', async () => {
    const store = await open()
    const door = await opened(openDoor({ store }))
    const contents: readonly Content[] = [
      '\0',
      '\ud800',
      '\u2028',
      '',
      [],
      [{}],
      JSON.parse('[{"b":1,"__proto__":{"x":1},"a":[null]}]'),
    ]
    for (const content of contents) orThrow(await door.conversations.receive({ ...here, content }))
    for (const { conversations } of [door, openDoor({ store }, 'r')]) {
      const said = orThrow(await conversations.thread(here)).messages.map(({ content }) => JSON.stringify(content))
      expect(said).toEqual(contents.map((content) => JSON.stringify(content)))
    }
    expect(await faultIn(store)).toBeNull()
  })
})

const loop: { [key: string]: unknown } = {}
loop.self = loop
const deep = JSON.parse(`[${'{"a":'.repeat(nestingMax)}1${'}'.repeat(nestingMax)}]`)
type Ask = (door: Conversations) => Promise<unknown>
/** What no TypeScript caller could say. */
const anything = (value: unknown) => value as never

const malformed: readonly (readonly [string, Ask])[] = [
  ['content that is no content', (door) => door.receive({ ...here, content: anything(7) })],
  ['content that is missing', (door) => door.receive(anything(here))],
  ['content that was erased', (door) => door.send({ ...here, content: anything(null) })],
  ['a block that is a date', (door) => door.receive({ ...here, content: [anything(new Date(0))] })],
  ['a block that writes itself as text', (door) => door.receive({ ...here, content: [{ toJSON: () => 'text' }] })],
  ['a block that holds itself', (door) => door.receive({ ...here, content: [loop] })],
  ['a block with a big number', (door) => door.receive({ ...here, content: [{ big: 1n }] })],
  ['blocks too deep', (door) => door.receive({ ...here, content: deep })],
  ['words too many', (door) => door.receive({ ...here, content: 'x'.repeat(1_048_576) })],
  ['a purpose that is none', (door) => door.send({ ...here, content: 'x', purpose: anything('threat') })],
  ['a thread that is a number', (door) => door.requestEnd({ ...here, threadId: anything(7) })],
  ['a thread without a name', (door) => door.requestEnd({ ...here, threadId: '' })],
  ['a message id with NUL', (door) => door.receive({ ...here, messageId: '\0', content: 'x' })],
  [
    'an edit’s id with half a pair',
    (door) => door.fork({ ...here, messageId: 'u1', edit: { messageId: '\ud800', content: 'x' } }),
  ],
  ['a command id with NUL', (door) => door.requestEnd({ ...here, commandId: 'a\0' })],
  ['an empty command id', (door) => door.requestEnd({ ...here, commandId: '' })],
  ['messages that are no list', (door) => door.erase({ ...c1, messageIds: anything('u1'), reason: 'r' })],
  ['messages that are no text', (door) => door.erase({ ...c1, messageIds: anything(['u1', 1n]), reason: 'r' })],
  ['a risk that is none', (door) => door.flagRisk({ ...c1, kind: anything('boredom') })],
  ['an actor who is none', (door) => door.flagRisk({ ...c1, kind: 'crisis', by: anything('robot') })],
  ['an assessment that is missing', (door) => door.assess(anything({ ...here, messageId: 'u1' }))],
  ['a share over one', (door) => door.noteWelfare({ ...here, signal: 's', intensity: 1.1 })],
  ['a share that is no number', (door) => door.noteWelfare({ ...here, signal: 's', intensity: Number.NaN })],
  ['a ground that is none', (door) => door.end({ ...here, ground: anything('boredom'), reason: 'r' })],
  ['a warning without words', (door) => door.send({ ...here, content: 'w', purpose: 'warning' })],
]

test.each(malformed)('Malformed, and refused as such: %s.', async (_, ask) => {
  const door = await opened(openDoor())
  orThrow(await door.conversations.receive({ ...here, messageId: 'u1', content: 'hello' }))
  const log = await logOf(door)
  expect(await ask(door.conversations)).toMatchObject({ left: { kind: 'rejection', code: 'invalid-event' } })
  expect(await logOf(door)).toEqual(log)
  orThrow(await door.conversations.receive({ ...here, content: 'the door goes on' }))
})

describe.each(stores)('over $name', ({ open }) => {
  test.each(['', '\0', 'a\0b', '\ud800'])('No conversation is called %j.', async (conversationId) => {
    const { conversations } = openDoor({ store: await open() })
    expect(await conversations.open({ conversationId })).toMatchObject({
      left: { kind: 'rejection', code: 'invalid-event' },
    })
    expect(await conversations.receive({ ...here, conversationId, content: 'x' })).toMatchObject({
      left: { code: 'invalid-event' },
    })
    expect(await conversations.thread({ ...here, conversationId })).toMatchObject({ left: { code: 'unknown-thread' } })
    expect(orThrow(await conversations.events({ conversationId }))).toEqual([])
    expect(orThrow(await conversations.ids())).toEqual([])
  })
})

test('Who prefers exceptions gets the code on them.', async () => {
  const { conversations } = openDoor()
  const receiving = conversations.receive({ ...here, content: 'x' }).then(orThrow)
  await expect(receiving).rejects.toBeInstanceOf(RefusedError)
  await expect(receiving).rejects.toMatchObject({
    code: 'not-opened',
    refused: { kind: 'rejection' },
    name: 'RefusedError',
  })
})

describe.each(stores)('$name', ({ open }) => {
  test('The largest message is kept, and one byte more refused, however many digits its version has.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    const ask = (name: string, length: number) =>
      door.conversations.receive({ ...here, messageId: name, commandId: name, content: 'x'.repeat(length) })
    orThrow(await ask('m1', 0))
    const { hash: _, ...bare } = door.heard.find(({ type }) => type === 'message.received') ?? {}
    const room = eventJsonBytesMax - JSON.stringify(bare).length
    orThrow(await ask('m2', room))
    expect(await ask('m3', room + 1)).toMatchObject({ left: { kind: 'rejection', code: 'invalid-event' } })
    for (let n = 4; n < 7; n++) orThrow(await ask(`m${n}`, 0))
    // Versions have two digits by now, and the event had one when it was parsed.
    expect(await ask('m7', room)).toMatchObject({ left: { kind: 'rejection', code: 'invalid-event' } })
    orThrow(await ask('m8', room - 1))
    expect(await faultIn(door.store)).toBeNull()
  })
})
