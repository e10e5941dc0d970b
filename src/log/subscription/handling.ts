/**
 * Handling one event: decoded, given to the caller's handler within a time limit, and again after a growing pause where
 * that fails. It must never say that an event was handled unless the handler came to its end.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { decode } from '../codec.js'
import type { StoredEvent } from '../event-store.js'
import type { FedEvent } from '../feed.js'
import type { SetTimer } from '../timer.js'
import type { ParkedCode } from './lease.js'

export interface HandlingContext {
  /** Aborted when time is up, or when another may take the partition over: then stop, if you can. */
  readonly signal: AbortSignal
  /** 1 for the first time, as far as this process knows. */
  readonly attempt: number
}

/** What a subscriber does with an event. It was handled when this returns, or what it answers resolves. */
export type Handle = (event: FedEvent, context: HandlingContext) => unknown

export interface HandlingBounds {
  readonly attemptsMax: number
  /** Before the second attempt, in milliseconds; twice as long before each one after, up to `retryDelayMaxMs`. */
  readonly retryDelayMs: number
  readonly retryDelayMaxMs: number
  readonly handleTimeoutMs: number
}

/** Why an event could not be handled. */
export interface Failure {
  readonly code: ParkedCode
  /** The name of what was thrown. */
  readonly thrown: string
  readonly attempts: number
  /** What was thrown, or the store error that tells why it cannot be read. */
  readonly cause: unknown
}

/** What a handling goes by: whether it may go on at all, and what stops it in the middle. */
export interface Permit {
  mayGoOn(): boolean
  /** Hears of the attempt that begins; `undefined` when it is over. */
  underWay(attempt: AbortController | undefined): void
  /** Waits, not longer than there is something to wait for. */
  pause(delayMs: number): Promise<void>
}

const thrownNameMax = 100

/** A name that programmers gave; what else was thrown is not told, for it may quote what was said. */
function nameOf(thrown: unknown): string {
  const name = thrown instanceof Error ? thrown.name : typeof thrown
  return String(name).slice(0, thrownNameMax).toWellFormed().replaceAll('\0', '')
}

export class Handling {
  constructor(
    private readonly handle: Handle,
    private readonly bounds: HandlingBounds,
    private readonly setTimer: SetTimer,
  ) {}

  /** @returns whether it was handled; if not, why, or `stopped` where it was not to go on. */
  async do(
    stored: StoredEvent & { readonly position?: number },
    permit: Permit,
  ): Promise<'handled' | 'stopped' | Failure> {
    const decoded = decode(stored)
    if (isLeft(decoded)) return unreadable(decoded.left)
    const event = { ...decoded.right, ...(stored.position !== undefined && { position: stored.position }) }
    const { attemptsMax } = this.bounds
    for (let attempt = 1; permit.mayGoOn(); attempt++) {
      const failure = await this.attempt(event, attempt, permit)
      if (failure === null) return 'handled'
      // What fails after it was told to stop has not failed.
      if (!permit.mayGoOn()) return 'stopped'
      if (attempt >= attemptsMax) return failure
      await permit.pause(this.delayMs(attempt))
    }
    return 'stopped'
  }

  /** How long to wait after the attempt of this number. */
  delayMs(attempt: number): number {
    const { retryDelayMs, retryDelayMaxMs } = this.bounds
    return Math.min(retryDelayMs * 2 ** (attempt - 1), retryDelayMaxMs)
  }

  private async attempt(event: FedEvent, attempt: number, permit: Permit): Promise<Failure | null> {
    const abort = new AbortController()
    permit.underWay(abort)
    try {
      await this.inTime(abort, async () => this.handle(event, { signal: abort.signal, attempt }))
      return null
    } catch (cause) {
      return { code: 'handler-failed', thrown: nameOf(cause), attempts: attempt, cause }
    } finally {
      permit.underWay(undefined)
    }
  }

  private inTime(abort: AbortController, handled: () => Promise<unknown>): Promise<unknown> {
    const { handleTimeoutMs } = this.bounds
    return new Promise((resolve, reject) => {
      const stop = this.setTimer(() => {
        const late = new DOMException(`the handler was not done within ${handleTimeoutMs} ms`, 'TimeoutError')
        abort.abort(late)
        reject(late)
      }, handleTimeoutMs)
      handled().finally(stop).then(resolve, reject)
    })
  }
}

function unreadable(error: { readonly code: string }): Failure {
  const code = error.code === 'unknown-event' ? 'unknown-event' : 'corrupt-event'
  return { code, thrown: 'StoreError', attempts: 1, cause: error }
}
