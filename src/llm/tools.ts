/**
 * The two tools that a model is offered, made from guidance: one to ask for an end, only while one is open; one to say what
 * its message is, only when guidance asks for more than a reply. While someone may be at risk neither speaks of an end,
 * for what is not offered is not spoken of (SPEC R5). They decide nothing: a call is an order like any other.
 */
import type { Ground, Purpose, Warning } from '#machines/events.js'
import type { EndTool, Guidance } from '../lifecycle/guidance.js'
import { fieldsOf } from './network-shapes.js'

/** A tool as every provider can be told of it: a name, words, and a JSON schema for its input. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly inputSchema: { readonly [key: string]: unknown }
}

export const endToolName = 'end_conversation'
export const markToolName = 'mark_message'
/** Longer reasons are cut, not refused: the log must stay readable. */
export const reasonCharsMax = 2_000

/** The schema of an object without other fields, all of them required. */
const objectOf = (properties: { readonly [field: string]: object }) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})
const sentence = (description: string) => ({ type: 'string', minLength: 1, maxLength: reasonCharsMax, description })

const endWords: { readonly [T in Exclude<EndTool, 'none'>]: string } = {
  propose:
    'Proposes to end this conversation, as a last resort. It is not over yet: a second call, with no message of the user between, ends it.',
  end: 'Ends this conversation for good. Only as a last resort, or because the user confirmed their own wish to end.',
}

function endTool({ endTool: may, grounds }: Guidance): readonly Tool[] {
  if (may === 'none') return []
  const open: readonly Ground[] = may === 'propose' ? ['persistent-harm'] : grounds
  const ground = { type: 'string', enum: open, description: 'On what ground.' }
  const reason = sentence('Why, in a sentence or two, for those who will read the log.')
  return [{ name: endToolName, description: endWords[may], inputSchema: objectOf({ ground, reason }) }]
}

const markWords: { readonly [P in Purpose]?: string } = {
  redirection: 'Says that the message you are writing declines what was harmful and offers a constructive way on.',
  warning: 'Says that the message you are writing is the warning that you were asked to give, and what it names.',
  support: 'Says that the message you are writing supports the person.',
  confirmation: 'Says that the message you are writing asks the user to confirm their wish.',
}

const warned = {
  behavior: sentence('The behaviour that the message names.'),
  alternative: sentence('The productive alternative that the message offers.'),
}

function markTool({ purpose }: Guidance): readonly Tool[] {
  const description = markWords[purpose]
  if (description === undefined) return []
  const fields = { purpose: { type: 'string', enum: [purpose] }, ...(purpose === 'warning' && warned) }
  const how = 'Write the message itself as text, in the same answer.'
  return [{ name: markToolName, description: `${description} ${how}`, inputSchema: objectOf(fields) }]
}

/** The tools to offer the model in this state; often none. */
export const toolsFor = (guidance: Guidance): readonly Tool[] => [...markTool(guidance), ...endTool(guidance)]

export interface EndCall {
  readonly ground: Ground
  readonly reason: string
}

/** What a model says of its own message. */
export interface Mark {
  readonly purpose: Purpose
  readonly warning?: Warning
}

/** What would be lost on its way to a log is replaced; blank text is none. */
function textIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined
  return value.slice(0, reasonCharsMax).toWellFormed()
}

/** What a call of the end tool asks for; `undefined` where ground or reason is missing, so that no empty call ends anything. */
export function endCallOf(input: unknown): EndCall | undefined {
  const { ground, reason: said } = fieldsOf(input)
  const reason = textIn(said)
  if (reason === undefined || (ground !== 'persistent-harm' && ground !== 'user-request')) return undefined
  return { ground, reason }
}

const isPurpose = (value: unknown): value is Purpose =>
  typeof value === 'string' && (Object.hasOwn(markWords, value) || value === 'reply')

/** What a call of the mark tool says; `undefined` where it cannot be understood, or a warning does not name both its parts. */
export function markOf(input: unknown): Mark | undefined {
  const { purpose, behavior: named, alternative: offered } = fieldsOf(input)
  if (!isPurpose(purpose)) return undefined
  if (purpose !== 'warning') return { purpose }
  const behavior = textIn(named)
  const alternative = textIn(offered)
  return behavior !== undefined && alternative !== undefined
    ? { purpose, warning: { behavior, alternative } }
    : undefined
}
