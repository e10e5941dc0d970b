/** A model in the middleware alone: guided before, cut after an end call, and nothing stored. */
import { generateText, streamText, tool, wrapLanguageModel } from 'ai'
import { convertArrayToReadableStream, MockLanguageModelV4 } from 'ai/test'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { colloquyLoop, colloquyMiddleware } from '../../../src/llm/ai-sdk/index.js'
import type { StreamPart } from '../../../src/llm/ai-sdk/shapes.js'
import { orThrow } from '../../../src/or-throw.js'
import type { Door } from '../../conversations/door.js'
import { endCall, resultOf, scripted, streamedOf, toolsIn } from './scripted-model.js'
import { askedToConfirm, atLastResort, atRisk, here, typesOf } from './threads.js'

const middlewareOf = ({ conversations }: Door) => colloquyMiddleware({ conversations, ...here })
const wrapped = (door: Door, model: MockLanguageModelV4) => wrapLanguageModel({ model, middleware: middlewareOf(door) })
const call = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] }] }

test('Guidance stands after the caller’s own instructions; its tools follow the caller’s, in its words.', async () => {
  const door = await atLastResort()
  const { model, asked } = scripted([['Well.']])
  const mine = tool({ inputSchema: z.object({}), execute: () => '', description: 'Mine.' })
  const theirs = tool({ inputSchema: z.object({}), execute: () => '', description: 'Ends everything, always.' })
  const tools = { mine, end_conversation: theirs }
  await generateText({ model: wrapped(door, model), instructions: 'Be brief.', prompt: 'hello', tools })
  expect(asked[0]?.prompt.map(({ role }) => role)).toEqual(['system', 'user'])
  expect(asked[0]?.prompt[0]?.content).toMatch(/^Be brief\.\n\nEvery redirection failed/)
  expect(toolsIn(asked[0] ?? call)).toEqual(['mine', 'end_conversation'])
  expect(JSON.stringify(asked[0]?.tools)).not.toContain('always')
})

test('At risk a tool of that name that the caller offers is withdrawn.', async () => {
  const { model, asked } = scripted([['I am here.']])
  const tools = { end_conversation: tool({ inputSchema: z.object({}), execute: () => '', description: 'Ends.' }) }
  await generateText({ model: wrapped(await atRisk(), model), prompt: 'hello', tools })
  expect(toolsIn(asked[0] ?? call)).toEqual(['mark_message'])
})

test('Nothing is stored by the middleware alone.', async () => {
  const door = await atLastResort()
  const before = door.heard.length
  await wrapped(door, scripted([['Goodbye.', endCall('persistent-harm')]]).model).doGenerate(call)
  expect(door.heard).toHaveLength(before)
})

async function streamed(door: Door, parts: readonly StreamPart[]): Promise<readonly string[]> {
  const model = new MockLanguageModelV4({ doStream: { stream: convertArrayToReadableStream([...parts]) } })
  const { stream } = await wrapped(door, model).doStream(call)
  const types: string[] = []
  for await (const part of stream) types.push('id' in part ? `${part.type} ${part.id}` : part.type)
  return types
}

test('What was opened before an end call is closed after it, what would open is not, and the call comes last.', async () => {
  const [end, finish] = streamedOf([endCall('persistent-harm')]).slice(1)
  const parts = [
    { type: 'text-start', id: 'a' },
    end,
    { type: 'text-start', id: 'b' },
    { type: 'text-delta', id: 'b', delta: 'More.' },
    { type: 'text-end', id: 'b' },
    { type: 'text-end', id: 'a' },
    finish,
  ] as readonly StreamPart[]
  expect(await streamed(await atLastResort(), parts)).toEqual(['text-start a', 'text-end a', 'tool-call', 'finish'])
})

test('Instructions that a provider is told to cache are left as they are.', async () => {
  const { model, asked } = scripted([['Well.']])
  const cached = { role: 'system', content: 'Be brief.', providerOptions: { anthropic: { cacheControl: {} } } } as const
  await generateText({ model: wrapped(await atLastResort(), model), instructions: cached, prompt: 'hello' })
  expect(asked[0]?.prompt.map(({ role }) => role)).toEqual(['system', 'system', 'user'])
  expect(asked[0]?.prompt[0]).toEqual(cached)
})

