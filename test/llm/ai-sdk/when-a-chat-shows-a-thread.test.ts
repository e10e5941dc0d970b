/** A thread as the messages of `useChat`, and back, by the SDK's own validation; and what a request of a chat asks of the thread. */
import { convertToModelMessages, type UIMessage, validateUIMessages } from 'ai'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Content } from '../../../machines/events.js'
import type { MessageView } from '../../../src/conversations/thread-view.js'
import { chatOrderOf, fromUIMessage, toUIMessages } from '../../../src/llm/ai-sdk/index.js'
import { orThrow } from '../../../src/or-throw.js'
import { here, newThread } from './threads.js'

const texts = fc.record({ type: fc.constant('text'), text: fc.string() })
const files = fc.record(
  {
    type: fc.constant('file'),
    url: fc.webUrl(),
    mediaType: fc.constant('image/png'),
    filename: fc.constantFrom('a.png', 'b.png'),
  },
  { requiredKeys: ['type', 'url', 'mediaType'] },
)
const calls = fc.record({
  type: fc.constant('tool_use'),
  id: fc.constantFrom('t1', 't2'),
  name: fc.constantFrom('weather', 'search'),
  input: fc.jsonValue(),
})
const results = fc.record({
  type: fc.constant('tool_result'),
  tool_use_id: fc.constantFrom('t1', 't2'),
  content: fc.oneof(fc.string(), fc.jsonValue()),
  is_error: fc.boolean(),
})
const foreign = fc.dictionary(fc.constantFrom('type', 'text', 'url', 'input', '__proto__', 'id'), fc.jsonValue())
const blocks = fc.array(fc.oneof(texts, files, calls, results, foreign), { maxLength: 5 })
const contents: fc.Arbitrary<Content | null> = fc.oneof(fc.string(), blocks, fc.constant(null))
const lines = fc.array(fc.record({ role: fc.constantFrom('user', 'assistant'), content: contents }), { maxLength: 5 })

const state = { lifecycle: 'engaged' } as unknown as MessageView['state']
const viewOf = (said: readonly { role: MessageView['role']; content: Content | null }[]) => ({
  messages: said.map(({ role, content }, place): MessageView => {
    const purpose = role === 'assistant' ? ('reply' as const) : null
    return { messageId: `m${place}`, role, content, purpose, warning: null, threadId: 'main', version: place, state }
  }),
})

describe('Shown and read back', () => {
  test('Whatever was said comes back as it was, with its place, and the SDK takes what is shown.', async () => {
    await fc.assert(
      fc.asyncProperty(lines as fc.Arbitrary<Parameters<typeof viewOf>[0]>, async (said) => {
        const shown = toUIMessages(viewOf(said))
        // Over the wire and back, as a client would send them.
        const sent: unknown[] = JSON.parse(JSON.stringify(shown))
        expect(sent.map(fromUIMessage)).toEqual(
          said.map(({ role, content }, place) => ({
            messageId: `m${place}`,
            role,
            content: JSON.parse(JSON.stringify(content)),
            parentId: place === 0 ? null : `m${place - 1}`,
          })),
        )
        if (sent.length > 0) await validateUIMessages({ messages: sent })
      }),
      { numRuns: 300 },
    )
  })

  test('Tools that ran are shown as such, and go to a model closed.', async () => {
    const content = [
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Bergen' } },
      { type: 'tool_result', tool_use_id: 't1', content: 'rain', is_error: false },
    ]
    const [shown] = toUIMessages(viewOf([{ role: 'assistant', content }]))
    expect(shown?.parts).toEqual([
      { type: 'text', text: 'Let me see.' },
      expect.objectContaining({ type: 'dynamic-tool', toolName: 'weather', state: 'output-available', output: 'rain' }),
    ])
    const model = await convertToModelMessages(shown ? [shown] : [])
    expect(model.map(({ role }) => role)).toEqual(['assistant', 'tool'])
  })

  test('Erased content is shown as erased, and is read back as none.', () => {
    const [shown] = toUIMessages(viewOf([{ role: 'user', content: null }]))
    expect(shown).toMatchObject({
      parts: [{ type: 'text', text: '[This message was erased.]' }],
      metadata: { isErased: true },
    })
    expect(fromUIMessage(shown)?.content).toBeNull()
  })

  test('Nothing that a client sends makes it throw.', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (message, part) => {
        fromUIMessage(message)
        fromUIMessage({ id: 'm', role: 'user', parts: [part, { type: part }], metadata: part })
        chatOrderOf(message, viewOf([]))
        chatOrderOf({ messages: [message, part] }, viewOf([{ role: 'user', content: 'hello' }]))
      }),
    )
  })
})

