/** What a run of a fault adds up to; counts that it does not have stay away. */
export interface Tally {
  readonly runs: number
  readonly acknowledged: number
  readonly lost: number
  readonly duplicated: number
  readonly halfBatches: number
  readonly audited: number
  readonly refused: number
  readonly silent: number
  readonly stallMs: number
  readonly more: Readonly<Record<string, number>>
  readonly wrong: readonly string[]
}
export interface HistoryTally {
  readonly histories: number
  readonly operations: number
  readonly acknowledged: number
  readonly unknown: number
  readonly unexplained: number
  readonly wrong: readonly string[]
}
export interface Seed {
  readonly bug: string
  /** The count that must not stay 0. */
  readonly count: string
}
export interface Fault<T> {
  readonly name: string
  readonly store: string
  readonly needs?: string
  readonly run: { small(url?: string): Promise<T>; large(url?: string): Promise<T> }
  isKept(tally: T): boolean | Promise<boolean>
  readonly seeds: readonly (Seed & { run(bug: string): Promise<T> })[]
}
export const faults: readonly Fault<Tally>[]
export const histories: readonly Fault<HistoryTally>[]
