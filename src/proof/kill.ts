/** Puts mutants before the invariants: which one catches each, and which mutants live. */
import type { Ground, Policy, Veto } from '#machines/events.js'
import { letters } from '../lifecycle/alphabet.js'
import { type Automaton, automatonFor, encodeRefusal, type StateId } from '../lifecycle/automaton.js'
import { ChartedSteps } from '../lifecycle/charted.js'
import { defaultPolicy } from '../lifecycle/policy.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import { explore } from './explore.js'
import { laws } from './laws.js'
import { type Mutant, mutants } from './mutants.js'
import { lockedOut, rarityBreaches } from './reachability.js'

/** What became of a mutant: the invariant that caught it, or `null` if none did. */
export interface Fate {
  readonly change: string
  readonly caughtBy: string | null
}

/** Policies under which mutants are tried in turn; together they turn every switch. Small, for the space is explored anew. */
export const mutantPolicies: readonly Policy[] = [
  { ...defaultPolicy, redirections: 2, warnings: 1, calmTurns: 2 },
  { ...defaultPolicy, redirections: 1, warnings: 2, calmTurns: 1, handshake: true, riskClearedBy: ['assessor'] },
  { ...defaultPolicy, redirections: 1, userMayEnd: false, riskClearedBy: ['operator', 'assessor'] },
]

/** The automaton of a changed chart, over the table of the chart itself: what the change can't touch is read from the table of the chart itself. */
export class ChangedAutomaton implements Automaton {
  readonly policy: Policy
  private readonly chart: ChartedSteps
  private readonly cells = new Map<number, number>()

  constructor(
    private readonly original: Automaton,
    private readonly mutant: Mutant,
  ) {
    this.policy = original.policy
    this.chart = new ChartedSteps(original.policy, mutant.machine)
  }

  get size(): number {
    return this.original.size
  }

  step(state: StateId, letter: number): StateId | number {
    const { event } = letters[letter] as (typeof letters)[number]
    if (!this.mutant.touches.has(event.type)) return this.original.step(state, letter)
    const cell = state * letters.length + letter
    const known = this.cells.get(cell)
    if (known !== undefined) return known
    const met = this.chart.step(this.describe(state), event)
    const answer = typeof met === 'string' ? encodeRefusal(met) : this.find(met)
    this.cells.set(cell, answer)
    return answer
  }

  describe(state: StateId): ThreadState {
    return this.original.describe(state)
  }

  find(state: ThreadState): StateId {
    return this.original.find(state)
  }

  vetoes(state: StateId, ground: Ground): readonly Veto[] {
    return this.original.vetoes(state, ground)
  }
}

class Caught extends Error {
  constructor(readonly id: string) {
    super(id)
  }
}

function catchIn(automaton: Automaton): string | null {
  try {
    const space = explore(automaton, (step) => {
      for (const { id, holds } of laws) if (!holds(step)) throw new Caught(id)
    })
    if (lockedOut(space)) return 'I11'
    return rarityBreaches(space).length > 0 ? 'I13' : null
  } catch (thrown) {
    if (thrown instanceof Caught) return thrown.id
    // The chart was silent about an event, or led nowhere: no invariant needs to look any further.
    return 'total'
  }
}

/** What becomes of one mutant, under each policy until it is caught. */
export function fateOf(mutant: Mutant, policies: readonly Policy[] = mutantPolicies): Fate {
  for (const policy of policies) {
    const caughtBy = catchIn(new ChangedAutomaton(automatonFor(policy), mutant))
    if (caughtBy !== null) return { change: mutant.change, caughtBy }
  }
  return { change: mutant.change, caughtBy: null }
}

/** What becomes of every mutant. */
export const fates = (): readonly Fate[] => mutants().map((mutant) => fateOf(mutant))
