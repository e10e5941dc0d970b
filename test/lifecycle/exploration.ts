/** The table walked whole: every state that can be reached, every step between, and the way from one to another. */
import { letters } from '../../src/lifecycle/alphabet.js'
import type { Automaton, StateId } from '../../src/lifecycle/automaton.js'

export interface Step {
  readonly letter: number
  readonly to: StateId
}

/** The accepted steps out of a state. */
export const stepsFrom = (automaton: Automaton, state: StateId): readonly Step[] =>
  letters.map((_, letter) => ({ letter, to: automaton.step(state, letter) })).filter(({ to }) => to >= 0)

/** Every state that can be reached from the first, nearest first. */
export function reachableStates(automaton: Automaton): readonly StateId[] {
  const found = new Set<StateId>([0])
  for (const state of found) for (const { to } of stepsFrom(automaton, state)) found.add(to)
  return [...found]
}

/**
 * What a thread can live through on its own: not its birth by a fork, and an assessment of the latest message only
 * while that message waits for one.
 */
export function isWalkable(automaton: Automaton, state: StateId, letter: number): boolean {
  const event = letters[letter]?.event
  if (event?.type === 'thread.forked') return false
  return event?.type !== 'message.assessed' || (event.latest && automaton.describe(state).assessment === 'pending')
}

/** Ways through one automaton, along the steps that are allowed; each is searched for once. */
export class Ways {
  private readonly known = new Map<string, number | undefined>()

  constructor(
    private readonly automaton: Automaton,
    private readonly allows: (automaton: Automaton, state: StateId, letter: number) => boolean,
  ) {}

  /** The first letter of a shortest way; `undefined` if there is none or nowhere to go. */
  firstLetter(from: StateId, to: StateId): number | undefined {
    const key = `${from} ${to}`
    if (!this.known.has(key)) this.known.set(key, this.search(from, to))
    return this.known.get(key)
  }

  private search(from: StateId, goal: StateId): number | undefined {
    const begunWith = new Map<StateId, number | undefined>([[from, undefined]])
    for (const [state, first] of begunWith) {
      if (state === goal) return first
      for (const { letter, to } of stepsFrom(this.automaton, state)) {
        if (!begunWith.has(to) && this.allows(this.automaton, state, letter)) begunWith.set(to, first ?? letter)
      }
    }
    return undefined
  }
}
