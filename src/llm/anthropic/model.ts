/** Anthropic's model as Colloquy asks one: streamed by the caller's own client, which also retries and keeps the key. */
import { type Finish, settled } from '../finish.js'
import type { Model, ModelRequest } from '../model.js'
import { itemsOf, textIn } from '../network-shapes.js'
import type { Said } from '../said.js'
import type { AnthropicClient } from './shapes.js'
import { StreamedMessage } from './stream.js'
import { type AnthropicPromptOptions, anthropicPrompt } from './wire.js'

export interface AnthropicModelOptions extends AnthropicPromptOptions {
  readonly client: AnthropicClient
  readonly model: string
  /** Tokens that one step may have; it is cut off there. */
  readonly maxTokens: number
  /** What else to send: `thinking`, `temperature`, `metadata` and the like; `tools` that the provider runs itself stand first. */
  readonly params?: { readonly [name: string]: unknown }
}

/** How often a step is gone on with that the provider paused for tools it runs itself. */
const pausesMax = 5

async function* pieces(options: AnthropicModelOptions, request: ModelRequest): AsyncGenerator<Said | Finish> {
  const { client, model, maxTokens, params } = options
  const { signal } = request
  const prompt = anthropicPrompt(request, options)
  // What was said before a pause goes back as one turn of the assistant's, for turns alternate.
  const begun: unknown[] = []
  const offered = [...itemsOf(params?.tools), ...(prompt.tools ?? [])]
  const tools = offered.length > 0 && { tools: offered }
  for (let pauses = 0; ; pauses++) {
    const messages = begun.length > 0 ? [...prompt.messages, { role: 'assistant', content: begun }] : prompt.messages
    const sent = { ...params, model, max_tokens: maxTokens, ...prompt, ...tools, messages, stream: true } as const
    const message = new StreamedMessage()
    for await (const event of await client.messages.create(sent, { signal })) {
      for (const piece of message.take(event)) {
        if (piece.kind !== 'finish' || message.stopReason !== 'pause_turn' || pauses === pausesMax) yield piece
      }
    }
    if (message.stopReason !== 'pause_turn' || pauses === pausesMax) return
    begun.push(...message.blocks.filter(({ type, text }) => type !== 'text' || textIn(text).trim() !== ''))
  }
}

/**
 * A model for `answer`, by Anthropic's SDK or what does as it does. Text comes as it is said; calls once the step is whole, so that
 * a step that was refused (`stop_reason: "refusal"`) or cut off ends nothing. A refusal without a word is `model-failed`.
 * @example answer({ conversations, model: anthropicModel({ client: new Anthropic(), model: 'claude-…', maxTokens: 1_024 }) }, place)
 */
export const anthropicModel =
  (options: AnthropicModelOptions): Model =>
  (request) =>
    settled(pieces(options, request))
