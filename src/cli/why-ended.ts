/** Why a thread ended, as lines for the terminal: the events that led there, and the end. */
import type { Policy } from '#machines/events.js'
import type { Thread } from '../conversation/state.js'
import type { Happening } from '../log/happening.js'
import { type StepToEnd, stepsToEnd } from '../log/steps-to-end.js'
import { paint, quoted, visible } from './paint.js'
import { briefly } from './transcript.js'

const lineOf = ({ happening, counted }: StepToEnd): string =>
  `  ${paint.dim(String(happening.event.version).padStart(5))}  ${briefly(happening)}${counted && paint.dim(`  → ${counted}`)}`

/** The account, its title first. */
export function whyEnded(thread: Thread, happenings: readonly Happening[], policy: Policy): readonly string[] {
  const { ended } = thread
  if (!ended) return []
  const versions = String(ended.version).padStart(5)
  return [
    paint.bold(`why ${visible(thread.threadId)} ended: ${ended.ground}`),
    ...stepsToEnd(thread, happenings, policy).map(lineOf),
    `  ${paint.dim(versions)}  ended, ${quoted(ended.reason)}`,
  ]
}
