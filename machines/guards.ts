/**
 * What the statechart's guards are made of: the events and counters they read, the states they ask after, and their
 * clauses as data, so that a proof can drop one at a time. The chart in `thread.machine.ts` puts them to use.
 */
import type { Actor, Ground, Harm, Policy, Purpose, RiskKind } from './events.js'

/** What the chart reads of a log event. Every event of SPEC §3 fits, `latest` added: is the message the thread's last by the user? */
export type ThreadEvent =
  | { readonly type: 'message.received' }
  | {
      readonly type: 'message.assessed'
      readonly data: { readonly harm: Harm; readonly risk: RiskKind | null }
      readonly latest: boolean
    }
  | { readonly type: 'assessment.failed' }
  | { readonly type: 'message.sent'; readonly data: { readonly purpose: Purpose } }
  | { readonly type: 'risk.flagged' }
  | { readonly type: 'risk.cleared'; readonly actor: Actor }
  | { readonly type: 'end.requested' }
  | { readonly type: 'end.confirmed' }
  | { readonly type: 'end.withdrawn' }
  | { readonly type: 'end.proposed' }
  | { readonly type: 'end.declined' }
  | { readonly type: 'thread.ended'; readonly data: { readonly ground: Ground } }
  | { readonly type: 'thread.forked'; readonly data: { readonly edit?: object } }
  | { readonly type: 'feedback.given' }
  | { readonly type: 'welfare.noted' }
  | { readonly type: 'content.erased' }

/** The counters of SPEC §4 and the policy that bounds them. */
export interface ThreadContext {
  readonly policy: Policy
  /** Redirections that failed, 0 to `policy.redirections`. */
  readonly failures: number
  /** Warnings that were ignored, 0 to `policy.warnings`. */
  readonly ignored: number
  /** Harmless assessments in a row, 0 to `policy.calmTurns`. */
  readonly calm: number
}

/** Why an event is not accepted: a code of SPEC §4, or `veto` for the first veto in the way. */
export type Refusal =
  | 'ended'
  | 'veto'
  | 'risk-flagged'
  | 'warning-not-due'
  | 'confirmation-not-due'
  | 'not-asked'
  | 'not-requested'
  | 'not-permitted'
  | 'risk-not-flagged'

/** States that guards ask after, written once, since a misspelt `stateIn` would compile and never hold. */
export const places = {
  ended: { lifecycle: 'ended' },
  riskClear: { risk: 'clear' },
  assessed: { assessment: 'current' },
  endRequested: { closing: 'requested' },
  endAsked: { closing: 'asked' },
  endConfirmed: { closing: 'confirmed' },
  endProposed: { closing: 'proposed' },
  warningsIgnored: { lifecycle: { warning: 'ignored' } },
} as const

/** Guards that hold when all the named ones hold: as data, so that a proof can drop one clause at a time. */
export const conjunctions = {
  showsRisk: ['isOpen', 'raisesRisk'],
  showsHarm: ['riskIsClear', 'isHarmful'],
  showsHarmAtTheLimit: ['riskIsClear', 'isHarmful', 'redirectionsExhausted'],
  showsHarmAfterLastRedirection: ['riskIsClear', 'isHarmful', 'wasLastRedirection'],
  showsHarmAfterLastWarning: ['riskIsClear', 'isHarmful', 'wasLastWarning'],
  showsCalm: ['isOpen', 'riskIsClear', 'isHarmless'],
  settlesAssessment: ['isOpen', 'isLatest'],
  mayWarn: ['isWarning', 'riskIsClear'],
  asksToConfirm: ['isOpen', 'isConfirmation'],
  confirmsWhenDue: ['isConfirmation', 'confirmationIsDue'],
  mayRequestEnd: ['isOpen', 'userMayEnd', 'riskIsClear'],
  mayProposeEnd: ['handshakeIsOn', 'riskIsClear', 'isAssessed', 'warningsAreIgnored'],
  mayEndForHarm: ['onPersistentHarm', 'riskIsClear', 'isAssessed', 'isProposedIfNeeded'],
  mayEndAsAsked: ['isOpen', 'onUserRequest', 'riskIsClear', 'isAssessed', 'endIsConfirmed'],
  isFork: ['isOpen', 'isEdit'],
  warnsAtRisk: ['isWarning', 'riskIsFlagged'],
} as const

const isAssessment = (event: ThreadEvent) => event.type === 'message.assessed'
const purposeOf = (event: ThreadEvent) => (event.type === 'message.sent' ? event.data.purpose : undefined)
const groundOf = (event: ThreadEvent) => (event.type === 'thread.ended' ? event.data.ground : undefined)

interface Facts {
  readonly context: ThreadContext
  readonly event: ThreadEvent
}

/** The clauses that look at the event, the counters or the policy; those that look at a state are in the chart. */
export const predicates = {
  // What the event says.
  raisesRisk: ({ event }: Facts) => isAssessment(event) && event.data.risk !== null,
  isHarmful: ({ event }: Facts) => isAssessment(event) && event.data.risk === null && event.data.harm === 'harmful',
  isHarmless: ({ event }: Facts) => isAssessment(event) && event.data.risk === null && event.data.harm === 'none',
  isLatest: ({ event }: Facts) => isAssessment(event) && event.latest,
  isRedirection: ({ event }: Facts) => purposeOf(event) === 'redirection',
  isWarning: ({ event }: Facts) => purposeOf(event) === 'warning',
  isConfirmation: ({ event }: Facts) => purposeOf(event) === 'confirmation',
  isPlain: ({ event }: Facts) => ['reply', 'redirection', 'support'].includes(purposeOf(event) ?? ''),
  isEdit: ({ event }: Facts) => event.type === 'thread.forked' && event.data.edit !== undefined,
  onPersistentHarm: ({ event }: Facts) => groundOf(event) === 'persistent-harm',
  onUserRequest: ({ event }: Facts) => groundOf(event) === 'user-request',
  // What the counters and the policy say.
  redirectionsExhausted: ({ context }: Facts) => context.failures >= context.policy.redirections,
  wasLastRedirection: ({ context }: Facts) => context.failures + 1 >= context.policy.redirections,
  wasLastWarning: ({ context }: Facts) => context.ignored + 1 >= context.policy.warnings,
  handshakeIsOn: ({ context }: Facts) => context.policy.handshake,
  userMayEnd: ({ context }: Facts) => context.policy.userMayEnd,
  mayClearRisk: ({ context, event }: Facts) =>
    event.type === 'risk.cleared' && context.policy.riskClearedBy.some((kind) => kind === event.actor.kind),
}
