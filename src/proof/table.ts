/**
 * The transition table of a policy as text, for people to review: one line a state, then what each event leads to from
 * there. Kept golden, it shows every change of a rule, whether by us or by a new release of the engine, as a diff.
 */
import { letters } from '../lifecycle/alphabet.js'
import { type Automaton, refusalIn } from '../lifecycle/automaton.js'
import { stateKey } from '../lifecycle/thread-state.js'

function cellOf(automaton: Automaton, state: number, letter: number): string {
  const answer = automaton.step(state, letter)
  if (answer < 0) return `refused: ${refusalIn(answer)}`
  return answer === state ? 'stays' : stateKey(automaton.describe(answer))
}

/**
 * The whole table, states by their words (lifecycle, risk, assessment, closing, failures, ignored, calm), sorted.
 * Ends in a line break.
 */
export function tableOf(automaton: Automaton, states: Iterable<number>): string {
  const blocks = [...new Set(states)].map((state) => {
    const cells = letters.map(({ name }, letter) => `  ${name} -> ${cellOf(automaton, state, letter)}`)
    return [stateKey(automaton.describe(state)), ...cells].join('\n')
  })
  return `${blocks.sort().join('\n')}\n`
}
