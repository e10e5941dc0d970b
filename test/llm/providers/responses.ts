/** OpenAI's Responses API as the loopback speaks it. */
import OpenAI from 'openai'
import { openAiResponses, responsesWire } from '../../../src/llm/openai/index.js'
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

const frame = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 0, ...more })}\n\n`

function itemFrames(said: Said, output_index: number, isCut: boolean): readonly string[] {
  const added = (item: object) => frame('response.output_item.added', { output_index, item })
  const done = (item: object) => frame('response.output_item.done', { output_index, item })
  if (said.kind === 'text') {
    const item = { type: 'message', id: `msg_${output_index}`, role: 'assistant', status: 'completed' }
    const where = { output_index, content_index: 0, item_id: item.id, logprobs: [] }
    const pieces = inPieces(said.text).map((delta) => frame('response.output_text.delta', { ...where, delta }))
    const content = [{ type: 'output_text', text: said.text, annotations: [] }]
    return [added({ ...item, content: [] }), ...pieces, done({ ...item, content })]
  }
  if (said.kind === 'call') {
    const item = { type: 'function_call', id: `fc_${output_index}`, call_id: said.id, name: said.name }
    const pieces = jsonPieces(said.input, isCut)
    const where = { output_index, item_id: item.id }
    const deltas = pieces.map((delta) => frame('response.function_call_arguments.delta', { ...where, delta }))
    const status = isCut ? 'incomplete' : 'completed'
    return [added({ ...item, arguments: '' }), ...deltas, done({ ...item, arguments: pieces.join(''), status })]
  }
  return [added(said.block), done(said.block)]
}

const reasons: { readonly [end: string]: string } = { limit: 'max_output_tokens', filter: 'content_filter' }

function frames(speech: Speech): readonly string[] {
  const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [], incomplete_details: null }
  const items = speech.said.flatMap((said, index) => itemFrames(said, index, isCutAt(speech, index)))
  const begun = [frame('response.created', { response }), ...items]
  if (!isWhole(speech)) return begun
  const reason = reasons[speech.end ?? '']
  const details = reason === undefined ? null : { reason }
  const status = details ? 'incomplete' : 'completed'
  return [...begun, frame(`response.${status}`, { response: { ...response, status, incomplete_details: details } })]
}

function itemFault(item: Body): string | false {
  const { type, role, content, call_id: id, name, arguments: input, output } = item
  switch (type) {
    case 'function_call':
      return (
        !(isName(id) && isName(name) && typeof JSON.parse(String(input)) === 'object') && 'function_call is malformed'
      )
    case 'function_call_output':
      return !(isName(id) && typeof output === 'string') && 'function_call_output is malformed'
    case 'reasoning':
      return typeof item.encrypted_content !== 'string' && `item ${item.id} not found: nothing is stored`
    default:
      return (
        !(['user', 'assistant'].includes(String(role)) && typeof content === 'string' && content !== '') &&
        'a message is malformed'
      )
  }
}

function* faults(path: string, body: Body): Generator<string | false | undefined> {
  const input = body.input as readonly Body[]
  yield path !== '/responses' && `no such path: ${path}`
  yield extraIn(body, ['model', 'instructions', 'input', 'tools', 'store', 'stream'])
  yield body.stream !== true && 'stream is wanted here'
  yield input.length === 0 && 'one of input or previous_response_id must be provided'
  for (const item of input) yield itemFault(item)
  const idsOf = (type: string) => input.filter((item) => item.type === type).map((item) => item.call_id)
  const calls = idsOf('function_call')
  const outputs = idsOf('function_call_output')
  yield repeated(calls, 'call ids')
  yield calls.some((id) => !outputs.includes(id)) && 'no tool output found for a function call'
  yield outputs.some((id) => !calls.includes(id)) && 'no tool call found for a function call output'
  const tools = body.tools as readonly Body[]
  for (const { name, parameters } of tools) yield schemaFault(name, parameters)
}

export const errorOf = (status: number, message: string) => ({
  error: { message, type: status === 400 ? 'invalid_request_error' : 'server_error', code: null, param: null },
})

const toolsOf = ({ tools = [] }: Body) => tools as readonly { readonly name: string }[]

export const responses: Provider = {
  name: 'OpenAI Responses',
  faultIn: ({ path, body }) => firstOf(faults(path, body)),
  frames,
  broken: frame('error', { code: 'server_error', message: 'it broke', param: null }),
  errorOf,
  model: (baseURL, { maxRetries = 0, system } = {}) =>
    openAiResponses({
      client: new OpenAI({ baseURL, apiKey: 'none', maxRetries, logLevel: 'off' }),
      model: 'm',
      ...(system !== undefined && { system }),
    }),
  request: (prompt) => ({
    path: '/responses',
    body: { model: 'm', stream: true, ...responsesWire().request(prompt) },
  }),
  wordsIn: ({ instructions, tools }) => JSON.stringify([instructions, tools]),
  toolsIn: (body) => toolsOf(body).map(({ name }) => name),
  transcriptIn: ({ input }) => (input as readonly Body[]).map((item) => JSON.stringify(item)),
}
