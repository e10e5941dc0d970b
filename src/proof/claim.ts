/** A property as Spin is asked for it. */

export interface Claim {
  readonly id: string
  readonly law: string
  /** Linear temporal logic, in the model's vocabulary. */
  readonly formula: string
  /** The same as Promela. */
  readonly promela: string
  /** A breach lies on a finite road, so the shortest can be told; else it goes round for ever. */
  readonly isSafety: boolean
  /** Where a road that breaks the formula must exist: the law says that something can be reached. */
  readonly mustBreak: boolean
}
