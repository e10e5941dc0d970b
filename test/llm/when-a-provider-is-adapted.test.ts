/** The published suite for adapters, against every provider's; and that what they send is what the SDKs take. */
import Anthropic from '@anthropic-ai/sdk'
import fc from 'fast-check'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { anthropicAdapter } from '../../src/llm/anthropic/index.js'
import { openAiChatAdapter, openAiResponsesAdapter } from '../../src/llm/openai/index.js'
import { orThrow } from '../../src/or-throw.js'
import type { ToolCall } from '../../src/testing/adapter/dialect.js'
import { adapterSuite } from '../../src/testing/adapter-suite.js'
import { here, openDoor, opened } from '../conversations/door.js'
import { hear } from './answering.js'
import { says } from './scripted-model.js'

const endTool = {
  name: 'end_conversation',
  input: (ground: string) => ({ ground, reason: 'as the rules allow' }),
}
const words = (texts: readonly string[], tools: readonly { readonly description: string }[]) =>
  [...texts, ...tools.map(({ description }) => description)].join('\n')
const described = (description = '') => ({ description })

describe('Anthropic', () => {
  adapterSuite({
    test,
    fc,
    adapter: anthropicAdapter(),
    dialect: {
      wordsIn: ({ system, tools = [] }) =>
        words(
          system.map(({ text }) => text),
          tools,
        ),
      toolsIn: ({ tools = [] }) => tools.map(({ name }) => name),
      endTool,
      responseOf: ({ text, calls, textAfter }) => ({
        type: 'message',
        role: 'assistant',
        stop_reason: 'tool_use',
        content: [
          { type: 'text', text },
          ...calls.map((call) => ({ type: 'tool_use', ...call })),
          { type: 'text', text: textAfter },
        ],
      }),
      callAnswered: ({ tool_use_id: id }) => id,
    },
  })
})

const message = (text: string) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] })
const json = ({ input }: ToolCall) => JSON.stringify(input)

describe('OpenAI Responses', () => {
  adapterSuite({
    test,
    fc,
    adapter: openAiResponsesAdapter(),
    dialect: {
      wordsIn: ({ instructions, tools }) => words([instructions], tools),
      toolsIn: ({ tools }) => tools.map(({ name }) => name),
      endTool,
      responseOf: ({ text, calls, textAfter }) => ({
        status: 'completed',
        output: [
          message(text),
          ...calls.map((call) => ({
            type: 'function_call',
            call_id: call.id,
            name: call.name,
            arguments: json(call),
          })),
          message(textAfter),
        ],
      }),
      callAnswered: ({ call_id: id }) => id,
    },
  })
})

describe('OpenAI Chat Completions', () => {
  adapterSuite({
    test,
    fc,
    adapter: openAiChatAdapter(),
    dialect: {
      wordsIn: ({ messages, tools = [] }) => {
        const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content ?? '')
        return words(
          system,
          tools.map((tool) => described(tool.function.description)),
        )
      },
      toolsIn: ({ tools = [] }) => tools.map((tool) => tool.function.name),
      endTool,
      responseOf: ({ text, calls }) => ({
        choices: [
          {
            finish_reason: 'tool_calls',
            message: {
              role: 'assistant',
              content: text,
              tool_calls: calls.map((call) => ({
                id: call.id,
                type: 'function',
                function: { name: call.name, arguments: json(call) },
              })),
            },
          },
        ],
      }),
      callAnswered: ({ tool_call_id: id }) => id,
    },
  })
})

