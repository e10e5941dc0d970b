/**
 * An end that the model asked for on the user's own wish, once the user has approved it in the SDK's way. The approval is their
 * confirmation; whether the thread ends, the machine decides. Nothing but such a call is ever carried out here: messages come
 * from clients, and a client may claim any call.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Conversations } from '../../conversations.js'
import { orThrow, RefusedError } from '../../or-throw.js'
import type { Intent } from '../adapter.js'
import { carryOut, type Place } from '../carry-out.js'
import { fieldsOf } from '../network-shapes.js'
import { resultsOf } from '../results.js'
import type { CallResult, SaidCall } from '../said.js'
import { endCallOf, endToolName } from '../tools.js'

const partsIn = (messages: readonly unknown[]) =>
  messages.flatMap((message) => {
    const { role, content } = fieldsOf(message)
    return Array.isArray(content) ? content.map((part: unknown) => ({ role, ...fieldsOf(part) })) : []
  }) as readonly { readonly [field: string]: unknown }[]

/** Whether the user approved this call, by the messages that the SDK gives to a tool that it runs. */
export function isApproved(messages: readonly unknown[], callId: string): boolean {
  const parts = partsIn(messages)
  const asked = parts.filter(
    ({ role, type, toolCallId }) => role === 'assistant' && type === 'tool-approval-request' && toolCallId === callId,
  )
  return parts.some(
    ({ role, type, approved, approvalId }) =>
      role === 'tool' &&
      type === 'tool-approval-response' &&
      approved === true &&
      asked.some((request) => request.approvalId === approvalId),
  )
}

const notTheirs = 'Refused: only an end that the user wishes is theirs to approve. The conversation goes on.'

/** What comes of a call that the user approved. Throws a `RefusedError` where the store fails. */
export async function endApproved(conversations: Conversations, place: Place, call: SaidCall): Promise<CallResult> {
  const asked = endCallOf(call.input)
  if (asked?.ground !== 'user-request') return { id: call.id, name: endToolName, text: notTheirs, isError: true }
  const { commandId, actorId: _, ...where } = place
  const named = (what: string) => commandId !== undefined && { commandId: `${commandId}/${what}/${call.id}` }
  // Refused where they confirmed already, or never wished to end: which of the two, the machine tells at the end.
  const confirmed = await conversations.confirmEnd({ ...where, ...named('confirm') })
  if (isLeft(confirmed) && confirmed.left.kind === 'store') throw new RefusedError(confirmed.left)
  const end: Intent = { order: 'end', ...asked }
  const carried = orThrow(await carryOut(conversations, { ...place, ...named('end') }, [end]))
  const [result] = resultsOf([call], carried)
  return result ?? { id: call.id, name: endToolName, text: notTheirs, isError: true }
}
