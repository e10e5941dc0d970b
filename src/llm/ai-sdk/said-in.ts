/** What a model of the AI SDK says, read into our own terms. It came over the network: it may be anything, and nothing here throws. */
import type { Said } from '../said.js'

type Fields = { readonly [field: string]: unknown }

export const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

/** The SDK writes a call's input as JSON text. What is none stays text, and is not understood later. */
function inputOf(input: unknown): unknown {
  if (typeof input !== 'string') return input
  if (input.trim() === '') return {}
  try {
    return JSON.parse(input)
  } catch {
    return input
  }
}

const textSaid = (text: unknown): Said | undefined => (typeof text === 'string' ? { kind: 'text', text } : undefined)

function callSaid({ toolCallId: id, toolName: name, input, providerExecuted }: Fields): Said | undefined {
  // What the provider ran itself is none of ours to answer.
  if (providerExecuted === true || typeof id !== 'string' || typeof name !== 'string') return undefined
  return { kind: 'call', id, name, input: inputOf(input) }
}

/** What one part of a result or of a stream says; `undefined` where it says nothing to us, as reasoning, sources and files do. */
export function saidOf(part: unknown): Said | undefined {
  const fields = fieldsOf(part)
  switch (fields.type) {
    case 'text':
      return textSaid(fields.text)
    case 'text-delta':
      return textSaid(fields.delta)
    case 'tool-call':
      return callSaid(fields)
    default:
      return undefined
  }
}

/** What a whole result says, in order. */
export function saidIn(result: unknown): readonly Said[] {
  const { content } = fieldsOf(result)
  return Array.isArray(content) ? content.map(saidOf).filter((said) => said !== undefined) : []
}

/** Whether a model finished otherwise than it meant to: what it said may be half of it. */
export function isBrokenOff(finishReason: unknown): boolean {
  const { unified } = fieldsOf(finishReason)
  return unified === 'error' || unified === 'interrupted'
}
