/**
 * The statechart as a table. A state is a small integer, a step one array look-up; XState is asked once for each
 * (state, letter), the first time it is met, and stays the only source of the rules.
 *
 * State numbers are this process's own, in order of first meeting: never store one, store its `describe`.
 * @see Russ Cox, "Regular Expression Matching in the Wild" (RE2): automata built lazily, cell by cell
 */
import type { Ground, Policy, Veto } from '#machines/events.js'
import { letters } from './alphabet.js'
import { ChartedSteps, type RefusalCode } from './charted.js'
import { plainPolicy, policyKey } from './policy.js'
import { stateKey, type ThreadState } from './thread-state.js'

/** A state's number in its automaton, 0 and up; 0 is the state in which every thread begins. */
export type StateId = number
export type { RefusalCode } from './charted.js'

const refusalCodes: readonly RefusalCode[] = [
  'ended',
  'risk-flagged',
  'warning-not-due',
  'confirmation-not-due',
  'not-asked',
  'not-requested',
  'not-permitted',
  'risk-not-flagged',
  'already-ended',
  'assessment-pending',
  'redirections-remaining',
  'warning-not-given',
  'warning-not-ignored',
  'not-confirmed',
  'not-proposed',
]

const unmet = -1
const firstRefusal = -2

/** The code in a step's negative answer. */
export const refusalIn = (step: number): RefusalCode => refusalCodes[firstRefusal - step] as RefusalCode

/** The negative answer in which `refusalIn` reads this code. */
export const encodeRefusal = (code: RefusalCode): number => firstRefusal - refusalCodes.indexOf(code)

export interface Automaton {
  readonly policy: Policy
  /** The next state, or a negative number that `refusalIn` reads. */
  step(state: StateId, letter: number): StateId | number
  /** The state in words. Frozen. */
  describe(state: StateId): ThreadState
  /** The number of a state given in words; counts must lie within the policy's bounds. */
  find(state: ThreadState): StateId
  /** All that stands in the way of an end, in SPEC's order; empty if the end would be accepted. */
  vetoes(state: StateId, ground: Ground): readonly Veto[]
  /** States met so far. */
  readonly size: number
}

class LazyAutomaton implements Automaton {
  private readonly rows: Int32Array[] = []
  private readonly states: ThreadState[] = []
  private readonly ids = new Map<string, StateId>()
  private readonly vetoed = new Map<string, readonly Veto[]>()

  private readonly chart: ChartedSteps

  constructor(readonly policy: Policy) {
    this.chart = new ChartedSteps(policy)
    this.find(this.chart.initial())
  }

  get size(): number {
    return this.states.length
  }

  step(state: StateId, letter: number): StateId | number {
    const row = this.rows[state] as Int32Array
    const cell = row[letter] as number
    return cell !== unmet ? cell : this.fill(row, state, letter)
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
    return this.states.length - 1
  }

  vetoes(state: StateId, ground: Ground): readonly Veto[] {
    const key = `${state} ${ground}`
    const known = this.vetoed.get(key) ?? Object.freeze(this.chart.vetoes(this.describe(state), ground))
    this.vetoed.set(key, known)
    return known
  }

  private fill(row: Int32Array, state: StateId, letter: number): number {
    const { event } = letters[letter] as (typeof letters)[number]
    const met = this.chart.step(this.describe(state), event)
    const answer = typeof met === 'string' ? encodeRefusal(met) : this.find(met)
    row[letter] = answer
    return answer
  }
}

const shared = new Map<string, Automaton>()
const byIdentity = new WeakMap<Policy, Automaton>()

/** The automaton of a policy; equal policies share one, so a process holds at most one for each policy within bounds. */
export function automatonFor(policy: Policy): Automaton {
  const known = byIdentity.get(policy)
  if (known) return known
  const key = policyKey(policy)
  const automaton = shared.get(key) ?? new LazyAutomaton(plainPolicy(policy))
  shared.set(key, automaton)
  byIdentity.set(policy, automaton)
  return automaton
}
