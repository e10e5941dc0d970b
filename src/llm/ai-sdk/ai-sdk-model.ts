/** A model of the AI SDK as `answer` asks one, and as an adapter. Nothing of the SDK is loaded: the model comes from the caller. */
import type { Adapter } from '../adapter.js'
import { type Finish, settled } from '../finish.js'
import type { Model, ModelRequest } from '../model.js'
import type { Said } from '../said.js'
import type { Tool } from '../tools.js'
import { adapterOf, type Wire } from '../wire.js'
import { callOptionsOf, wireResult } from './prompt.js'
import { finishOf, saidIn, saidOf, thoughtSaid } from './said-in.js'
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

/** Thoughts come in pieces, told apart by their id. */
class Thoughts {
  private readonly texts = new Map<string, string>()

  /** A thought that is over. */
  hear(part: StreamPart): Said | undefined {
    if (part.type === 'reasoning-start') this.texts.set(part.id, '')
    if (part.type === 'reasoning-delta') this.texts.set(part.id, (this.texts.get(part.id) ?? '') + part.delta)
    return part.type === 'reasoning-end' ? thoughtSaid(this.texts.get(part.id), part.providerMetadata) : undefined
  }
}

/** A filter ends a step; a fault is thrown, for whoever asked must be told. */
function finished(finishReason: unknown): Finish {
  const end = finishOf(finishReason)
  if (end.word === 'error' || end.word === 'interrupted') throw new Error(`the stream broke off: ${end.word}`)
  return end
}

async function* pieces(
  { model, system, call }: AiSdkModelOptions,
  request: ModelRequest,
): AsyncGenerator<Said | Finish> {
  const options = { ...call, ...callOptionsOf(request, system), abortSignal: request.signal }
  const { stream } = await model.doStream(options)
  const thoughts = new Thoughts()
  for await (const part of partsOf(stream)) {
    if (part.type === 'error') throw part.error
    if (part.type === 'finish') yield finished(part.finishReason)
    const said = saidOf(part) ?? thoughts.hear(part)
    if (said) yield said
  }
}

/**
 * A model for `answer`, of any provider that the AI SDK has. What the stream reports as an error is thrown, and comes out of
 * `answer` as `model-failed`, as does a filtered answer without a word. Calls count once the step is whole.
 * @example answer({ conversations, model: aiSdkModel({ model: anthropic('…') }) }, { conversationId, threadId })
 */
export const aiSdkModel =
  (options: AiSdkModelOptions): Model =>
  (request) =>
    settled(pieces(options, request))

/** How the AI SDK writes prompts, answers and results. */
export const aiSdkWire: Wire<CallOptions, ToolResultPart> = {
  request: (prompt) => callOptionsOf(prompt),
  saidIn,
  result: wireResult,
}

/** The adapter for those who call a provider's model themselves; `own` are the caller's tools. */
export const aiSdkAdapter = (own: readonly Tool[] = []): Adapter<CallOptions, ToolResultPart> =>
  adapterOf(aiSdkWire, own)
