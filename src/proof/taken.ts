/**
 * Which of the chart's transitions a step takes: asked of XState, once for each state and letter, and named by their place
 * in `chart().transitions`, so that a picture can trace them and a count can be kept of them.
 */
import type { Policy } from '#machines/events.js'
import { threadMachine } from '#machines/thread.machine.js'
import { letters } from '../lifecycle/alphabet.js'
import { ChartedSteps } from '../lifecycle/charted.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import { stateKey } from '../lifecycle/thread-state.js'

type Node = typeof threadMachine.root

// In the order in which `chart()` tells them: a state's own, then those of the states inside.
const transitionsIn = (node: Node): readonly unknown[] => [
  ...[...node.transitions.values()].flat(),
  ...Object.values(node.states as Record<string, Node>).flatMap(transitionsIn),
]

let known: ReadonlyMap<unknown, number> | undefined

/** The place of each of the machine's transitions. */
function places(): ReadonlyMap<unknown, number> {
  known ??= new Map(transitionsIn(threadMachine.root).map((transition, place) => [transition, place]))
  return known
}

/** What a policy's threads take. */
export class TakenTransitions {
  private readonly chart: ChartedSteps
  private readonly cells = new Map<string, readonly number[]>()

  constructor(policy: Policy) {
    this.chart = new ChartedSteps(policy)
  }

  /**
   * The places, in `chart().transitions`, of those that this letter takes in this state: one for each region that moves; where
   * none does, the one by which the root accepts the event, or refuses it.
   */
  of(state: ThreadState, letter: number): readonly number[] {
    const key = `${stateKey(state)} ${letter}`
    const taken = this.cells.get(key) ?? this.ask(state, letter)
    this.cells.set(key, taken)
    return taken
  }

  private ask(state: ThreadState, letter: number): readonly number[] {
    const { event } = letters[letter] as (typeof letters)[number]
    return this.chart.selected(state, event).map((transition) => places().get(transition) as number)
  }
}
