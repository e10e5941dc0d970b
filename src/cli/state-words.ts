/** A thread's state in the words and colours of the terminal; the same words as in the documents, so that they can be looked up. */
import type { Ground, Veto } from '#machines/events.js'
import type { Thread } from '../conversation/state.js'
import { type StatePart, statePartsOf } from '../lifecycle/state-words.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import { paint, quoted } from './paint.js'

export { countWords, plainStateWords } from '../lifecycle/state-words.js'

type Paint = (text: string) => string

const colours: { readonly [stage: string]: Paint } = {
  engaging: paint.green,
  forked: paint.cyan,
  redirecting: paint.yellow,
  warning: paint.magenta,
  ended: paint.red,
}
const paints = { risk: paint.red, assessment: paint.dim, closing: paint.blue }

const paintOf = ({ kind, word }: StatePart): Paint =>
  kind === 'lifecycle' ? (colours[word.split('.')[0] ?? ''] ?? String) : paints[kind]

/** `warning.given · unassessed`, in colour. */
export const stateWords = (state: ThreadState): string =>
  statePartsOf(state)
    .map((part) => paintOf(part)(part.word))
    .join(' · ')

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
