/** A model behind OpenAI's Responses API as Colloquy asks one: streamed by the caller's own client, which also retries and keeps the key. */
import { type Finish, settled } from '../finish.js'
import type { Model, ModelRequest } from '../model.js'
import { fieldsOf, itemsOf, textIn } from '../network-shapes.js'
import type { Said } from '../said.js'
import type { OpenAiPromptOptions } from './prompting.js'
import { finishOf, responsesPrompt, saidInItem } from './responses-wire.js'
import type { ResponsesClient } from './shapes.js'

export interface OpenAiResponsesOptions extends OpenAiPromptOptions {
  readonly client: ResponsesClient
  readonly model: string
  /** What else to send: `max_output_tokens`, `reasoning`, `include`, `store` (false unless you say so) and the like; `tools` that the provider runs itself stand first. */
  readonly params?: { readonly [name: string]: unknown }
}

/** What an event of the stream adds: text in pieces, all else once its item is whole. */
function piecesOf(event: unknown): readonly (Said | Finish)[] {
  const { type, delta, item, response } = fieldsOf(event)
  switch (type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return [{ kind: 'text', text: textIn(delta) }]
    case 'response.output_item.done':
      return saidInItem(fieldsOf(item)).filter(({ kind }) => kind !== 'text')
    case 'response.completed':
    case 'response.incomplete':
      return [finishOf(fieldsOf(response))]
    case 'response.failed':
    case 'error':
      throw new Error('the provider broke the answer off', { cause: event })
    default:
      return []
  }
}

async function* pieces(
  { client, model, params, system = '' }: OpenAiResponsesOptions,
  request: ModelRequest,
): AsyncGenerator<Said | Finish> {
  const prompt = responsesPrompt(request, { system })
  const tools = [...itemsOf(params?.tools), ...prompt.tools]
  const sent = { store: false, ...params, model, ...prompt, tools, stream: true } as const
  const events = await client.responses.create(sent, { signal: request.signal })
  for await (const event of events) yield* piecesOf(event)
}

/**
 * A model for `answer`, by OpenAI's SDK or what does as it does. Text comes as it is said, words of refusal too; calls once
 * the response is whole, so that one that was filtered or cut off ends nothing. Filtered without a word is `model-failed`.
 * @example answer({ conversations, model: openAiResponses({ client: new OpenAI(), model: 'gpt-…' }) }, place)
 */
export const openAiResponses =
  (options: OpenAiResponsesOptions): Model =>
  (request) =>
    settled(pieces(options, request))
