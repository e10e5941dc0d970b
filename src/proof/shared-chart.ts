/**
 * One table of the chart's steps for all policies. A step that did not look at the policy is the same under every
 * policy; one that looked at some fields is the same under all policies that agree on those. So each cell is asked of
 * XState once for each answer that its policy's fields, as they were read, can tell apart.
 *
 * It must never guess what a step depends on: the policy that the chart is given notes what is read of it.
 * @see Umut Acar, "Self-Adjusting Computation" (2005): what was read during a computation is what it depends on
 */
import type { Ground, Policy, Veto } from '#machines/events.js'
import { letters } from '../lifecycle/alphabet.js'
import { type Automaton, encodeRefusal, type StateId } from '../lifecycle/automaton.js'
import { ChartedSteps } from '../lifecycle/charted.js'
import { plainPolicy } from '../lifecycle/policy.js'
import { stateKey, type ThreadState } from '../lifecycle/thread-state.js'

const fields = ['redirections', 'warnings', 'calmTurns', 'handshake', 'userMayEnd', 'riskClearedBy'] as const
type Field = (typeof fields)[number]

/** A policy's field as a small number: equal numbers, equal fields. */
const codes: { readonly [F in Field]: (policy: Policy) => number } = {
  redirections: ({ redirections }) => redirections,
  warnings: ({ warnings }) => warnings,
  calmTurns: ({ calmTurns }) => calmTurns,
  handshake: ({ handshake }) => Number(handshake),
  userMayEnd: ({ userMayEnd }) => Number(userMayEnd),
  riskClearedBy: ({ riskClearedBy }) =>
    Number(riskClearedBy.includes('operator')) + 2 * Number(riskClearedBy.includes('assessor')),
}

/** Stands in a row for a cell that was not met yet, and for one whose answer depends on the policy. */
const unmet = -1_000
const dependent = -1_001

/** What a step depends on: at each fork the field that was read next, by whose number the road goes on to an answer. */
type Dependency = number | { readonly field: Field; readonly next: (Dependency | undefined)[] }

/** The chart, and all that was ever asked of it. */
export class SharedChart {
  private policy: Policy
  private read = new Set<Field>()
  private readonly chart: ChartedSteps
  private readonly states: ThreadState[] = []
  private readonly ids = new Map<string, StateId>()
  private readonly rows: Int32Array[] = []
  /** By cell: the state times the number of letters, and the letter. */
  private readonly dependencies: (Dependency | undefined)[] = []
  /** Steps that XState was asked to take. */
  asked = 0

  constructor(first: Policy) {
    this.policy = first
    this.chart = new ChartedSteps(this.watched())
    this.find(this.chart.initial())
  }

  /** A policy's automaton on this table. State numbers are the table's: the same in all of them. */
  under(policy: Policy): Automaton {
    return new PolicyView(this, plainPolicy(policy))
  }

  get size(): number {
    return this.states.length
  }

  describe(state: StateId): ThreadState {
    return this.states[state] as ThreadState
  }

  find(state: ThreadState): StateId {
    const key = stateKey(state)
    const known = this.ids.get(key)
    if (known !== undefined) return known
    this.ids.set(key, this.states.length)
    this.states.push(Object.freeze({ ...state }))
    this.rows.push(new Int32Array(letters.length).fill(unmet))
    for (let letter = 0; letter < letters.length; letter++) this.dependencies.push(undefined)
    return this.states.length - 1
  }

  /** @param numbers the policy's fields as numbers, in the order of `fields`. */
  step(state: StateId, letter: number, policy: Policy, numbers: { readonly [F in Field]: number }): StateId | number {
    const row = this.rows[state] as Int32Array
    const answer = row[letter] as number
    if (answer > unmet) return answer
    const cell = state * letters.length + letter
    let met = this.dependencies[cell]
    while (met !== undefined && typeof met !== 'number') met = met.next[numbers[met.field]]
    if (met !== undefined) return met
    const { step, read } = this.ask(state, letter, policy)
    if (read.length === 0) row[letter] = step
    else {
      row[letter] = dependent
      this.dependencies[cell] = grown(this.dependencies[cell], read, numbers, step)
    }
    return step
  }

  vetoes(state: StateId, ground: Ground, policy: Policy): readonly Veto[] {
    this.policy = policy
    return this.chart.vetoes(this.describe(state), ground)
  }

  private ask(state: StateId, letter: number, policy: Policy) {
    this.policy = policy
    this.read = new Set()
    this.asked += 1
    const { event } = letters[letter] as (typeof letters)[number]
    const met = this.chart.step(this.describe(state), event)
    const step = typeof met === 'string' ? encodeRefusal(met) : this.find(met)
    return { step, read: [...this.read] }
  }

  private watched(): Policy {
    const look = <F extends Field>(field: F): Policy[F] => {
      this.read.add(field)
      return this.policy[field]
    }
    // Frozen, so that immer need not look at every field in order to freeze it.
    return Object.freeze({
      get redirections() {
        return look('redirections')
      },
      get warnings() {
        return look('warnings')
      },
      get calmTurns() {
        return look('calmTurns')
      },
      get handshake() {
        return look('handshake')
      },
      get userMayEnd() {
        return look('userMayEnd')
      },
      get riskClearedBy() {
        return look('riskClearedBy')
      },
    })
  }
}

/** A cell's dependency with one more answer. What is read first is the same whenever the cell is asked, and so on. */
function grown(
  known: Dependency | undefined,
  [field, ...rest]: readonly Field[],
  numbers: { readonly [F in Field]: number },
  step: number,
): Dependency {
  if (field === undefined) return step
  if (typeof known === 'number' || (known && known.field !== field)) {
    throw new Error(
      'the chart read other fields of the policy than it did before: a step depends on something else too',
    )
  }
  const fork = known ?? { field, next: [] }
  const number = numbers[field]
  fork.next[number] = grown(fork.next[number], rest, numbers, step)
  return fork
}

class PolicyView implements Automaton {
  private readonly numbers: { readonly [F in Field]: number }

  constructor(
    private readonly chart: SharedChart,
    readonly policy: Policy,
  ) {
    const numbered = fields.map((field) => [field, codes[field](policy)])
    this.numbers = Object.fromEntries(numbered) as { [F in Field]: number }
  }

  get size(): number {
    return this.chart.size
  }

  step(state: StateId, letter: number): StateId | number {
    return this.chart.step(state, letter, this.policy, this.numbers)
  }

  describe(state: StateId): ThreadState {
    return this.chart.describe(state)
  }

  find(state: ThreadState): StateId {
    return this.chart.find(state)
  }

  vetoes(state: StateId, ground: Ground): readonly Veto[] {
    return this.chart.vetoes(state, ground, this.policy)
  }
}
