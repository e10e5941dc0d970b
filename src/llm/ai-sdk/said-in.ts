/** What a model of the AI SDK says, read into our own terms. It came over the network: it may be anything, and nothing here throws. */
import { type Finish, finish, standingOf } from '../finish.js'
import { fieldsOf, inputIn, itemsOf, textIn } from '../network-shapes.js'
import type { Said } from '../said.js'

type Fields = { readonly [field: string]: unknown }

const textSaid = (text: unknown): Said | undefined => (typeof text === 'string' ? { kind: 'text', text } : undefined)

/** The SDK writes a call's input as JSON text. */
function callSaid({ toolCallId: id, toolName: name, input, providerExecuted }: Fields): Said | undefined {
  // What the provider ran itself is none of ours to answer.
  if (providerExecuted === true || typeof id !== 'string' || typeof name !== 'string') return undefined
  return { kind: 'call', id, name, ...(typeof input === 'string' ? inputIn(input) : { input }) }
}

/** A model's thought: providers that sign them want them back with the results of the calls in the same step. */
export const thoughtSaid = (text: unknown, providerOptions: unknown): Said => ({
  kind: 'block',
  block: { type: 'reasoning', text: textIn(text), ...(providerOptions !== undefined && { providerOptions }) },
})

/** What one part of a result or of a stream says; `undefined` where it says nothing to us, as sources and files do. */
export function saidOf(part: unknown): Said | undefined {
  const fields = fieldsOf(part)
  switch (fields.type) {
    case 'text':
      return textSaid(fields.text)
    case 'text-delta':
      return textSaid(fields.delta)
    case 'reasoning':
      return thoughtSaid(fields.text, fields.providerMetadata)
    case 'tool-call':
      return callSaid(fields)
    default:
      return undefined
  }
}

/** How a step came to its end. What failed on the way is as good as refused: it was perhaps about to say otherwise. */
export function finishOf(finishReason: unknown): Finish {
  const { unified } = fieldsOf(finishReason)
  const word = textIn(unified)
  if (word === 'length') return finish('cut', word)
  const isRefused = word === 'content-filter' || word === 'error' || word === 'interrupted'
  return finish(isRefused ? 'refused' : 'whole', word)
}

/** What stands of a whole result, in order. */
export function saidIn(result: unknown): readonly Said[] {
  const { content, finishReason } = fieldsOf(result)
  const said = itemsOf(content).map(saidOf)
  return standingOf([...said.filter((one) => one !== undefined), finishOf(finishReason)])
}
