/** Choices out of fast-check's own random numbers, so that a seed makes every story again. */

/** The part of fast-check's `Random` that choices need. */
export interface Numbers {
  /** A whole number from `min` to `max`, both included. */
  nextInt(min: number, max: number): number
}

export class Chance {
  constructor(private readonly numbers: Numbers) {}

  /** One of these, each as likely; there must be at least one. */
  of<T>(choices: readonly T[]): T {
    return choices[this.upTo(choices.length - 1)] as T
  }

  /** A whole number from 0 to `max`. */
  upTo(max: number): number {
    return this.numbers.nextInt(0, max)
  }

  /** True once in so many times. */
  onceIn(times: number): boolean {
    return this.upTo(times - 1) === 0
  }
}
