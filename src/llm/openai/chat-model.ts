/** A model behind Chat Completions as Colloquy asks one: streamed by the caller's own client, which also retries and keeps the key. */
import { type Finish, settled } from '../finish.js'
import type { Model, ModelRequest } from '../model.js'
import { fieldsOf, itemsOf, textIn } from '../network-shapes.js'
import type { Said } from '../said.js'
import { chatPrompt, finishFor, saidInCall } from './chat-wire.js'
import type { OpenAiPromptOptions } from './prompting.js'
import type { ChatClient } from './shapes.js'

export interface OpenAiChatOptions extends OpenAiPromptOptions {
  readonly client: ChatClient
  readonly model: string
  /** What else to send: `max_completion_tokens`, `temperature` and the like. */
  readonly params?: { readonly [name: string]: unknown }
}

type Fields = { readonly [field: string]: unknown }

/** Calls in the making: their pieces come mixed, told apart by their place. */
class CallsInPieces {
  private readonly calls = new Map<unknown, { id: unknown; name: string; json: string }>()

  get isEmpty(): boolean {
    return this.calls.size === 0
  }

  add({ index, id, function: named }: Fields): void {
    const { name, arguments: json } = fieldsOf(named)
    const call = this.calls.get(index) ?? { id: undefined, name: '', json: '' }
    const whole = { id: id ?? call.id, name: call.name + textIn(name), json: call.json + textIn(json) }
    this.calls.set(index, whole)
  }

  said(): readonly Said[] {
    return [...this.calls.values()].flatMap(({ id, name, json }) =>
      saidInCall({ id, function: { name, arguments: json } }),
    )
  }
}

async function* pieces(
  { client, model, params, system = '' }: OpenAiChatOptions,
  request: ModelRequest,
): AsyncGenerator<Said | Finish> {
  const prompt = chatPrompt(request, { system })
  const sent = { ...params, model, ...prompt, stream: true } as const
  const calls = new CallsInPieces()
  let after = ''
  for await (const chunk of await client.chat.completions.create(sent, { signal: request.signal })) {
    const [choice = {}] = itemsOf(fieldsOf(chunk).choices)
    const { content, refusal, tool_calls: called } = fieldsOf(choice.delta)
    const text = textIn(content) || textIn(refusal)
    if (text !== '' && calls.isEmpty) yield { kind: 'text', text }
    else after += text
    for (const piece of itemsOf(called)) calls.add(piece)
    if (typeof choice.finish_reason !== 'string') continue
    yield* calls.said()
    if (after !== '') yield { kind: 'text', text: after }
    yield finishFor(choice.finish_reason)
  }
}

/**
 * A model for `answer`, by OpenAI's SDK or what does as it does. Text comes as it is said, words of refusal too; calls once
 * the answer is whole, so that one that was filtered or cut off ends nothing. Filtered without a word is `model-failed`.
 * @example answer({ conversations, model: openAiChat({ client: new OpenAI(), model: 'gpt-…' }) }, place)
 */
export const openAiChat =
  (options: OpenAiChatOptions): Model =>
  (request) =>
    settled(pieces(options, request))
