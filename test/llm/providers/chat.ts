/** OpenAI's Chat Completions as the loopback speaks it. */
import OpenAI from 'openai'
import { chatWire, openAiChat } from '../../../src/llm/openai/index.js'
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
import { errorOf } from './responses.js'

type Call = { readonly id: unknown; readonly function: { readonly name: unknown; readonly arguments: unknown } }
type Message = Body & { readonly role: string; readonly tool_calls?: readonly Call[] }

const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`
const chunk = (delta: object, finish_reason: string | null = null): string =>
  frame({ id: 'c1', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason }] })

function callFrames({ id, name, input }: Extract<Said, { kind: 'call' }>, index: number, isCut: boolean) {
  const piece = (more: object) => chunk({ tool_calls: [{ index, ...more }] })
  const deltas = jsonPieces(input, isCut).map((json) => piece({ function: { arguments: json } }))
  return [piece({ id, type: 'function', function: { name, arguments: '' } }), ...deltas]
}

function finishReason({ said, end }: Speech): string {
  if (end === 'limit') return 'length'
  if (end === 'filter') return 'content_filter'
  return said.some(({ kind }) => kind === 'call') ? 'tool_calls' : 'stop'
}

function frames(speech: Speech): readonly string[] {
  const said = speech.said.flatMap((one, place) => {
    if (one.kind === 'text') return inPieces(one.text).map((content) => chunk({ content }))
    return one.kind === 'call' ? callFrames(one, place, isCutAt(speech, place)) : []
  })
  const begun = [chunk({ role: 'assistant', content: '' }), ...said]
  if (!isWhole(speech)) return begun
  const usage = frame({ id: 'c1', object: 'chat.completion.chunk', choices: [], usage: { total_tokens: 1 } })
  return [...begun, chunk({}, finishReason(speech)), usage, 'data: [DONE]\n\n']
}

function messageFault({ role, content, tool_calls: calls = [] }: Message): string | false {
  const isSaid = typeof content === 'string' && content !== ''
  if (!['system', 'user', 'assistant', 'tool'].includes(role)) return `there is no role ${role}`
  const isMalformed = calls.some(({ id, function: { name, arguments: input } }) => {
    return !(isName(id) && isName(name) && typeof JSON.parse(String(input)) === 'object')
  })
  if (isMalformed) return 'a tool call is malformed'
  return !isSaid && (role !== 'assistant' || calls.length === 0) && `the ${role} says nothing`
}

/** After calls come their results at once, and results come nowhere else. */
function* resultFaults(messages: readonly Message[]) {
  let open: unknown[] = []
  for (const { role, tool_call_id: id, tool_calls: calls = [] } of messages) {
    yield role === 'tool' && !open.includes(id) && 'a tool message must follow its tool call'
    yield role !== 'tool' && open.length > 0 && 'tool_calls must be followed by tool messages'
    open = role === 'tool' ? open.filter((one) => one !== id) : calls.map((call) => call.id)
    yield repeated(open, 'tool call ids')
  }
  yield open.length > 0 && 'tool_calls must be followed by tool messages'
}

function* faults(path: string, body: Body): Generator<string | false | undefined> {
  const messages = body.messages as readonly Message[]
  yield path !== '/chat/completions' && `no such path: ${path}`
  yield extraIn(body, ['model', 'messages', 'tools', 'stream'])
  yield body.stream !== true && 'stream is wanted here'
  yield messages.slice(1).some(({ role }) => role === 'system') && 'the system message must come first'
  for (const message of messages) yield messageFault(message)
  yield* resultFaults(messages)
  const tools = body.tools as readonly { readonly function: Body }[] | undefined
  yield tools?.length === 0 && 'tools must not be empty'
  for (const { function: tool } of tools ?? []) yield schemaFault(tool.name, tool.parameters)
}

const toolsOf = ({ tools = [] }: Body) => tools as readonly { readonly function: { readonly name: string } }[]
const messagesOf = ({ messages }: Body) => messages as readonly Message[]

export const chat: Provider = {
  name: 'OpenAI Chat Completions',
  faultIn: ({ path, body }) => firstOf(faults(path, body)),
  frames,
  broken: frame({ error: { message: 'it broke', type: 'server_error' } }),
  errorOf,
  model: (baseURL, { maxRetries = 0, system } = {}) =>
    openAiChat({
      client: new OpenAI({ baseURL, apiKey: 'none', maxRetries, logLevel: 'off' }),
      model: 'm',
      ...(system !== undefined && { system }),
    }),
  request: (prompt) => ({
    path: '/chat/completions',
    body: { model: 'm', stream: true, ...chatWire().request(prompt) },
  }),
  wordsIn: (body) => JSON.stringify([messagesOf(body)[0], body.tools]),
  toolsIn: (body) => toolsOf(body).map((tool) => tool.function.name),
  transcriptIn: (body) =>
    messagesOf(body)
      .slice(1)
      .map((message) => JSON.stringify(message)),
}