describe('What a chat asks', () => {
  const line = viewOf([
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'two' },
    { role: 'user', content: 'three' },
    { role: 'assistant', content: 'four' },
  ])
  const shown = toUIMessages(line)
  const said = (text: string, id = 'new'): UIMessage => ({ id, role: 'user', parts: [{ type: 'text', text }] })
  const order = (body: object) => chatOrderOf({ trigger: 'submit-message', ...body }, line)

  test('A message after the last one is received; alone, as some clients send it, too.', () => {
    const received = { _tag: 'Right', right: { order: 'receive', content: 'five', messageId: 'new' } }
    expect(order({ messages: [...shown, said('five')] })).toEqual(received)
    expect(order({ messages: [said('five')] })).toEqual(received)
  })

  test('An edited message is a branch at it, the first one too.', () => {
    expect(order({ messages: [...shown.slice(0, 2), said('3', 'm2')], messageId: 'm2' })).toMatchObject({
      right: { order: 'fork', messageId: 'm2', edit: { content: '3' } },
    })
    expect(order({ messages: [said('1', 'm0')], messageId: 'm0' })).toMatchObject({
      right: { order: 'fork', messageId: 'm0', edit: { content: '1' } },
    })
  })

  test('An answer that is to be given anew is a branch at it.', () => {
    const again = (count: number) => order({ trigger: 'regenerate-message', messages: shown.slice(0, count) })
    expect(again(3)).toMatchObject({ right: { order: 'fork', messageId: 'm3' } })
    expect(again(1)).toMatchObject({ right: { order: 'fork', messageId: 'm1' } })
  })

  test('Ids that the client made up are found by what the metadata says, or by what stood before.', () => {
    const theirs = [
      said('one', 'edited'),
      { ...shown[1], id: 'x', metadata: { messageId: 'm1' } },
      said('3', 'edited-too'),
    ]
    expect(order({ messages: theirs, messageId: 'edited-too' })).toMatchObject({ right: { messageId: 'm2' } })
    const last = { ...shown[3], id: 'x', metadata: { messageId: 'm3' } }
    expect(order({ messages: [last, said('five')] })).toMatchObject({ right: { order: 'receive' } })
    expect(order({ messages: [said('one', 'edited')], trigger: 'regenerate-message' })).toMatchObject({
      right: { order: 'fork', messageId: 'm1' },
    })
  })

  test('A request that is sent twice asks for nothing new; so does an approval.', () => {
    const open = viewOf([{ role: 'user', content: 'one' }])
    const twice = { messages: [said('one', 'm0')] }
    expect(chatOrderOf(twice, open)).toMatchObject({ right: { order: 'none' } })
    expect(order({ messages: shown })).toMatchObject({ right: { order: 'none' } })
  })

  test('What is no chat, or of another thread, is refused with a code.', () => {
    expect(order({ messages: [] })).toMatchObject({ left: { code: 'chat-not-understood' } })
    expect(order({ messages: [{ ...said('x'), role: 'system' }] })).toMatchObject({
      left: { code: 'chat-not-understood' },
    })
    const strange = [{ ...shown[1], id: 'of-another', metadata: {} } as UIMessage, said('x')]
    expect(order({ messages: [...shown.slice(0, 1), said('x')] })).toMatchObject({
      left: { code: 'chat-out-of-place' },
    })
    expect(order({ messages: strange })).toMatchObject({ left: { code: 'chat-out-of-place' } })
  })

  test('At the door: an edit makes a thread of its own, and the old one stays as it is.', async () => {
    const { conversations } = await newThread()
    orThrow(await conversations.send({ ...here, content: 'good day' }))
    const view = orThrow(await conversations.thread(here))
    const [first] = toUIMessages(view)
    const request = { messages: [said('good evening', first?.id)], messageId: first?.id }
    const asked = chatOrderOf(request, view)
    const fork = asked._tag === 'Right' && asked.right.order === 'fork' ? asked.right : undefined
    const turn = orThrow(
      await conversations.fork({ ...here, messageId: fork?.messageId ?? '', ...(fork?.edit && { edit: fork.edit }) }),
    )
    const branch = orThrow(await conversations.thread({ ...here, threadId: turn.threadId }))
    expect(branch.messages.map(({ content }) => content)).toEqual(['good evening'])
    expect(orThrow(await conversations.thread(here)).messages).toEqual(view.messages)
  })
})
