/**
 * Lets so many work at once and so many wait; the rest are refused at once, and those who waited too long. Those who wait
 * are let in by the order of their coming.
 */
export interface GateBounds {
  readonly insideMax: number
  readonly waitingMax: number
  readonly waitMaxMs: number
}

type LetIn = (isIn: boolean) => void

export class Gate {
  private inside = 0
  // A set keeps the order of coming, and lets one who gives up leave from the middle.
  private readonly waiting = new Set<LetIn>()
  private readonly onEmpty: (() => void)[] = []

  constructor(private readonly bounds: GateBounds) {}

  /** How many wait. */
  get waitingCount(): number {
    return this.waiting.size
  }

  /** Resolves to whether the caller is in; then it must `leave`. */
  enter(): Promise<boolean> {
    if (this.inside < this.bounds.insideMax) {
      this.inside++
      return Promise.resolve(true)
    }
    if (this.waiting.size >= this.bounds.waitingMax) return Promise.resolve(false)
    return new Promise((resolve) => {
      const letIn: LetIn = (isIn) => {
        clearTimeout(patience)
        this.waiting.delete(letIn)
        resolve(isIn)
      }
      const patience = setTimeout(() => letIn(false), this.bounds.waitMaxMs)
      this.waiting.add(letIn)
    })
  }

  /** Gives the place to the one who waited longest. */
  leave(): void {
    const [next] = this.waiting
    if (next) {
      next(true)
      return
    }
    this.inside--
    if (this.inside === 0) for (const resolve of this.onEmpty.splice(0)) resolve()
  }

  /** Resolves once nobody is inside; and so nobody waits. */
  empty(): Promise<void> {
    return this.inside === 0 ? Promise.resolve() : new Promise((resolve) => this.onEmpty.push(resolve))
  }
}