test('Whoever stops reading stops the model.', async () => {
  let isStopped = false
  const source = new ReadableStream<StreamPart>({
    start: (controller) => controller.enqueue({ type: 'text-start', id: 'a' }),
    cancel: () => {
      isStopped = true
    },
  })
  const model = new MockLanguageModelV4({ doStream: { stream: source } })
  const { stream } = await wrapped(await atLastResort(), model).doStream(call)
  const reader = stream.getReader()
  await reader.read()
  await reader.cancel()
  expect(isStopped).toBe(true)
})

const early = ['error', 'interrupted', 'length', 'content-filter'] as const
test.each(early)('A step that came to its end by %s passes no end call on, in a stream or whole.', async (unified) => {
  const door = await atLastResort()
  const finishReason = { unified, raw: undefined } as const
  const result = { ...resultOf(['Good', endCall('persistent-harm')]), finishReason }
  const model = new MockLanguageModelV4({ doGenerate: result })
  expect((await wrapped(door, model).doGenerate(call)).content).toEqual([{ type: 'text', text: 'Good' }])
  const parts = streamedOf(['Good', endCall('persistent-harm')]).map((part) =>
    part.type === 'finish' ? { ...part, finishReason } : part,
  )
  expect((await streamed(door, parts)).join()).not.toContain('tool-call')
})

test('An error in the stream passes no end call on, though the stream then ends as if nothing were.', async () => {
  const [start, end, finish] = streamedOf([endCall('persistent-harm')])
  const parts = [start, end, { type: 'error', error: 'overloaded' }, finish] as readonly StreamPart[]
  expect(await streamed(await atLastResort(), parts)).toEqual(['stream-start', 'error', 'finish'])
})

test('A call that the provider ran itself is none of ours, whatever its name.', async () => {
  const door = await atLastResort()
  const parts = streamedOf([endCall('persistent-harm'), 'More.']).map((part) =>
    part.type === 'tool-call' ? { ...part, providerExecuted: true } : part,
  )
  expect((await streamed(door, parts)).join()).toContain('text-delta')
})

test('A loop’s tools end nothing by themselves: not unasked, not denied, and not without the middleware.', async () => {
  const door = await askedToConfirm()
  const before = typesOf(door.heard)
  const { settings } = colloquyLoop({ conversations: door.conversations, ...here })
  const input = { ground: 'user-request', reason: 'r' }
  const denied = [
    {
      role: 'assistant' as const,
      content: [{ type: 'tool-approval-request' as const, approvalId: 'a', toolCallId: 'e' }],
    },
    { role: 'tool' as const, content: [{ type: 'tool-approval-response' as const, approvalId: 'a', approved: false }] },
  ]
  for (const messages of [[], denied]) {
    const run = async () => settings.tools.end_conversation.execute?.(input, { toolCallId: 'e', messages, context: {} })
    await expect(run()).rejects.toThrow(/not made in this answer/)
  }
  const { model } = scripted([[endCall('user-request')], [endCall('user-request')]])
  await streamText({ model, prompt: 'hello', ...settings }).consumeStream()
  expect(typesOf(door.heard)).toEqual(before)
  expect(orThrow(await door.conversations.thread(here)).ended).toBeNull()
})

test('An approval of an end for harm, which no user can give, ends nothing, though one is open.', async () => {
  const door = await atLastResort()
  const { settings } = colloquyLoop({ conversations: door.conversations, ...here })
  const messages = [
    {
      role: 'assistant' as const,
      content: [{ type: 'tool-approval-request' as const, approvalId: 'a', toolCallId: 'e' }],
    },
    { role: 'tool' as const, content: [{ type: 'tool-approval-response' as const, approvalId: 'a', approved: true }] },
  ]
  const input = { ground: 'persistent-harm', reason: 'r' }
  const run = async () => settings.tools.end_conversation.execute?.(input, { toolCallId: 'e', messages, context: {} })
  await expect(run()).rejects.toThrow(/theirs to approve/)
  expect(orThrow(await door.conversations.thread(here)).ended).toBeNull()
})
