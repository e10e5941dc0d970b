/** `answer` with a model of the AI SDK: a mock, and a real provider against a server on the loopback. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { convertArrayToReadableStream, MockLanguageModelV4 } from 'ai/test'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { aiSdkAdapter, aiSdkModel } from '../../../src/llm/ai-sdk/index.js'
import type { CallOptions, StreamPart } from '../../../src/llm/ai-sdk/shapes.js'
import { type AnswerEvent, answer } from '../../../src/llm/answer.js'
import { orThrow } from '../../../src/or-throw.js'
import { adapterSuite } from '../../../src/testing/adapter-suite.js'
import { type Door, faultIn } from '../../conversations/door.js'
import { chatServer } from './chat-server.js'
import { endCall, resultOf, scripted, streamedOf, toolsIn, wordsOf } from './scripted-model.js'
import { atLastResort, atRisk, here, newThread, typesOf } from './threads.js'

async function all(events: AsyncIterable<AnswerEvent>): Promise<readonly AnswerEvent[]> {
  const heard: AnswerEvent[] = []
  for await (const event of events) heard.push(event)
  return heard
}
const kinds = (events: readonly AnswerEvent[]) => events.map(({ kind }) => kind).filter((kind) => kind !== 'text')

describe('The adapter', () => {
  adapterSuite({
    test,
    fc,
    adapter: aiSdkAdapter(),
    dialect: {
      wordsIn: wordsOf,
      toolsIn,
      endTool: { name: 'end_conversation', input: (ground) => ({ ground, reason: 'as the rules allow' }) },
      responseOf: ({ text, calls, textAfter }) => resultOf([text, ...calls, textAfter]),
      callAnswered: ({ toolCallId }) => toolCallId,
    },
  })
})

describe('The model', () => {
  test('It streams its text, and what it says is sent.', async () => {
    const { conversations } = await newThread()
    const { model, asked } = scripted([['Good day to you.']])
    const events = await all(answer({ conversations, model: aiSdkModel({ model, system: 'Be brief.' }) }, here))
    expect(events.filter(({ kind }) => kind === 'text')).toHaveLength(2)
    expect(kinds(events)).toEqual(['sent', 'done'])
    expect(asked[0]?.prompt.slice(0, 2)).toEqual([
      { role: 'system', content: expect.stringMatching(/^Be brief\.\n\nEngage as usual/) },
      { role: 'user', content: [{ type: 'text', text: 'hello' }] },
    ])
  })

  test.each<[string, StreamPart]>([
    ['an error', { type: 'error', error: new Error('overloaded') }],
    [
      'a broken finish',
      {
        ...streamedOf([]).at(-1),
        type: 'finish',
        finishReason: { unified: 'interrupted', raw: undefined },
      } as StreamPart,
    ],
  ])('What %s in the stream breaks off is no end; what was said stands.', async (_, part) => {
    const { conversations } = await atLastResort()
    const said = streamedOf(['Good', endCall('persistent-harm')]).slice(0, -1)
    const model = new MockLanguageModelV4({ doStream: { stream: convertArrayToReadableStream([...said, part]) } })
    const events = await all(answer({ conversations, model: aiSdkModel({ model }) }, here))
    expect(kinds(events)).toEqual(['sent', 'failed'])
    expect(events.at(-1)).toMatchObject({ error: { code: 'model-failed' } })
    expect(orThrow(await conversations.thread(here))).toMatchObject({ ended: null })
  })

  const lastFinish = (unified: 'length' | 'content-filter'): StreamPart =>
    ({ ...streamedOf([]).at(-1), finishReason: { unified, raw: undefined } }) as StreamPart

  test.each(['length', 'content-filter'] as const)('A call that came with the finish %s ends nothing.', async (how) => {
    const { conversations } = await atLastResort()
    const said = [...streamedOf(['Good', endCall('persistent-harm')]).slice(0, -1), lastFinish(how)]
    const model = new MockLanguageModelV4({ doStream: async () => ({ stream: convertArrayToReadableStream(said) }) })
    await all(answer({ conversations, model: aiSdkModel({ model }), stepsMax: 1 }, here))
    expect(orThrow(await conversations.thread(here)).ended).toBeNull()
  })

  test('A thought goes back, with its signature, beside the results of its step; no thought is kept.', async () => {
    const { conversations } = await newThread()
    const thought: readonly StreamPart[] = [
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm' },
      { type: 'reasoning-delta', id: 'r', delta: 'm.' },
      { type: 'reasoning-end', id: 'r', providerMetadata: { anthropic: { signature: 's' } } },
    ]
    const steps = [[...thought, ...streamedOf([endCall('persistent-harm')])], streamedOf(['Well.'])]
    const asked: CallOptions[] = []
    const model = new MockLanguageModelV4({
      doStream: async (options) => ({
        stream: convertArrayToReadableStream([...(steps[asked.push(options) - 1] ?? [])]),
      }),
    })
    await all(answer({ conversations, model: aiSdkModel({ model }) }, here))
    expect(asked[1]?.prompt.find(({ role }) => role === 'assistant')?.content).toEqual([
      { type: 'reasoning', text: 'Hmm.', providerOptions: { anthropic: { signature: 's' } } },
      expect.objectContaining({ type: 'tool-call', toolCallId: 'end-1' }),
    ])
    expect(orThrow(await conversations.thread(here)).messages.at(-1)?.content).toBe('Well.')
  })

  test('Files that a chat sent go to the model as files; what it cannot be shown is named.', async () => {
    const { conversations } = await newThread()
    const content = [
      { type: 'file', url: 'data:image/png;base64,AAAA', mediaType: 'image/png', filename: 'a.png' },
      { type: 'file', url: 'https://example.org/a.pdf', mediaType: 'application/pdf' },
      { type: 'image', source: {} },
    ]
    orThrow(await conversations.receive({ ...here, content }))
    const { model, asked } = scripted([['I see.']])
    await all(answer({ conversations, model: aiSdkModel({ model }) }, here))
    expect(asked[0]?.prompt.at(-1)?.content).toEqual([
      { type: 'text', text: 'hello' },
      { type: 'file', data: { type: 'data', data: 'AAAA' }, mediaType: 'image/png', filename: 'a.png' },
      { type: 'file', data: { type: 'url', url: new URL('https://example.org/a.pdf') }, mediaType: 'application/pdf' },
      { type: 'text', text: expect.stringContaining('"image"') },
    ])
  })
})

describe('A real provider, on a server of chat completions', () => {
  let close: (() => Promise<void>) | undefined
  afterEach(() => close?.())

  async function asked(door: Door, script: Parameters<typeof chatServer>[0]) {
    const server = await chatServer(script)
    close = server.close
    const model = createOpenAICompatible({ name: 'loopback', baseURL: server.baseURL, apiKey: 'none' })('m')
    const weather = {
      name: 'weather',
      description: 'Tells the weather.',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
      run: () => 'rain',
    }
    const options = { conversations: door.conversations, model: aiSdkModel({ model }), tools: [weather] }
    return { events: await all(answer(options, here)), bodies: server.bodies }
  }

  test('A call that comes although nothing may end is declined; its result goes back as the provider wants it.', async () => {
    const door = await newThread()
    const call = { id: 'w-1', name: 'weather', input: { city: 'Bergen' } }
    const { events, bodies } = await asked(door, [[call], [endCall('persistent-harm')], ['It rains.']])
    expect(kinds(events)).toEqual(['sent', 'declined', 'sent', 'done'])
    expect(bodies.map(({ tools }) => JSON.stringify(tools)).join()).not.toContain('end_conversation')
    expect(bodies[2]?.messages).toMatchObject([
      { role: 'system' },
      { role: 'user', content: 'hello' },
      { role: 'assistant', tool_calls: [{ id: 'w-1' }] },
      { role: 'tool', tool_call_id: 'w-1', content: 'rain' },
      { role: 'assistant', tool_calls: [{ id: 'end-1' }] },
      { role: 'tool', tool_call_id: 'end-1', content: expect.stringContaining('redirections-remaining') },
    ])
    expect(await faultIn(door.store)).toBeNull()
  })

  test('An end that is open is offered and taken.', async () => {
    const door = await atLastResort()
    const { events, bodies } = await asked(door, [['Good bye.', endCall('persistent-harm')]])
    expect(kinds(events)).toEqual(['sent', 'ended', 'done'])
    expect(bodies[0]?.tools).toMatchObject([{}, { type: 'function', function: { name: 'end_conversation' } }])
    expect(typesOf(door.heard).slice(-2)).toEqual(['message.sent', 'thread.ended'])
  })

  test('At risk neither words nor tools that go over the wire speak of an end.', async () => {
    const door = await atRisk()
    const { bodies } = await asked(door, [['I am here.']])
    const { messages, tools } = bodies[0] as { messages: { role: string }[]; tools: unknown }
    const words = JSON.stringify([messages.filter(({ role }) => role === 'system'), tools])
    expect(words).toContain('mark_message')
    expect(words).not.toMatch(/\b(end|ends|ended|ending|terminat\w*|close|hang up)\b/i)
  })
})
