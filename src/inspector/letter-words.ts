/** What can happen next, and what stands in the way of an end, in plain English. Words only: the rules are the machine's. */
import type { Ground, Veto } from '#machines/events.js'
import { letters } from '../lifecycle/alphabet.js'

const words: { readonly [letter: string]: string } = {
  'message.received': 'the user writes',
  'message.assessed(none)': 'the latest message is found harmless',
  'message.assessed(harmful)': 'the latest message is found harmful',
  'message.assessed(risk)': 'the latest message shows someone at risk',
  'message.assessed(none, not latest)': 'an earlier message is found harmless',
  'message.assessed(harmful, not latest)': 'an earlier message is found harmful',
  'message.assessed(risk, not latest)': 'an earlier message shows someone at risk',
  'assessment.failed': 'an assessment fails',
  'message.sent(reply)': 'the assistant replies',
  'message.sent(redirection)': 'the assistant redirects',
  'message.sent(warning)': 'the assistant warns',
  'message.sent(support)': 'the assistant supports',
  'message.sent(confirmation)': 'the assistant asks the user to confirm the end',
  'risk.flagged': 'risk is flagged',
  'risk.cleared(user)': 'the user clears the risk',
  'risk.cleared(assistant)': 'the assistant clears the risk',
  'risk.cleared(assessor)': 'the assessor clears the risk',
  'risk.cleared(operator)': 'an operator clears the risk',
  'risk.cleared(system)': 'the system clears the risk',
  'end.requested': 'the user asks to end',
  'end.confirmed': 'the user confirms the end',
  'end.withdrawn': 'the user no longer asks to end',
  'end.proposed': 'the assistant proposes to end',
  'end.declined': 'an end is declined',
  'thread.ended(persistent-harm)': 'the assistant ends the thread for persistent harm',
  'thread.ended(user-request)': 'the thread is ended as the user asked',
  'thread.forked(edit)': 'the user edits an earlier message',
  'thread.forked(retry)': 'the user has an answer tried anew',
  'feedback.given': 'the user gives feedback',
  'welfare.noted': 'welfare is noted',
  'content.erased': 'content is erased',
}

/** A letter of the alphabet in words. */
export const letterWords = (letter: number): string => {
  const name = letters[letter]?.name ?? ''
  return words[name] ?? name
}

const vetoTexts: { readonly [V in Veto]: string } = {
  'already-ended': 'The thread has ended already.',
  'risk-flagged': 'Someone may be at risk: nothing may end while risk is flagged.',
  'assessment-pending': 'The latest message has not been assessed, and doubt never ends a chat.',
  'redirections-remaining': 'Redirections remain to be tried.',
  'warning-not-given': 'The redirections have failed, but no warning has been given.',
  'warning-not-ignored': 'A warning was given and has not been ignored.',
  'not-requested': 'The user has not asked to end.',
  'not-asked': 'The user asked to end, and has not been asked to confirm it.',
  'not-confirmed': 'The user was asked to confirm the end, and has not.',
  'not-proposed': 'The assistant has not first proposed to end, as the policy demands.',
}

/** A veto in one sentence. */
export const vetoText = (veto: Veto): string => vetoTexts[veto]

/** A ground in words, to follow "an end". */
export const groundWords: { readonly [G in Ground]: string } = {
  'persistent-harm': 'for persistent harm',
  'user-request': 'as the user asked',
}
