/**
 * What led to a thread's end: each failed redirection, each warning and how it was ignored, or the user's wish and its
 * confirmation. What was forgotten on the way (calm turns, risk, a wish withdrawn) is left out. It reads what the machine
 * said after each event, and has no rule of its own.
 */
import type { Policy } from '#machines/events.js'
import type { Thread } from '../conversation/state.js'
import { countWords } from '../lifecycle/state-words.js'
import type { Happening } from './happening.js'

/** One event that counted towards the end. */
export interface StepToEnd {
  readonly of: 'redirections' | 'warnings' | 'closing'
  readonly happening: Happening
  /** What it counted, as `2 of 3 redirections failed`; empty where it is no count. */
  readonly counted: string
}

/** What the event added to the reasons for an end. */
function stepsIn(before: Happening['state'] | undefined, happening: Happening, policy: Policy): readonly StepToEnd[] {
  const { state } = happening
  const counts = countWords(state, policy)
  const steps: StepToEnd[] = []
  if (state.failures > (before?.failures ?? 0)) steps.push({ of: 'redirections', happening, counted: counts[0] ?? '' })
  if (state.ignored > (before?.ignored ?? 0)) {
    const counted = counts.find((words) => words.includes('warnings')) ?? ''
    steps.push({ of: 'warnings', happening, counted })
  }
  if (state.lifecycle === 'warning.given' && before?.lifecycle === 'warning.due') {
    steps.push({ of: 'warnings', happening, counted: '' })
  }
  if (state.closing !== 'none' && state.closing !== before?.closing) {
    steps.push({ of: 'closing', happening, counted: '' })
  }
  return steps
}

const stillCounts =
  ({ failures, ignored, lifecycle, closing }: Happening['state']) =>
  ({ of }: StepToEnd): boolean => {
    if (of === 'redirections') return failures > 0
    return of === 'closing' ? closing !== 'none' : ignored > 0 || lifecycle.startsWith('warning')
  }

/** The steps that still counted after the last of these, in order. */
function countedSteps(happenings: Iterable<Happening>, policy: Policy): readonly StepToEnd[] {
  let steps: readonly StepToEnd[] = []
  let before: Happening['state'] | undefined
  for (const happening of happenings) {
    const { state } = happening
    const kept = state.lifecycle === 'ended' ? steps : steps.filter(stillCounts(state))
    steps = [...kept, ...stepsIn(before, happening, policy)]
    before = state
  }
  return steps
}

/**
 * The events that led to the thread's end, in order, without the end itself; none if it has not ended.
 * @param happenings those of the thread's whole line, in order; what came after the end does not matter.
 */
export function stepsToEnd({ ended }: Thread, happenings: readonly Happening[], policy: Policy): readonly StepToEnd[] {
  if (!ended) return []
  const toTheEnd = happenings.filter(({ event }) => event.version <= ended.version)
  const isReason = ({ of }: StepToEnd) =>
    ended.ground === 'persistent-harm' ? of !== 'closing' || policy.handshake : of === 'closing'
  return countedSteps(toTheEnd, policy).filter(isReason)
}
