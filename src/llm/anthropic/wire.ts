/** Prompts and answers as Anthropic's Messages API has them. It writes no prompt that the API refuses, whatever the thread holds. */
import type { ContentBlock } from '#machines/events.js'
import type { Adapter } from '../adapter.js'
import { type Finish, finish, standingOf } from '../finish.js'
import type { Prompt } from '../model.js'
import { fieldsOf, itemsOf, nameFor, textIn } from '../network-shapes.js'
import type { CallResult, Said } from '../said.js'
import type { Tool } from '../tools.js'
import { asked, type PromptPart, type PromptTurn } from '../turns.js'
import { adapterOf, type Wire } from '../wire.js'
import type { AnthropicMessage, AnthropicPrompt, AnthropicText, AnthropicTool, AnthropicToolResult } from './shapes.js'

export interface AnthropicPromptOptions {
  /** Your own system prompt: it comes first, and is the same to the byte whatever guidance says. */
  readonly system?: string
  /** Whether to mark your own system prompt, and the end of the messages, for prompt caching; false. */
  readonly cache?: boolean
}

type Block = AnthropicMessage['content'][number]
type Role = PromptTurn['role']

const ephemeral = { type: 'ephemeral' } as const
const text = (words: string): AnthropicText => ({ type: 'text', text: words })

/** A model's thoughts are for the provider that made them, and for no reader. */
const thoughts = new Set(['thinking', 'redacted_thinking', 'reasoning'])
const usersOwn = new Set(['image', 'document', 'search_result', 'container_upload'])
const modelsOwn = /^(thinking|redacted_thinking|server_tool_use|container_upload|\w+_tool_result)$/

function foreign(role: Role, block: ContentBlock): readonly Block[] {
  const type = textIn(block.type)
  const isKnown = role === 'user' ? usersOwn.has(type) : modelsOwn.test(type)
  // It goes back as it came: what it holds is the caller's word, or the provider's own.
  if (isKnown) return [block as unknown as Block]
  return role === 'assistant' && thoughts.has(type)
    ? []
    : [text(`[A block of type ${type || 'none'}, which cannot be shown here.]`)]
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function blocksOf(role: Role, part: PromptPart): readonly Block[] {
  switch (part.kind) {
    case 'text':
      return [text(part.text)]
    case 'call': {
      const { id, name, input } = part
      return [{ type: 'tool_use', id: nameFor(id), name: nameFor(name), input: isObject(input) ? input : {} }]
    }
    case 'result':
      return [resultBlock(part)]
    case 'block':
      return foreign(role, part.block)
  }
}

const resultBlock = ({ id, text: content, isError }: CallResult): AnthropicToolResult => ({
  type: 'tool_result',
  tool_use_id: nameFor(id),
  content,
  is_error: isError,
})

function messageOf({ role, parts }: PromptTurn): AnthropicMessage {
  const content = parts.flatMap((part) => blocksOf(role, part))
  return { role, content: content.length > 0 ? content : [text('[Nothing that can be shown here.]')] }
}

const toolOf = ({ name, description, inputSchema }: Tool): AnthropicTool => ({
  name,
  description,
  input_schema: { ...inputSchema, type: 'object' },
})

/** A prompt that has calls must define tools, though none is offered any more. */
const noTool: AnthropicTool = {
  name: 'none',
  description: 'There is no tool to call now.',
  input_schema: { type: 'object', properties: {}, additionalProperties: false },
}

function toolsOf({ tools, turns }: Prompt): Pick<AnthropicPrompt, 'tools' | 'tool_choice'> {
  if (tools.length > 0) return { tools: tools.map(toolOf) }
  const hasCalls = turns.some(({ parts }) => parts.some(({ kind }) => kind === 'call'))
  return hasCalls ? { tools: [noTool], tool_choice: { type: 'none' } } : {}
}

/** What to send for a prompt. */
export function anthropicPrompt(
  prompt: Prompt,
  { system = '', cache = false }: AnthropicPromptOptions,
): AnthropicPrompt {
  const own = system.trim() === '' ? [] : [{ ...text(system), ...(cache && { cache_control: ephemeral }) }]
  return {
    system: [...own, text(prompt.instructions)],
    messages: asked(prompt.turns).map(messageOf),
    ...toolsOf(prompt),
    ...(cache && { cache_control: ephemeral }),
  }
}

/** What a block of an answer says; blank text says nothing to a log, yet stands between words. */
export function saidInBlock(block: { readonly [field: string]: unknown }): Said | undefined {
  const { type, id, name, input } = block
  if (type === 'text') return { kind: 'text', text: textIn(block.text) }
  if (type === 'tool_use') return typeof id === 'string' ? { kind: 'call', id, name: textIn(name), input } : undefined
  return typeof type === 'string' && modelsOwn.test(type) ? { kind: 'block', block } : undefined
}

const limits = new Set(['max_tokens', 'model_context_window_exceeded'])

/** How a stop reason leaves the step. A refusal is the provider's word to us, not the model's to the user: it ends no chat. */
export function finishFor(stopReason: unknown): Finish {
  const word = textIn(stopReason)
  if (word === 'refusal') return finish('refused', word)
  return finish(limits.has(word) ? 'cut' : 'whole', word)
}

/** Anthropic's Messages API. */
export const anthropicWire = (options: AnthropicPromptOptions = {}): Wire<AnthropicPrompt, AnthropicToolResult> => ({
  request: (prompt) => anthropicPrompt(prompt, options),
  saidIn(response) {
    const { content, stop_reason: stopReason } = fieldsOf(response)
    const said = itemsOf(content).map(saidInBlock)
    return standingOf([...said.filter((one) => one !== undefined), finishFor(stopReason)])
  },
  result: resultBlock,
})

/**
 * Between threads and Anthropic's Messages API, for those who call it themselves.
 * @example client.messages.create({ model, max_tokens: 1_024, ...adapter.requestFor(view) })
 */
export const anthropicAdapter = (
  options: AnthropicPromptOptions & { readonly tools?: readonly Tool[] } = {},
): Adapter<AnthropicPrompt, AnthropicToolResult> => adapterOf(anthropicWire(options), options.tools)
