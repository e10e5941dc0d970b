/** Anthropic's Messages API as the loopback speaks it. */
import Anthropic from '@anthropic-ai/sdk'
import { anthropicModel, anthropicWire } from '../../../src/llm/anthropic/index.js'
import type { Said } from '../../../src/llm/said.js'
import type { Body } from './loopback.js'
import {
  extraIn,
  firstOf,
  inPieces,
  isCutAt,
  isName,
  isWhole,
  jsonPieces,
  type Provider,
  repeated,
  type Speech,
  schemaFault,
} from './loopback.js'

type Message = { readonly role: string; readonly content: readonly Body[] }

const frame = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`

function blockFrames(said: Said, index: number, isCut: boolean): readonly string[] {
  const start = (content_block: object) => frame('content_block_start', { index, content_block })
  const delta = (piece: object) => frame('content_block_delta', { index, delta: piece })
  const stop = frame('content_block_stop', { index })
  const jsonFrames = (input: unknown) =>
    jsonPieces(input, isCut).map((partial_json) => delta({ type: 'input_json_delta', partial_json }))
  if (said.kind === 'text') {
    const pieces = inPieces(said.text).map((text) => delta({ type: 'text_delta', text }))
    return [start({ type: 'text', text: '', citations: null }), ...pieces, stop]
  }
  if (said.kind === 'call') {
    const { id, name, input } = said
    return [start({ type: 'tool_use', id, name, input: {} }), ...jsonFrames(input), stop]
  }
  if (said.block.type !== 'thinking')
    return [start({ ...said.block, input: {} }), ...jsonFrames(said.block.input), stop]
  const { thinking, signature } = said.block
  const pieces = [delta({ type: 'thinking_delta', thinking }), delta({ type: 'signature_delta', signature })]
  return [start({ type: 'thinking', thinking: '', signature: '' }), ...pieces, stop]
}

function stopReason({ said, end }: Speech): string {
  if (end === 'limit') return 'max_tokens'
  if (end === 'filter') return 'refusal'
  if (end === 'pause') return 'pause_turn'
  return said.some(({ kind }) => kind === 'call') ? 'tool_use' : 'end_turn'
}

function frames(speech: Speech): readonly string[] {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  }
  const blocks = speech.said.flatMap((said, index) => blockFrames(said, index, isCutAt(speech, index)))
  const begun = [frame('message_start', { message }), frame('ping'), ...blocks]
  if (!isWhole(speech)) return begun
  const delta = { stop_reason: stopReason(speech), stop_sequence: null }
  return [...begun, frame('message_delta', { delta, usage: { output_tokens: 1 } }), frame('message_stop')]
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

function blockFault(block: Body): string | false {
  switch (block.type) {
    case 'text':
      return (typeof block.text !== 'string' || block.text.trim() === '') && 'text content blocks must be non-empty'
    case 'tool_use':
      return !(isName(block.id) && isName(block.name) && isObject(block.input)) && 'tool_use is malformed'
    case 'tool_result':
      return typeof block.content !== 'string' && 'tool_result is malformed'
    case 'thinking':
      return typeof block.signature !== 'string' && 'thinking without its signature'
    default:
      return (
        !['image', 'redacted_thinking', 'server_tool_use'].includes(String(block.type)) && `unknown block ${block.type}`
      )
  }
}

const idsOf = (message: Message | undefined, type: string, field: string) =>
  (message?.content ?? []).filter((block) => block.type === type).map((block) => block[field])

function* messageFaults(messages: readonly Message[]) {
  for (const [place, message] of messages.entries()) {
    const { role, content } = message
    yield role !== (place % 2 === 0 ? 'user' : 'assistant') && 'roles must alternate, beginning with the user'
    yield !(Array.isArray(content) && content.length > 0) && 'content must not be empty'
    for (const block of content) yield blockFault(block)
    const results = idsOf(message, 'tool_result', 'tool_use_id')
    const isFirst = content.slice(0, results.length).every(({ type }) => type === 'tool_result')
    yield !isFirst && 'tool_result blocks must come first'
    const uses = role === 'user' ? idsOf(messages[place - 1], 'tool_use', 'id') : []
    yield [...uses].sort().join() !== [...results].sort().join() && 'tool_use without its tool_result, or the reverse'
  }
}

function* faults(path: string, body: Body): Generator<string | false | undefined> {
  const messages = body.messages as readonly Message[]
  const tools = (body.tools ?? []) as readonly Body[]
  yield path !== '/v1/messages' && `no such path: ${path}`
  yield extraIn(body, ['model', 'max_tokens', 'system', 'messages', 'tools', 'tool_choice', 'stream', 'cache_control'])
  yield !(Number.isInteger(body.max_tokens) && body.stream === true) && 'max_tokens: field required'
  yield messages.length === 0 && 'messages: at least one message is required'
  for (const block of body.system as readonly Body[]) yield blockFault(block)
  yield* messageFaults(messages)
  const isPaused = messages.at(-1)?.content.at(-1)?.type === 'server_tool_use'
  yield messages.at(-1)?.role !== 'user' && !isPaused && 'the conversation must end with a user message'
  const uses = messages.flatMap((message) => idsOf(message, 'tool_use', 'id'))
  yield repeated(uses, 'tool_use ids')
  yield uses.length > 0 && tools.length === 0 && 'requests which include tool_use blocks must define tools'
  for (const { name, input_schema: schema } of tools) yield schemaFault(name, schema)
  yield repeated(
    tools.map(({ name }) => name),
    'tool names',
  )
}

const types: { readonly [status: number]: string } = {
  400: 'invalid_request_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}
const errorOf = (status: number, message: string) => ({
  type: 'error',
  error: { type: types[status] ?? 'api_error', message },
})

const toolsOf = ({ tools = [] }: Body) => tools as readonly { readonly name: string }[]

export const anthropic: Provider = {
  name: 'Anthropic',
  faultIn: ({ path, body }) => firstOf(faults(path, body)),
  frames,
  broken: frame('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
  errorOf,
  model: (baseURL, { maxRetries = 0, system } = {}) =>
    anthropicModel({
      client: new Anthropic({ baseURL, apiKey: 'none', maxRetries }),
      model: 'm',
      maxTokens: 100,
      ...(system !== undefined && { system }),
    }),
  request: (prompt) => {
    const body = { model: 'm', max_tokens: 100, stream: true, ...anthropicWire().request(prompt) }
    return { path: '/v1/messages', body }
  },
  wordsIn: ({ system, tools }) => JSON.stringify([system, tools]),
  toolsIn: (body) => toolsOf(body).map(({ name }) => name),
  transcriptIn: ({ messages }) =>
    (messages as readonly Message[]).flatMap(({ role, content }) =>
      content.map((block) => JSON.stringify([role, block])),
    ),
}
