/**
 * What was met of a policy's machine, against all there is: states, and edges, which are a state and a letter that can
 * come there, accepted or refused. A suite that came nowhere proves nothing; this says how far it came.
 */
import type { Policy } from '#machines/events.js'
import { letters } from '../../lifecycle/alphabet.js'
import type { StateId } from '../../lifecycle/automaton.js'
import { policyKey } from '../../lifecycle/policy.js'
import type { ThreadState } from '../../lifecycle/thread-state.js'
import { type Atlas, atlasOf } from '../stories/atlas.js'
import { stateWords } from '../words.js'

/** Shares from 0 to 1. */
export interface Floors {
  readonly states: number
  readonly edges: number
}

/** How much of one policy's machine was met. */
export interface Share {
  readonly policy: Policy
  readonly states: { readonly met: number; readonly all: number }
  readonly edges: { readonly met: number; readonly all: number }
}

/** The most of what was missed that is told line by line. */
const toldMax = 20

class PolicyCoverage {
  readonly atlas: Atlas
  private readonly states = new Set<StateId>()
  private readonly edges = new Set<number>()

  constructor(readonly policy: Policy) {
    this.atlas = atlasOf(policy)
  }

  meet(state: ThreadState, letter: number | undefined): void {
    const number = this.atlas.numberOf(state)
    if (number === undefined) return
    this.states.add(number)
    if (letter === undefined || !this.atlas.lettersAt(number).includes(letter)) return
    this.edges.add(number * letters.length + letter)
  }

  get share(): Share {
    const all = this.atlas.states.reduce((sum, state) => sum + this.atlas.lettersAt(state).length, 0)
    return {
      policy: this.policy,
      states: { met: this.states.size, all: this.atlas.states.length },
      edges: { met: this.edges.size, all },
    }
  }

  *missed(): Generator<string> {
    for (const state of this.atlas.states) {
      const words = stateWords(this.atlas.automaton.describe(state), this.policy)
      if (!this.states.has(state)) yield `never in: ${words}`
    }
    for (const state of this.atlas.states) {
      if (!this.states.has(state)) continue
      const untried = this.atlas.lettersAt(state).filter((letter) => !this.edges.has(state * letters.length + letter))
      const words = stateWords(this.atlas.automaton.describe(state), this.policy)
      if (untried.length > 0) yield `in ${words}, never tried: ${untried.map((l) => letters[l]?.name).join(', ')}`
    }
  }
}

const percent = ({ met, all }: Share['states']): string => `${met} of ${all} (${((100 * met) / all).toFixed(1)} %)`
const isUnder = ({ met, all }: Share['states'], floor: number): boolean => met < floor * all

/** Counts as steps are met; one for a whole suite, whatever policies it meets. */
export class Coverage {
  private readonly policies = new Map<string, PolicyCoverage>()

  /** A thread was in this state, and met this letter there; without a letter it only was there. */
  meet(policy: Policy, state: ThreadState, letter?: number): void {
    this.of(policy).meet(state, letter)
  }

  /** What was met, policy by policy. */
  get shares(): readonly Share[] {
    return [...this.policies.values()].map(({ share }) => share)
  }

  /** What was met and what was missed, in words; of what was missed the first twenty lines. */
  toString(): string {
    return [...this.policies.values()].flatMap((policy) => this.linesOf(policy)).join('\n')
  }

  /** Why the coverage is not enough, in words; `undefined` if it is. Not enough, too, if nothing was met at all. */
  shortfall(floors: Floors): string | undefined {
    if (this.policies.size === 0) return 'nothing was met at all'
    const short = [...this.policies.values()].filter(
      ({ share }) => isUnder(share.states, floors.states) || isUnder(share.edges, floors.edges),
    )
    if (short.length === 0) return undefined
    const floor = `the floor is ${100 * floors.states} % of states and ${100 * floors.edges} % of edges`
    return [`too little was met: ${floor}`, ...short.flatMap((policy) => this.linesOf(policy))].join('\n')
  }

  private of(policy: Policy): PolicyCoverage {
    const key = policyKey(policy)
    const known = this.policies.get(key) ?? new PolicyCoverage(policy)
    this.policies.set(key, known)
    return known
  }

  private linesOf(policy: PolicyCoverage): readonly string[] {
    const { states, edges } = policy.share
    const missed = [...policy.missed()]
    const rest = missed.length > toldMax ? [`and ${missed.length - toldMax} more lines`] : []
    return [`states ${percent(states)}, edges ${percent(edges)}`, ...missed.slice(0, toldMax), ...rest]
  }
}
