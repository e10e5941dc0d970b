/** A model of the AI SDK as `answer` asks one, and as an adapter. Nothing of the SDK is loaded: the model comes from the caller. */
import type { Adapter } from '../adapter.js'
import type { Model, ModelRequest } from '../model.js'
import type { Said } from '../said.js'
import type { Tool } from '../tools.js'
import { adapterOf, type Wire } from '../wire.js'
import { callOptionsOf, wireResult } from './prompt.js'
import { isBrokenOff, saidIn, saidOf } from './said-in.js'
import type { CallOptions, ProviderModel, StreamPart, ToolResultPart } from './shapes.js'
import { partsOf } from './streams.js'

export interface AiSdkModelOptions {
  /** A provider's model of the specification `v4`, such as `anthropic('…')`; not an id, for that would be asked of a gateway. */
  readonly model: Pick<ProviderModel, 'doStream'>
  /** Your own system prompt; guidance follows it. */
  readonly system?: string
  /** Anything else to call the model with: `maxOutputTokens`, `temperature`, `providerOptions`, … */
  readonly call?: Omit<CallOptions, 'prompt' | 'tools' | 'abortSignal'>
}

/** Throws what the stream says went wrong, for what is broken off must not be taken for whole. */
function checked(part: StreamPart): StreamPart {
  if (part.type === 'error') throw part.error
  if (part.type === 'finish' && isBrokenOff(part.finishReason)) throw new Error('the stream broke off')
  return part
}

async function* say({ model, system, call }: AiSdkModelOptions, request: ModelRequest): AsyncGenerator<Said> {
  const options = { ...call, ...callOptionsOf(request, system), abortSignal: request.signal }
  const { stream } = await model.doStream(options)
  for await (const part of partsOf(stream)) {
    const said = saidOf(checked(part))
    if (said) yield said
  }
}

/**
 * A model for `answer`, of any provider that the AI SDK has. What the stream reports as an error, or as broken off, is thrown, and
 * comes out of `answer` as `model-failed`.
 * @example answer({ conversations, model: aiSdkModel({ model: anthropic('…') }) }, { conversationId, threadId })
 */
export const aiSdkModel =
  (options: AiSdkModelOptions): Model =>
  (request) =>
    say(options, request)

/** How the AI SDK writes prompts, answers and results. */
export const aiSdkWire: Wire<CallOptions, ToolResultPart> = {
  request: (prompt) => callOptionsOf(prompt),
  saidIn,
  result: wireResult,
}

/** The adapter for those who call a provider's model themselves; `own` are the caller's tools. */
export const aiSdkAdapter = (own: readonly Tool[] = []): Adapter<CallOptions, ToolResultPart> =>
  adapterOf(aiSdkWire, own)
