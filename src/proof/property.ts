/** What a proof says of one invariant. */
import type { LogLine } from './concrete.js'

/** The shortest way to a breach. */
export interface Counterexample {
  /** A log, one event a line, that `colloquy replay` takes. */
  readonly log: readonly LogLine[]
  /** The same in words. */
  readonly story: readonly string[]
}

export interface Property {
  /** The invariant's name in SPEC §5. */
  readonly id: string
  readonly law: string
  readonly holds: boolean
  /** What it was checked on, in words: all logs, or all up to a bound. */
  readonly over: string
  readonly counterexample?: Counterexample
}
