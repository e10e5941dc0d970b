/**
 * The shapes of `@anthropic-ai/sdk`, as far as they are needed, in types of our own: they fit the SDK's, which is never imported.
 * Lists are mutable because the SDK's are.
 */

export interface AnthropicText {
  type: 'text'
  text: string
  cache_control?: { type: 'ephemeral' }
}

export interface AnthropicToolUse {
  type: 'tool_use'
  id: string
  name: string
  input: unknown
}

export interface AnthropicToolResult {
  type: 'tool_result'
  tool_use_id: string
  content: string
  is_error: boolean
}

export interface AnthropicMessage {
  role: 'user' | 'assistant'
  content: (AnthropicText | AnthropicToolUse | AnthropicToolResult)[]
}

export interface AnthropicTool {
  name: string
  description: string
  input_schema: { type: 'object'; [keyword: string]: unknown }
}

/** What is sent, but for the model, its limit, and what else a caller sets. */
export interface AnthropicPrompt {
  /** The caller's own first, then the guidance. */
  system: AnthropicText[]
  messages: AnthropicMessage[]
  tools?: AnthropicTool[]
  tool_choice?: { type: 'none' }
  cache_control?: { type: 'ephemeral' }
}

/** The client, or whatever does as it does. */
export interface AnthropicClient {
  readonly messages: {
    create(
      params: {
        readonly model: string
        readonly max_tokens: number
        readonly messages: readonly unknown[]
        readonly stream: true
      },
      options: { readonly signal: AbortSignal },
    ): PromiseLike<AsyncIterable<unknown>>
  }
}
