/**
 * The shapes of `openai`, as far as they are needed, in types of our own: they fit the SDK's, which is never imported. Lists
 * are mutable because the SDK's are.
 */

export interface ResponsesMessage {
  role: 'user' | 'assistant'
  content: string
}

export interface FunctionCall {
  type: 'function_call'
  call_id: string
  name: string
  arguments: string
}

export interface FunctionCallOutput {
  type: 'function_call_output'
  call_id: string
  output: string
}

export interface ResponsesTool {
  type: 'function'
  name: string
  description: string
  parameters: { [keyword: string]: unknown }
  strict: boolean
}

/** What is sent to the Responses API, but for the model and what else a caller sets. */
export interface ResponsesPrompt {
  /** The caller's own first, then the guidance. */
  instructions: string
  input: (ResponsesMessage | FunctionCall | FunctionCallOutput)[]
  tools: ResponsesTool[]
}

export interface ChatTool {
  type: 'function'
  function: { name: string; description: string; parameters: { [keyword: string]: unknown } }
}

export interface ChatToolCall {
  type: 'function'
  id: string
  function: { name: string; arguments: string }
}

export interface ChatToolMessage {
  role: 'tool'
  tool_call_id: string
  content: string
}

export type ChatMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: ChatToolCall[] }
  | ChatToolMessage

/** What is sent to Chat Completions, but for the model and what else a caller sets. */
export interface ChatPrompt {
  messages: ChatMessage[]
  tools?: ChatTool[]
}

interface Sent {
  readonly model?: unknown
  readonly stream: true
}

type Streams<Params> = {
  create(params: Params & Sent, options: { readonly signal: AbortSignal }): PromiseLike<AsyncIterable<unknown>>
}

/** The client, or whatever does as it does. */
export interface ResponsesClient {
  readonly responses: Streams<{ readonly instructions?: unknown; readonly input?: unknown }>
}

/** The client, or whatever does as it does: many servers speak this. */
export interface ChatClient {
  readonly chat: { readonly completions: Streams<{ readonly messages: readonly unknown[] }> }
}
