/** What the chart shows of a moment: the states that are on, what was just taken, the counters; and what was met how often. */
import { letters } from '../../lifecycle/alphabet.js'
import type { Automaton, StateId } from '../../lifecycle/automaton.js'
import { chart } from '../../proof/chart.js'
import { TakenTransitions } from '../../proof/taken.js'
import { activeStates, countersOf, type Marks, type Traffic } from '../chart/marks.js'
import { stateEntries } from '../state-entries.js'
import { lengthAt, type ThreadLine } from '../thread-line.js'

const drawn = chart()
const takers = new WeakMap<Automaton, TakenTransitions>()

function takerOf(automaton: Automaton): TakenTransitions {
  const known = takers.get(automaton) ?? new TakenTransitions(automaton.policy)
  takers.set(automaton, known)
  return known
}

/** How often each step was taken on a line's beginning, by state and letter: one array, however long the line. */
function steps(line: ThreadLine, count: number, size: number): Int32Array {
  const taken = new Int32Array(size * letters.length)
  for (let place = 1; place < count; place++) {
    const letter = line.letters[place] as number
    if (letter < 0) continue
    const cell = (line.states[place - 1] as number) * letters.length + letter
    taken[cell] = (taken[cell] as number) + 1
  }
  return taken
}

/** How often each state was entered and each transition taken on a line up to a version; nothing before it is born. */
export function trafficAt(automaton: Automaton, line: ThreadLine, version: number): Traffic {
  const count = lengthAt(line, version)
  if (count === 0) return { states: {}, transitions: {} }
  const taken = new Map<number, number>()
  for (const [cell, times] of steps(line, count, automaton.size).entries()) {
    if (times === 0) continue
    const [state, letter] = [Math.floor(cell / letters.length), cell % letters.length]
    for (const place of takerOf(automaton).of(automaton.describe(state), letter)) {
      taken.set(place, (taken.get(place) ?? 0) + times)
    }
  }
  return { states: stateEntries(drawn, taken, 1), transitions: Object.fromEntries(taken) }
}

/** The marks of a thread's line at a version; none before it is born. */
export function marksAt(automaton: Automaton, line: ThreadLine, version: number): Marks {
  const count = lengthAt(line, version)
  if (count === 0) return {}
  const [before, now] = [line.states[Math.max(0, count - 2)] as StateId, line.states[count - 1] as StateId]
  const letter = line.letters[count - 1] as number
  const state = automaton.describe(now)
  // Only the moment's own event is traced, not one long past on this line.
  const isNow = line.versions[count - 1] === version
  return {
    current: activeStates(state),
    taken: isNow && letter >= 0 && count > 1 ? takerOf(automaton).of(automaton.describe(before), letter) : [],
    counters: countersOf(state, automaton.policy),
  }
}
