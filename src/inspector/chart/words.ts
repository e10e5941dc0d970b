/**
 * The chart in words: a few for a label in the picture, a sentence for whoever asks. The one place where guards, actions
 * and refusals are put into English; a test holds that none is without. It must decide nothing.
 */

/** What a guard is called on a label, and what it asks. */
export interface GuardWords {
  /** A few words under the event's name; empty where the label is clear without, since open threads are the rule. */
  readonly label: string
  /** What must hold, to be read after "if". */
  readonly full: string
}

const plain = (full: string): GuardWords => ({ label: full, full })

/** Every guard of the chart, by its name there. */
export const guardWords: { readonly [guard: string]: GuardWords } = {
  isEnded: plain('the thread has ended'),
  isOpen: { label: '', full: 'the thread has not ended' },
  riskIsClear: plain('no risk is flagged'),
  riskIsFlagged: plain('a risk is flagged'),
  isAssessed: plain('the latest user message has been assessed'),
  endIsConfirmed: plain('the user has confirmed the end'),
  confirmationIsDue: plain('the user asked to end and has not confirmed yet'),
  warningsAreIgnored: plain('every warning was ignored'),
  isProposedIfNeeded: plain('the end was proposed, or the policy asks for no handshake'),
  handshakeIsOff: plain('the policy asks for no handshake'),
  handshakeIsOn: plain('the policy asks for a handshake'),
  userMayEnd: plain('the policy lets users end'),
  userMayNotEnd: plain('the policy does not let users end'),
  mayClearRisk: { label: 'by who may', full: 'the policy counts the word of whoever clears it' },
  mayNotClearRisk: plain('the policy does not count the word of whoever clears it'),
  raisesRisk: plain('the assessment finds a risk'),
  isHarmful: plain('the assessment finds harm and no risk'),
  isHarmless: plain('the assessment finds neither harm nor risk'),
  isLatest: plain('the message is the latest of the user'),
  isRedirection: { label: 'redirection', full: 'the message is a redirection' },
  isWarning: plain('the message is a warning'),
  isConfirmation: plain('the message asks to confirm the end'),
  isPlain: plain('the message is a reply, a redirection or support'),
  isEdit: plain('the fork edits a message'),
  onPersistentHarm: plain('the ground is persistent harm'),
  onUserRequest: plain("the ground is the user's request"),
  redirectionsExhausted: plain('every redirection has failed'),
  wasLastRedirection: plain('this was the last redirection'),
  wasLastWarning: plain('this was the last warning'),
  showsRisk: { label: 'risk', full: 'the thread has not ended, and the assessment finds a risk' },
  showsHarm: { label: 'harm', full: 'no risk is flagged, and the assessment finds harm' },
  showsHarmAtTheLimit: {
    label: 'harm, all failed',
    full: 'no risk is flagged, the assessment finds harm, and every redirection has failed',
  },
  showsHarmAfterLastRedirection: {
    label: 'harm, was last',
    full: 'no risk is flagged, the assessment finds harm, and this was the last redirection',
  },
  showsHarmAfterLastWarning: {
    label: 'harm, was last',
    full: 'no risk is flagged, the assessment finds harm, and this was the last warning',
  },
  showsCalm: {
    label: 'no harm',
    full: 'the thread has not ended, no risk is flagged, and the assessment finds neither harm nor risk',
  },
  settlesAssessment: { label: 'latest', full: 'the thread has not ended, and the message is the latest of the user' },
  mayWarn: { label: 'warning', full: 'the message is a warning, and no risk is flagged' },
  asksToConfirm: { label: 'confirmation', full: 'the thread has not ended, and the message asks to confirm the end' },
  confirmsWhenDue: plain('the message asks to confirm the end, and the user asked for it'),
  speaksWithinRules: {
    label: 'no warning',
    full: 'the message is a reply, a redirection or support, or asks to confirm the end that the user asked for',
  },
  mayRequestEnd: {
    label: 'no risk',
    full: 'the thread has not ended, the policy lets users end, and no risk is flagged',
  },
  mayProposeEnd: {
    label: 'no veto',
    full: 'the policy asks for a handshake, no risk is flagged, the latest user message has been assessed, and every warning was ignored',
  },
  mayEndForHarm: {
    label: 'for harm',
    full: 'the ground is persistent harm, no risk is flagged, the latest user message has been assessed, and the end was proposed if the policy asks for it',
  },
  mayEndAsAsked: {
    label: 'as the user asked',
    full: "the thread has not ended, the ground is the user's request, no risk is flagged, the latest user message has been assessed, and the user has confirmed the end",
  },
  isFork: { label: 'edit', full: 'the thread has not ended, and the fork edits a message' },
  warnsAtRisk: plain('the message is a warning, and a risk is flagged'),
}

/** Every action of the chart: what it does to the counters. */
export const actionWords: { readonly [action: string]: string } = {
  accept: 'nothing changes',
  noteHarm: 'calm turns begin anew',
  countFailure: 'one more failed redirection; calm turns begin anew',
  countIgnored: 'one more ignored warning; calm turns begin anew',
  countCalm: 'ignored warnings are forgotten; one more calm turn, and enough of them forget the failed redirections',
  forgetHarm: 'all counters begin anew',
  forgetWarnings: 'ignored warnings are forgotten',
}

/** Every code with which the chart refuses. */
export const refusalWords: { readonly [code: string]: string } = {
  ended: 'the thread has ended',
  veto: 'a veto stands; the first is named',
  'risk-flagged': 'a risk is flagged',
  'warning-not-due': 'no warning is due',
  'confirmation-not-due': 'the user has not asked to end',
  'not-asked': 'the user was not asked to confirm',
  'not-requested': 'the user has not asked to end',
  'not-permitted': 'the policy does not permit it',
  'risk-not-flagged': 'no risk is flagged',
}

/** An event as labels have it: messages and threads are what the chart is about, and `assessed` is said of nothing else. */
export const labelEvent = (event: string): string => event.replace(/^(message|thread)\./, '')

/** A guard's words; of one that has none, its name, so that a picture of another chart can still be drawn. */
export const guardIn = (guard: string | null): GuardWords =>
  guard === null ? { label: '', full: '' } : (guardWords[guard] ?? plain(guard))

/** What the actions do, in words; empty if nothing. */
export const actionsIn = (actions: readonly string[]): string =>
  actions
    .filter((action) => action !== 'accept')
    .map((action) => actionWords[action] ?? action)
    .join('; ')

/** A transition in one sentence, for whoever points at it. */
export function transitionSentence(step: {
  readonly event: string
  readonly guard: string | null
  readonly actions: readonly string[]
}): string {
  const { full } = guardIn(step.guard)
  const done = actionsIn(step.actions)
  return `${step.event}${full === '' ? '' : `, if ${full}`}${done === '' ? '' : `. Then: ${done}`}`
}
