/** How long a store may fail: it may be restarted, or cut off for a while, but not for ever. */
import type { StoreError } from '../errors.js'

export class Patience {
  private sinceMs: number | undefined

  constructor(
    private readonly patienceMs: number,
    private readonly nowMs: () => number,
  ) {}

  /** It has failed with this: whether that has gone on for too long. What was closed stays closed. */
  isOver({ code }: StoreError): boolean {
    this.sinceMs ??= this.nowMs()
    return code === 'closed' || this.nowMs() - this.sinceMs >= this.patienceMs
  }

  /** It has answered. */
  restore(): void {
    this.sinceMs = undefined
  }
}
