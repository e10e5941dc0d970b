/** Why the machine said no, for those who meet the codes for the first time. */
import type { Veto } from '#machines/events.js'
import type { Refused } from '../../conversations/journal.js'

const vetoWords: { readonly [V in Veto]: string } = {
  'already-ended': 'the thread has ended',
  'risk-flagged': 'the person may be at risk',
  'assessment-pending': 'what the user said last has not been assessed',
  'redirections-remaining': 'too few redirections have been tried and failed',
  'warning-not-given': 'the warning has not been given',
  'warning-not-ignored': 'the user has not had a last chance since the warning',
  'not-requested': 'the user has not asked for an end',
  'not-asked': 'the user has not been asked to confirm',
  'not-confirmed': 'the user has not confirmed',
  'not-proposed': 'the end has not been proposed',
}

const codeWords: { readonly [code: string]: string } = {
  ended: 'the thread has ended, and nothing is written after an end',
  'risk-flagged': 'nobody who may be at risk is warned',
  'warning-not-due': 'no warning before the redirections have failed',
}

/** A refusal in words, first the codes. */
export function refusalWords(refused: Refused): readonly string[] {
  const vetoes = refused.kind === 'rejection' ? refused.vetoes : undefined
  if (!vetoes) return [`refused: ${refused.code}`, `(${codeWords[refused.code] ?? refused.message})`]
  return [`refused: ${vetoes.join(', ')}`, `(${vetoes.map((veto) => vetoWords[veto]).join('; ')})`]
}
