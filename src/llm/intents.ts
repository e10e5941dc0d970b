/**
 * What a model's step asks for. The first end call that can be understood is heard, and nothing after it: neither text, for
 * nothing is written after an end, nor a second call, for a handshake in one breath would be none.
 */
import type { Purpose } from '#machines/events.js'
import type { Guidance } from '../lifecycle/guidance.js'
import type { Intent } from './adapter.js'
import { isCall, type Said, type SaidCall, textOf } from './said.js'
import { type EndCall, endCallOf, endToolName, type Mark, markOf, markToolName } from './tools.js'

/** Whether this is the call of an end that can be understood. */
export const isEndCall = (said: Said): said is SaidCall =>
  isCall(said) && said.name === endToolName && endCallOf(said.input) !== undefined

/** The end call that is heard of a step, if there is one. */
export const heardEndCall = (step: readonly Said[]): SaidCall | undefined => step.find(isEndCall)

/** What was said before the end call that is heard; all of it, if there is none. */
export function heardOf(step: readonly Said[]): readonly Said[] {
  const cut = step.findIndex(isEndCall)
  return cut < 0 ? step : step.slice(0, cut)
}

/** What the model says of its message: the first word on it that can be understood. */
export function markIn(step: readonly Said[]): Mark | undefined {
  const calls = step.filter(isCall).filter(({ name }) => name === markToolName)
  return calls.map(({ input }) => markOf(input)).find((mark) => mark !== undefined)
}

const plain: { readonly purpose: Purpose } = { purpose: 'reply' }

/** The message of a step, if it says anything; marked as the model says, and else as a reply. */
function messageIntents(heard: readonly Said[], mark: Mark = plain): readonly Intent[] {
  const content = textOf(heard).toWellFormed()
  return content.trim() === '' ? [] : [{ order: 'send', content, ...mark }]
}

/** What an end call orders. Under a handshake the first is a proposal; whether it is due, the machine says. */
function endIntent({ ground, reason }: EndCall, { endTool }: Guidance): Intent {
  const isProposal = endTool === 'propose' && ground === 'persistent-harm'
  return isProposal ? { order: 'proposeEnd', reason } : { order: 'end', ground, reason }
}

/**
 * What a step asks for, in order: a message, an end, both, or nothing.
 * @param remembered what an earlier step of the same answer said of the message to come
 */
export function intentsOf(step: readonly Said[], guidance: Guidance, remembered?: Mark): readonly Intent[] {
  const heard = heardOf(step)
  const call = endCallOf(heardEndCall(step)?.input)
  return [...messageIntents(heard, markIn(heard) ?? remembered), ...(call ? [endIntent(call, guidance)] : [])]
}
