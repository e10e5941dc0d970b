/** Events, states and refusals in plain words, one line each: how stories, counterexamples and differences are told. */
import { actorMay, type Ground, type LifecycleEvent, type Policy, type Veto } from '#machines/events.js'
import type { ThreadState } from '../lifecycle/thread-state.js'

const policyWords = ({ redirections, warnings, calmTurns, handshake, userMayEnd, riskClearedBy }: Policy): string =>
  [
    `${redirections} redirections`,
    `${warnings} warnings`,
    `${calmTurns} calm turns`,
    ...(handshake ? ['handshake'] : []),
    ...(userMayEnd ? [] : ['the user may not end']),
    `risk cleared by ${riskClearedBy.join(' or ')}`,
  ].join(', ')

function finding({ harm, risk }: { readonly harm: string; readonly risk: string | null }): string {
  if (risk !== null) return `shows risk (${risk})`
  return harm === 'none' ? 'is found harmless' : 'is found harmful'
}

function forkWords({ data }: Extract<LifecycleEvent, { type: 'thread.forked' }>): string {
  const { threadId, from, edit } = data
  const cut = `the user cuts ${from.threadId} at ${from.messageId}`
  return edit
    ? `${cut} and says ${edit.messageId} instead, on ${threadId}`
    : `${cut} for another answer, on ${threadId}`
}

const on = (threadId: string | undefined): string => (threadId === undefined ? '' : ` on ${threadId}`)

function deedOf(event: LifecycleEvent): string {
  switch (event.type) {
    case 'conversation.opened':
      return `the conversation opens with ${event.data.threadId} (${policyWords(event.data.policy)})`
    case 'message.received':
      return `the user says ${event.data.messageId}${on(event.data.threadId)}`
    case 'message.assessed':
      return `${event.data.messageId} ${finding(event.data)}${on(event.data.threadId)}`
    case 'assessment.failed':
      return `the assessment of ${event.data.messageId} fails${on(event.data.threadId)}`
    case 'message.sent':
      return `the assistant says ${event.data.messageId} (${event.data.purpose})${on(event.data.threadId)}`
    case 'risk.flagged':
      return `risk is flagged: ${event.data.kind}${on(event.data.threadId)}`
    case 'risk.cleared':
      return `the ${event.actor.kind} clears the risk`
    case 'thread.forked':
      return forkWords(event)
    case 'thread.ended':
      return `the ${event.actor.kind} ends ${event.data.threadId} (${event.data.ground})`
    case 'content.erased':
      return `the content of ${event.data.messageIds.join(', ') || 'nothing'} is erased`
    case 'end.declined':
      return `an end of ${event.data.threadId} is declined: ${event.data.vetoes.join(', ') || 'no reason'}`
    default:
      return `${plainDeeds[event.type]}${on(event.data.threadId)}`
  }
}

const plainDeeds = {
  'end.requested': 'the user asks to end',
  'end.confirmed': 'the user confirms the end',
  'end.withdrawn': 'the user no longer asks to end',
  'end.proposed': 'the assistant proposes to end',
  'feedback.given': 'the user gives feedback',
  'welfare.noted': 'a sign of distress is noted',
} as const

/** What an event says, its content left out; names who said it where they may not. */
export const eventWords = (event: LifecycleEvent): string =>
  actorMay(event) ? deedOf(event) : `${deedOf(event)}, says the ${event.actor.kind}`

/** How a thread stands: `redirecting.due · unassessed · 1 of 3 redirections failed`. */
export function stateWords(state: ThreadState, policy: Policy): string {
  const { lifecycle, risk, assessment, closing, failures, ignored, calm } = state
  return [
    lifecycle,
    ...(risk === 'flagged' ? ['at risk'] : []),
    ...(assessment === 'pending' ? ['unassessed'] : []),
    ...(closing === 'none' ? [] : [`end ${closing}`]),
    ...(failures > 0 ? [`${failures} of ${policy.redirections} redirections failed`] : []),
    ...(ignored > 0 ? [`${ignored} of ${policy.warnings} warnings ignored`] : []),
    ...(calm > 0 ? [`${calm} of ${policy.calmTurns} calm turns`] : []),
  ].join(' · ')
}

/** What stands in the way of an end, one line a ground. */
export const vetoWords = (vetoes: { readonly [G in Ground]: readonly Veto[] }): readonly string[] =>
  (['persistent-harm', 'user-request'] as const).map((ground) =>
    vetoes[ground].length === 0 ? `may end on ${ground}` : `no end on ${ground}: ${vetoes[ground].join(', ')}`,
  )

/** Events as numbered lines. */
export const logWords = (events: readonly LifecycleEvent[]): readonly string[] =>
  events.map((event, place) => `${String(place + 1).padStart(3)}. ${eventWords(event)}`)
