/** What goes wrong in a simulation, how often, and how often it did. */
import type { SeededChance } from '../seeded-chance.js'

/** Each from 0 (never) to 1 (always). */
export interface FaultRates {
  /** Of the store's calls: answered `unavailable`, and nothing done. */
  readonly storeRefuses: number
  /** Of the store's calls: done, and answered seconds later. */
  readonly storeDelays: number
  /** Of appends: done, and the answer lost (`unknown-outcome`). */
  readonly answerLost: number
  /** Of appends: never done, and no one knows (`unknown-outcome`). */
  readonly requestLost: number
  /** Of appends: answered `unknown-outcome`, and done later, while others go on. */
  readonly requestLate: number
  /** Of assessments: seconds, within the time limit. */
  readonly assessorLags: number
  /** Of assessments: an exception. */
  readonly assessorFails: number
  /** Of assessments: an answer after the time limit. */
  readonly assessorLate: number
  /** Of assessments: an answer that is none. */
  readonly assessorBabbles: number
  /** Of messages: an earlier message is assessed again, after a later one. */
  readonly assessorMisorders: number
  /** Of commands: their pod is replaced by one with a cold cache, and finishes what it began. */
  readonly podRestarts: number
  /** Of commands: their pod dies a few milliseconds into them. */
  readonly podDies: number
  /** Of commands: sent twice at once, through two pods. */
  readonly doubleClicks: number
  /** Of the assistant's moves: not what the guidance says, but an end, a warning or a question out of place. */
  readonly assistantHostile: number
}

export type FaultKind = keyof FaultRates

/** Enough of everything that a thousand events meet each kind several times. */
export const usualFaults: FaultRates = Object.freeze({
  storeRefuses: 0.01,
  storeDelays: 0.03,
  answerLost: 0.01,
  requestLost: 0.005,
  requestLate: 0.005,
  assessorLags: 0.05,
  assessorFails: 0.03,
  assessorLate: 0.02,
  assessorBabbles: 0.02,
  assessorMisorders: 0.05,
  podRestarts: 0.01,
  podDies: 0.01,
  doubleClicks: 0.05,
  assistantHostile: 0.1,
})

export const faultKinds = Object.keys(usualFaults) as readonly FaultKind[]

/** A world in which nothing goes wrong. */
export const noFaults: FaultRates = Object.freeze(
  Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as unknown as FaultRates,
)

export class Faults {
  readonly counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>
  private areOver = false

  constructor(
    private readonly rates: FaultRates,
    private readonly chance: SeededChance,
  ) {}

  /** Whether this goes wrong now; counted if it does. */
  strikes(kind: FaultKind): boolean {
    if (this.areOver || !this.chance.happens(this.rates[kind])) return false
    this.counts[kind] += 1
    return true
  }

  get over(): boolean {
    return this.areOver
  }

  /** From now on nothing goes wrong: everything must come to an end. */
  stop(): void {
    this.areOver = true
  }
}
