/** `colloquy/llm/anthropic`: Anthropic's Messages API. It loads no SDK; the caller brings the client. */
export type { AnthropicModelOptions } from './model.js'
export { anthropicModel } from './model.js'
export type * from './shapes.js'
export type { AnthropicPromptOptions } from './wire.js'
export { anthropicAdapter, anthropicWire } from './wire.js'
