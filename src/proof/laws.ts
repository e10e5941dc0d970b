/** Every law of single steps, in one list: what the proof, the tests and the audit hold a step against. */
import { duties } from './duties.js'
import { type Invariant, invariants } from './invariants.js'

/** SPEC's invariants of single steps, and what the machine owes beside them. */
export const laws: readonly Invariant[] = [...invariants, ...duties]
