/** `colloquy/llm/openai`: OpenAI's Responses and Chat Completions. It loads no SDK; the caller brings the client. */
export type { OpenAiChatOptions } from './chat-model.js'
export { openAiChat } from './chat-model.js'
export { chatWire, openAiChatAdapter } from './chat-wire.js'
export type { OpenAiPromptOptions } from './prompting.js'
export type { OpenAiResponsesOptions } from './responses-model.js'
export { openAiResponses } from './responses-model.js'
export { openAiResponsesAdapter, responsesWire } from './responses-wire.js'
export type * from './shapes.js'
