/** Prompts and answers as OpenAI's Responses API has them. The thread is ours: nothing is kept at the provider for a next step. */
import type { ContentBlock } from '#machines/events.js'
import type { Adapter } from '../adapter.js'
import { type Finish, finish, standingOf } from '../finish.js'
import type { Prompt } from '../model.js'
import { fieldsOf, inputIn, itemsOf, nameFor, textIn } from '../network-shapes.js'
import type { CallResult, Said } from '../said.js'
import type { Tool } from '../tools.js'
import { asked, type PromptPart, type PromptTurn } from '../turns.js'
import { adapterOf, type Wire } from '../wire.js'
import {
  argumentsOf,
  instructionsOf,
  type OpenAiPromptOptions,
  outputOf,
  parametersOf,
  stoppedBy,
  wordFor,
} from './prompting.js'
import type { FunctionCallOutput, ResponsesPrompt, ResponsesTool } from './shapes.js'

type Item = ResponsesPrompt['input'][number]
type Role = PromptTurn['role']

/** Parts of a user's message that the API takes; they go as they came, for what they hold is the caller's word. */
const usersOwn = new Set(['input_image', 'input_file', 'input_audio'])

function foreign(role: Role, block: ContentBlock): readonly Item[] {
  const type = textIn(block.type)
  if (role === 'user' && usersOwn.has(type)) return [{ role, content: [block] } as unknown as Item]
  // A thought that is not kept at the provider can be given back only as its sealed self.
  const isThought = type === 'reasoning' && typeof block.encrypted_content === 'string'
  if (role === 'assistant' && isThought) return [block as unknown as Item]
  const word = wordFor(role, block)
  return word === undefined ? [] : [{ role, content: word }]
}

function itemsFor(role: Role, part: PromptPart): readonly Item[] {
  switch (part.kind) {
    case 'text':
      return [{ role, content: part.text }]
    case 'call':
      return [
        {
          type: 'function_call',
          call_id: nameFor(part.id),
          name: nameFor(part.name),
          arguments: argumentsOf(part),
        },
      ]
    case 'result':
      return [outputItem(part)]
    case 'block':
      return foreign(role, part.block)
  }
}

const outputItem = (result: CallResult): FunctionCallOutput => ({
  type: 'function_call_output',
  call_id: nameFor(result.id),
  output: outputOf(result),
})

const toolOf = ({ name, description, inputSchema }: Tool): ResponsesTool => ({
  type: 'function',
  name,
  description,
  parameters: parametersOf(inputSchema),
  strict: false,
})

/** What to send for a prompt: one item for each part, so that what two branches share is the same to the byte. */
export const responsesPrompt = (prompt: Prompt, options: OpenAiPromptOptions): ResponsesPrompt => ({
  instructions: instructionsOf(prompt, options),
  input: asked(prompt.turns).flatMap(({ role, parts }) => parts.flatMap((part) => itemsFor(role, part))),
  tools: prompt.tools.map(toolOf),
})

type Fields = { readonly [field: string]: unknown }

/** What an item of an answer says. What a model says to decline is text like any other: it ends nothing. */
export function saidInItem(item: Fields): readonly Said[] {
  const { type, call_id: id, name, content } = item
  if (type === 'message')
    return itemsOf(content).map((part) => ({ kind: 'text', text: textIn(part.text) || textIn(part.refusal) }))
  if (type === 'function_call' && typeof id === 'string')
    return [{ kind: 'call', id, name: textIn(name), ...inputIn(item.arguments) }]
  return type === 'reasoning' ? [{ kind: 'block', block: item }] : []
}

/** How a response came to its end. */
export function finishOf(response: Fields): Finish {
  const status = textIn(response.status)
  if (status !== 'incomplete' && status !== 'failed' && status !== 'cancelled') return finish('whole', status)
  const reason = textIn(fieldsOf(response.incomplete_details).reason) || status
  return finish(status === 'incomplete' ? stoppedBy(reason) : 'refused', reason)
}

/** OpenAI's Responses API. */
export const responsesWire = (options: OpenAiPromptOptions = {}): Wire<ResponsesPrompt, FunctionCallOutput> => ({
  request: (prompt) => responsesPrompt(prompt, options),
  saidIn(response) {
    const fields = fieldsOf(response)
    return standingOf([...itemsOf(fields.output).flatMap(saidInItem), finishOf(fields)])
  },
  result: outputItem,
})

/**
 * Between threads and the Responses API, for those who call it themselves.
 * @example client.responses.create({ model, ...adapter.requestFor(view) })
 */
export const openAiResponsesAdapter = (
  options: OpenAiPromptOptions & { readonly tools?: readonly Tool[] } = {},
): Adapter<ResponsesPrompt, FunctionCallOutput> => adapterOf(responsesWire(options), options.tools)
