/**
 * Why a thread ended, in the events that led there: each failed redirection, each warning and how it was ignored, or the
 * user's wish and its confirmation. What was forgotten on the way (calm turns, risk, a wish withdrawn) is left out.
 */
import type { Policy } from '#machines/events.js'
import type { Thread } from '../conversation/state.js'
import type { Happening } from './history.js'
import { paint, quoted, visible } from './paint.js'
import { countWords } from './state-words.js'
import { briefly } from './transcript.js'

interface Step {
  readonly of: 'redirections' | 'warnings' | 'closing'
  readonly line: string
}

const lineOf = (happening: Happening, result = ''): string =>
  `  ${paint.dim(String(happening.event.version).padStart(5))}  ${briefly(happening)}${result && paint.dim(`  → ${result}`)}`

/** What the event added to the reasons for an end. */
function stepsIn(before: Happening['state'] | undefined, happening: Happening, policy: Policy): readonly Step[] {
  const { state } = happening
  const [failed, ignored] = [state.failures > (before?.failures ?? 0), state.ignored > (before?.ignored ?? 0)]
  const counts = countWords(state, policy)
  const steps: Step[] = []
  if (failed) steps.push({ of: 'redirections', line: lineOf(happening, counts[0]) })
  if (ignored)
    steps.push({
      of: 'warnings',
      line: lineOf(
        happening,
        counts.find((words) => words.includes('warnings')),
      ),
    })
  if (state.lifecycle === 'warning.given' && before?.lifecycle === 'warning.due') {
    steps.push({ of: 'warnings', line: lineOf(happening) })
  }
  if (state.closing !== 'none' && state.closing !== before?.closing) {
    steps.push({ of: 'closing', line: lineOf(happening) })
  }
  return steps
}

const stillCounts =
  ({ failures, ignored, lifecycle, closing }: Happening['state']) =>
  ({ of }: Step): boolean => {
    if (of === 'redirections') return failures > 0
    return of === 'closing' ? closing !== 'none' : ignored > 0 || lifecycle.startsWith('warning')
  }

/** The steps that still counted when the thread ended, in order. */
function stepsToTheEnd(happenings: readonly Happening[], policy: Policy): readonly Step[] {
  let steps: readonly Step[] = []
  let before: Happening['state'] | undefined
  for (const happening of happenings) {
    const { state } = happening
    const kept = state.lifecycle === 'ended' ? steps : steps.filter(stillCounts(state))
    steps = [...kept, ...stepsIn(before, happening, policy)]
    before = state
  }
  return steps
}

/** The account, its title first. */
export function whyEnded(thread: Thread, happenings: readonly Happening[], policy: Policy): readonly string[] {
  const { ended } = thread
  if (!ended) return []
  const toTheEnd = happenings.filter(({ event }) => event.version <= ended.version)
  const isReason = ({ of }: Step) =>
    ended.ground === 'persistent-harm' ? of !== 'closing' || policy.handshake : of === 'closing'
  const lines = stepsToTheEnd(toTheEnd, policy)
    .filter(isReason)
    .map(({ line }) => line)
  const versions = String(ended.version).padStart(5)
  return [
    paint.bold(`why ${visible(thread.threadId)} ended: ${ended.ground}`),
    ...lines,
    `  ${paint.dim(versions)}  ended, ${quoted(ended.reason)}`,
  ]
}
