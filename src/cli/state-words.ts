/** A thread's state in the words and colours of the terminal; the same words as in the documents, so that they can be looked up. */
import type { Ground, Policy, Veto } from '#machines/events.js'
import type { Thread } from '../conversation/state.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import { paint, quoted } from './paint.js'

type Paint = (text: string) => string

const colours: { readonly [stage: string]: Paint } = {
  engaging: paint.green,
  forked: paint.cyan,
  redirecting: paint.yellow,
  warning: paint.magenta,
  ended: paint.red,
}

/** Each with the code that paints it; nothing is said of what is as it should be. */
function partsOf({ lifecycle, risk, assessment, closing }: ThreadState): readonly (readonly [string, Paint])[] {
  const [stage = ''] = lifecycle.split('.')
  return [
    [lifecycle, colours[stage] ?? String],
    ...(risk === 'flagged' ? [['at risk', paint.red] as const] : []),
    ...(assessment === 'pending' ? [['unassessed', paint.dim] as const] : []),
    ...(closing === 'none' ? [] : [[`end ${closing}`, paint.blue] as const]),
  ]
}

/** `warning.given · unassessed`, in colour. */
export const stateWords = (state: ThreadState): string =>
  partsOf(state)
    .map(([word, colour]) => colour(word))
    .join(' · ')

/** The same without colour, for measuring. */
export const plainStateWords = (state: ThreadState): string =>
  partsOf(state)
    .map(([word]) => word)
    .join(' · ')

/** The counters that have begun to count, against the policy's bounds. */
export function countWords({ failures, ignored, calm }: ThreadState, policy: Policy): readonly string[] {
  return [
    ...(failures > 0 ? [`${failures} of ${policy.redirections} redirections failed`] : []),
    ...(ignored > 0 ? [`${ignored} of ${policy.warnings} warnings ignored`] : []),
    ...(calm > 0 ? [`${calm} of ${policy.calmTurns} calm turns`] : []),
  ]
}

/** What stands in the way of an end, ground by ground, or that nothing does. */
export function vetoWords(vetoes: { readonly [G in Ground]: readonly Veto[] }): readonly string[] {
  return (['persistent-harm', 'user-request'] as const).map((ground) =>
    vetoes[ground].length === 0
      ? paint.bold(`may end on ${ground}`)
      : paint.dim(`no end on ${ground}: ${vetoes[ground].join(', ')}`),
  )
}

/** How a thread ended. */
export const endWords = ({ ground, reason, version }: NonNullable<Thread['ended']>): string =>
  `ended at version ${version} on ${ground}: ${quoted(reason)}`
