/** A prompt in the AI SDK's shapes. Pure, and by neighbours alone, so that two branches' prompts are the same up to where they part. */
import type { ContentBlock } from '#machines/events.js'
import type { Prompt } from '../model.js'
import { nameFor } from '../network-shapes.js'
import type { CallResult } from '../said.js'
import type { Tool } from '../tools.js'
import { asked, type PromptPart, type PromptTurn } from '../turns.js'
import type {
  AssistantPart,
  CallOptions,
  FilePart,
  PromptMessage,
  ProviderOptions,
  ToolResultPart,
  UserPart,
  WireTool,
} from './shapes.js'

export const wireTool = ({ name, description, inputSchema }: Tool): WireTool => ({
  type: 'function',
  name,
  description,
  inputSchema,
})

export const wireOutput = ({ isError, text }: Pick<CallResult, 'isError' | 'text'>): ToolResultPart['output'] => ({
  type: isError ? 'error-text' : 'text',
  value: text,
})

export const wireResult = (result: CallResult): ToolResultPart => ({
  type: 'tool-result',
  toolCallId: result.id,
  toolName: result.name,
  output: wireOutput(result),
})

/** Where a file is: in a data URL itself, or elsewhere. */
function fileData(url: string): FilePart['data'] | undefined {
  const [, inline] = /^data:[^,]*;base64,(.*)$/s.exec(url) ?? []
  if (inline !== undefined) return { type: 'data', data: inline }
  return URL.canParse(url) ? { type: 'url', url: new URL(url) } : undefined
}

/** A file as the SDK's chats send it; any other block says only that it is there. */
function blockPart({ type, mediaType, url, filename }: ContentBlock): FilePart | { type: 'text'; text: string } {
  const data = type === 'file' && typeof url === 'string' ? fileData(url) : undefined
  if (data === undefined || typeof mediaType !== 'string') {
    return { type: 'text', text: `[A part of the kind ${JSON.stringify(type ?? null)}, which is not shown here.]` }
  }
  return { type: 'file', data, mediaType, ...(typeof filename === 'string' && { filename }) }
}

/** The reasoning of a step, as this page wrote it down; another provider's thoughts say nothing to this one. */
function thoughtPart({ type, text, providerOptions }: ContentBlock): AssistantPart | undefined {
  if (type !== 'reasoning' || typeof text !== 'string') return undefined
  return { type, text, ...(providerOptions !== undefined && { providerOptions: providerOptions as ProviderOptions }) }
}

const isThought = ({ type }: ContentBlock): boolean => /^(reasoning|thinking|redacted_thinking)$/.test(String(type))

const userPart = (part: PromptPart): UserPart | undefined => {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  return part.kind === 'block' ? blockPart(part.block) : undefined
}

function assistantPart(part: PromptPart): AssistantPart | undefined {
  if (part.kind === 'block' && isThought(part.block)) return thoughtPart(part.block)
  if (part.kind !== 'call') return userPart(part)
  const input = typeof part.input === 'object' && part.input !== null && !Array.isArray(part.input) ? part.input : {}
  return { type: 'tool-call', toolCallId: nameFor(part.id), toolName: nameFor(part.name), input }
}

const resultPart = (result: CallResult): ToolResultPart =>
  wireResult({ ...result, id: nameFor(result.id), name: nameFor(result.name) })

const isThere = <T>(value: T | undefined): value is T => value !== undefined

/** The messages of a turn. Results go first, next to their calls, in a message of their own. */
function messagesOf({ role, parts }: PromptTurn): readonly PromptMessage[] {
  if (role === 'assistant') return [{ role, content: parts.map(assistantPart).filter(isThere) }]
  const results = parts.flatMap((part) => (part.kind === 'result' ? [resultPart(part)] : []))
  const said = parts.map(userPart).filter(isThere)
  return [
    ...(results.length > 0 ? [{ role: 'tool' as const, content: results }] : []),
    ...(said.length > 0 ? [{ role, content: said }] : []),
  ]
}

/** What a model is called with for a prompt; `system` is the caller's own, and goes first. */
export function callOptionsOf({ instructions, tools, turns }: Prompt, system?: string): CallOptions {
  const words = system === undefined ? instructions : `${system}\n\n${instructions}`
  return {
    prompt: [{ role: 'system', content: words }, ...asked(turns).flatMap(messagesOf)],
    ...(tools.length > 0 && { tools: tools.map(wireTool) }),
  }
}
