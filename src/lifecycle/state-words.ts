/** A thread's state in plain words, the same as in the documents, so that they can be looked up. It never paints. */
import type { Policy } from '#machines/events.js'
import type { ThreadState } from './thread-state.js'

/** One word of a state, and which part of it that word tells. */
export interface StatePart {
  readonly kind: 'lifecycle' | 'risk' | 'assessment' | 'closing'
  readonly word: string
}

/** The words of a state; nothing is said of what is as it should be. */
export function statePartsOf({ lifecycle, risk, assessment, closing }: ThreadState): readonly StatePart[] {
  return [
    { kind: 'lifecycle', word: lifecycle },
    ...(risk === 'flagged' ? [{ kind: 'risk', word: 'at risk' } as const] : []),
    ...(assessment === 'pending' ? [{ kind: 'assessment', word: 'unassessed' } as const] : []),
    ...(closing === 'none' ? [] : [{ kind: 'closing', word: `end ${closing}` } as const]),
  ]
}

/** `warning.given · unassessed`. */
export const plainStateWords = (state: ThreadState): string =>
  statePartsOf(state)
    .map(({ word }) => word)
    .join(' · ')

/** The counters that have begun to count, against the policy's bounds. */
export function countWords({ failures, ignored, calm }: ThreadState, policy: Policy): readonly string[] {
  return [
    ...(failures > 0 ? [`${failures} of ${policy.redirections} redirections failed`] : []),
    ...(ignored > 0 ? [`${ignored} of ${policy.warnings} warnings ignored`] : []),
    ...(calm > 0 ? [`${calm} of ${policy.calmTurns} calm turns`] : []),
  ]
}
