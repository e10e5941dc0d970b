/** Choices out of one number, so that fast-check can make them, print them and shrink them. */
export class Chance {
  constructor(private rest: number) {}

  /** One of these; there must be at least one. */
  of<T>(choices: readonly T[]): T {
    const index = this.rest % choices.length
    this.rest = Math.floor(this.rest / choices.length)
    return choices[index] as T
  }
}
