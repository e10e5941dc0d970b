/**
 * The AI SDK's own shapes, by the names under which we speak of them. Types alone: nothing of the SDK is loaded. All are read off
 * what `ai` itself exports, for its packages below need not be within reach of ours.
 */
import type { LanguageModelMiddleware, ToolSet } from 'ai'

type Transform = NonNullable<LanguageModelMiddleware['transformParams']>
/** A provider's model, as `openai('…')` or `anthropic('…')` makes it. */
export type ProviderModel = Parameters<Transform>[0]['model']
/** What a model is called with. */
export type CallOptions = Parameters<Transform>[0]['params']
export type PromptMessage = CallOptions['prompt'][number]
export type ProviderOptions = NonNullable<PromptMessage['providerOptions']>
export type WireTool = NonNullable<CallOptions['tools']>[number]
export type Generated = Awaited<ReturnType<ProviderModel['doGenerate']>>
export type GeneratedPart = Generated['content'][number]
export type Streamed = Awaited<ReturnType<ProviderModel['doStream']>>
export type StreamPart = Streamed['stream'] extends ReadableStream<infer Part> ? Part : never

type MessageOf<Role> = Extract<PromptMessage, { role: Role }>
export type UserPart = MessageOf<'user'>['content'][number]
export type AssistantPart = MessageOf<'assistant'>['content'][number]
export type ToolResultPart = Extract<MessageOf<'tool'>['content'][number], { type: 'tool-result' }>
export type FilePart = Extract<UserPart, { type: 'file' }>

/** A tool as `generateText` and `streamText` take it. */
export type SdkTool = ToolSet[string]
