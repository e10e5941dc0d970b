/** How much is taken in, from whom, and for how long: every bound of the server, in one place. */

export interface Limits {
  /** UTF-8 bytes of a request's body; 65,536. */
  readonly bodyBytesMax: number
  /** Of one owner in one role, however many tokens and connections; 600. */
  readonly requestsPerMinuteMax: number
  /** Answers under way and subscriptions of one owner; 16. */
  readonly streamsPerOwnerMax: number
  /** Requests under way, streams included; 2,000. */
  readonly requestsAtOnceMax: number
  /** Open connections; more are closed before a word is read. 4,000. */
  readonly connectionsMax: number
  /** Until a request's headers are there, in milliseconds; 10,000. */
  readonly headersTimeoutMs: number
  /** Until the whole request is there, in milliseconds; 30,000. */
  readonly requestTimeoutMs: number
  /** Between two requests on one connection, in milliseconds; 5,000. */
  readonly keepAliveTimeoutMs: number
  /** How often a silent stream says that it is alive, in milliseconds; 15,000. */
  readonly heartbeatMs: number
  /** How long a stream waits for a client that does not read, in milliseconds; 30,000. Then it is dropped. */
  readonly stallTimeoutMs: number
  /** For one answer of the model, in milliseconds; 120,000. */
  readonly answerTimeoutMs: number
  /** How long closing waits for answers under way, in milliseconds; 10,000. Then they are broken off, and what was said is kept. */
  readonly closeTimeoutMs: number
}

export const defaultLimits: Limits = {
  bodyBytesMax: 65_536,
  requestsPerMinuteMax: 600,
  streamsPerOwnerMax: 16,
  requestsAtOnceMax: 2_000,
  connectionsMax: 4_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
  heartbeatMs: 15_000,
  stallTimeoutMs: 30_000,
  answerTimeoutMs: 120_000,
  closeTimeoutMs: 10_000,
}

/**
 * Requests by key, as a bucket that holds a minute's worth and fills steadily. Keys come from tokens, hence there are no more
 * of them than tokens.
 */
export class Rate {
  private readonly buckets = new Map<string, { left: number; atMs: number }>()

  constructor(
    private readonly perMinuteMax: number,
    private readonly nowMs: () => number,
  ) {}

  /** Takes one, and answers 0; or answers after how many seconds there will be one. */
  take(key: string): number {
    const now = this.nowMs()
    const bucket = this.buckets.get(key) ?? { left: this.perMinuteMax, atMs: now }
    const filled = bucket.left + ((now - bucket.atMs) / 60_000) * this.perMinuteMax
    const left = Math.min(this.perMinuteMax, filled)
    const isThere = left >= 1
    this.buckets.set(key, { left: isThere ? left - 1 : left, atMs: now })
    return isThere ? 0 : Math.ceil(((1 - left) * 60) / this.perMinuteMax)
  }
}

/** Places by key, so many each. */
export class Places {
  private readonly taken = new Map<string, number>()

  constructor(private readonly perKeyMax: number) {}

  /** What gives the place back, once however often it is called; `undefined` if none is free. */
  take(key: string): (() => void) | undefined {
    const count = this.taken.get(key) ?? 0
    if (count >= this.perKeyMax) return undefined
    this.taken.set(key, count + 1)
    let isBack = false
    return () => {
      if (isBack) return
      isBack = true
      const left = (this.taken.get(key) ?? 1) - 1
      if (left === 0) this.taken.delete(key)
      else this.taken.set(key, left)
    }
  }
}