test('What adapters send is, in types too, what the SDKs take.', async () => {
  const door = await opened(openDoor())
  await hear(door, 'Hello')
  const view = orThrow(await door.conversations.thread(here))
  const bodies: unknown[] = []
  const fetch = async (_: unknown, init?: { readonly body?: unknown }) => {
    bodies.push(JSON.parse(String(init?.body)))
    return new Response('{}', { headers: { 'content-type': 'application/json' } })
  }
  const options = { apiKey: 'none', fetch, baseURL: 'http://127.0.0.1:9' }
  const [sent, answered, chatted] = [anthropicAdapter(), openAiResponsesAdapter(), openAiChatAdapter()]
  const openAi = new OpenAI(options)
  await new Anthropic(options).messages.create({ model: 'm', max_tokens: 9, ...sent.requestFor(view) })
  await openAi.responses.create({ model: 'm', ...answered.requestFor(view) })
  await openAi.chat.completions.create({ model: 'm', ...chatted.requestFor(view) })
  expect(bodies).toMatchObject([
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }] },
    { input: [{ role: 'user', content: 'Hello' }] },
    { messages: [{ role: 'system' }, { role: 'user', content: 'Hello' }] },
  ])
})

/** Responses that are no answers of the model, each with a call of the end tool in it. */
const input = { ground: 'user-request', reason: 'so' }
const call = { type: 'tool_use', id: 'a', name: endTool.name, input }
const item = { type: 'function_call', call_id: 'a', name: endTool.name, arguments: JSON.stringify(input) }
const toolCall = { id: 'a', type: 'function', function: { name: endTool.name, arguments: JSON.stringify(input) } }
const declined = { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot.' }] }
const view = async () => {
  const door = await opened(openDoor())
  await hear(door, 'Hello')
  return orThrow(await door.conversations.thread(here))
}
const saying = (content: string) => [{ order: 'send', content, purpose: 'reply' }]

test.each([
  ['refusal', saying('I cannot.')],
  ['max_tokens', saying('I cannot.')],
  ['model_context_window_exceeded', saying('I cannot.')],
] as const)('Anthropic: a step that stops by %s ends nothing; its text is a reply.', async (stop_reason, intents) => {
  const response = { stop_reason, content: [{ type: 'text', text: 'I cannot.' }, call] }
  expect(anthropicAdapter().intentsFrom(response, await view())).toEqual(intents)
})

test.each([
  [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }],
  [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }],
  [{ status: 'failed' }],
  [{ status: 'cancelled' }],
])('Responses: %j ends nothing; words of refusal are a reply.', async (how) => {
  const response = { ...how, output: [declined, item] }
  expect(openAiResponsesAdapter().intentsFrom(response, await view())).toEqual(saying('I cannot.'))
})

test.each([['content_filter'], ['length']])('Chat: %s ends nothing; words of refusal are a reply.', async (reason) => {
  const message = { role: 'assistant', content: null, refusal: 'I cannot.', tool_calls: [toolCall] }
  const response = { choices: [{ finish_reason: reason, message }] }
  expect(openAiChatAdapter().intentsFrom(response, await view())).toEqual(saying('I cannot.'))
})

test('The same calls in a step that is whole do ask for an end.', async () => {
  const end = [{ order: 'end', ground: 'user-request', reason: 'so' }]
  const message = { role: 'assistant', content: null, tool_calls: [toolCall] }
  const chatted = { choices: [{ finish_reason: 'tool_calls', message }] }
  const seen = await view()
  expect(anthropicAdapter().intentsFrom({ stop_reason: 'tool_use', content: [call] }, seen)).toEqual(end)
  expect(openAiResponsesAdapter().intentsFrom({ status: 'completed', output: [item] }, seen)).toEqual(end)
  expect(openAiChatAdapter().intentsFrom(chatted, seen)).toEqual(end)
})

test.each([
  ['refused', []],
  ['cut', [expect.objectContaining({ isError: true })]],
])('A cut call is answered, a refused one is not there: %s', async (how, answers) => {
  const stop_reason = how === 'cut' ? 'max_tokens' : 'refusal'
  const response = { stop_reason, content: [says('x'), call] }
  const given = anthropicAdapter().answersTo(response, [])
  expect(given.map(({ is_error: isError }) => ({ isError }))).toEqual(answers)
})
