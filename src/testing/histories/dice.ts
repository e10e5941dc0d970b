/** Choices from a seed: the same seed makes the same choices, on every machine. Not for secrets. */

/** @see Mulberry32, T. Ettinger: 32 bits of state, a full period, good enough to choose by */
export class Dice {
  private state: number

  constructor(seed: number) {
    this.state = seed | 0
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound)
  }

  /** One of these; there must be at least one. */
  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }

  /** Dice of their own for the `n`th of several, so that what one throws does not change the others. */
  split(n: number): Dice {
    return new Dice(Math.imul(this.state ^ Math.imul(n + 1, 0x9e3779b1), 0x85ebca6b))
  }
}
