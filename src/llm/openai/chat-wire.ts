/** Prompts and answers as Chat Completions has them, OpenAI's and that of the many servers that speak it. */
import type { ContentBlock } from '#machines/events.js'
import type { Adapter } from '../adapter.js'
import { type Finish, finish, standingOf } from '../finish.js'
import type { Prompt } from '../model.js'
import { fieldsOf, inputIn, itemsOf, nameFor, textIn } from '../network-shapes.js'
import type { CallResult, Said, SaidCall } from '../said.js'
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
import type { ChatMessage, ChatPrompt, ChatTool, ChatToolCall, ChatToolMessage } from './shapes.js'

/** Parts of a user's message that the API takes; they go as they came, for what they hold is the caller's word. */
const usersOwn = new Set(['image_url', 'input_audio', 'file'])

const isText = (part: PromptPart) => part.kind === 'text'
const isCall = (part: PromptPart): part is SaidCall => part.kind === 'call'

const toolMessage = (result: CallResult): ChatToolMessage => ({
  role: 'tool',
  tool_call_id: nameFor(result.id),
  content: outputOf(result),
})

function userMessages(part: PromptPart): readonly ChatMessage[] {
  if (part.kind === 'result') return [toolMessage(part)]
  if (part.kind === 'text') return [{ role: 'user', content: part.text }]
  return part.kind === 'block' ? usersBlock(part.block) : []
}

function usersBlock(block: ContentBlock): readonly ChatMessage[] {
  if (usersOwn.has(textIn(block.type))) return [{ role: 'user', content: [block] } as unknown as ChatMessage]
  const word = wordFor('user', block)
  return word === undefined ? [] : [{ role: 'user', content: word }]
}

const toolCall = (call: SaidCall): ChatToolCall => ({
  type: 'function',
  id: nameFor(call.id),
  function: { name: nameFor(call.name), arguments: argumentsOf(call) },
})

/** One message for each text; the calls go with the last, as a server would have given them. */
function assistantMessages(parts: readonly PromptPart[]): readonly ChatMessage[] {
  const words = parts.flatMap((part) =>
    isText(part) ? [part.text] : part.kind === 'block' ? wordFor('assistant', part.block) : [],
  )
  const texts = words.filter((text) => text !== undefined)
  const calls = parts.filter(isCall).map(toolCall)
  const messages = texts.map((content): ChatMessage => ({ role: 'assistant', content }))
  if (calls.length === 0) return messages
  const last: ChatMessage = { role: 'assistant', content: texts.at(-1) ?? null, tool_calls: calls }
  return [...messages.slice(0, -1), last]
}

const messagesOf = ({ role, parts }: PromptTurn): readonly ChatMessage[] =>
  role === 'user' ? parts.flatMap(userMessages) : assistantMessages(parts)

const toolOf = ({ name, description, inputSchema }: Tool): ChatTool => ({
  type: 'function',
  function: { name, description, parameters: parametersOf(inputSchema) },
})

/** What to send for a prompt. */
export function chatPrompt(prompt: Prompt, options: OpenAiPromptOptions): ChatPrompt {
  const system: ChatMessage = { role: 'system', content: instructionsOf(prompt, options) }
  const tools = prompt.tools.map(toolOf)
  // An empty list of tools is refused.
  return { messages: [system, ...asked(prompt.turns).flatMap(messagesOf)], ...(tools.length > 0 && { tools }) }
}

/** A call, whole or put together from its pieces; one without an id cannot be answered, and is none. */
export function saidInCall(call: { readonly [field: string]: unknown }): readonly SaidCall[] {
  const { id, function: named } = call
  const { name, arguments: input } = fieldsOf(named)
  return typeof id === 'string' ? [{ kind: 'call', id, name: textIn(name), ...inputIn(input) }] : []
}

/** How a finish reason leaves the step. */
export function finishFor(reason: unknown): Finish {
  const word = textIn(reason)
  return finish(word === 'length' || word === 'content_filter' ? stoppedBy(word) : 'whole', word)
}

/** OpenAI's Chat Completions. */
export const chatWire = (options: OpenAiPromptOptions = {}): Wire<ChatPrompt, ChatToolMessage> => ({
  request: (prompt) => chatPrompt(prompt, options),
  saidIn(response) {
    const [choice = {}] = itemsOf(fieldsOf(response).choices)
    const message = fieldsOf(choice.message)
    const text: Said = { kind: 'text', text: textIn(message.content) || textIn(message.refusal) }
    return standingOf([text, ...itemsOf(message.tool_calls).flatMap(saidInCall), finishFor(choice.finish_reason)])
  },
  result: toolMessage,
})

/**
 * Between threads and Chat Completions, for those who call it themselves.
 * @example client.chat.completions.create({ model, ...adapter.requestFor(view) })
 */
export const openAiChatAdapter = (
  options: OpenAiPromptOptions & { readonly tools?: readonly Tool[] } = {},
): Adapter<ChatPrompt, ChatToolMessage> => adapterOf(chatWire(options), options.tools)
