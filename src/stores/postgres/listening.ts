/**
 * One connection that hears what the `Announcer`s of all processes tell, kept while anybody listens. Where it breaks it is
 * made again, and then everybody is told: something may have come meanwhile. It must never fail those who listen.
 */
import { setTimeout } from 'node:timers/promises'
import { Listeners } from '../../log/listeners.js'
import type { PostgresDriver } from './driver.js'
import { quoted } from './session.js'

/** Pauses between attempts to connect: the first, and the longest. Each is twice the one before. */
const retryMinMs = 100
const retryMaxMs = 10_000
/** A connection that is heard nothing of is asked so often whether it is still there. */
const checkIntervalMs = 30_000
const endPatienceMs = 1_000

export interface ListeningOptions {
  readonly connectionString: string
  readonly channel: string
  /** For connecting, and for an answer. */
  readonly patienceMs: number
}

// Waits so long or until the signal; keeps no process alive.
const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined)

export class Listening {
  private readonly listeners = new Listeners()
  private count = 0
  private isClosed = false
  private hangUp = new AbortController()
  private running: Promise<void> = Promise.resolve()

  constructor(
    private readonly makeClient: PostgresDriver['makeClient'],
    private readonly options: ListeningOptions,
  ) {}

  /** Has `heard` called from now on; the answer ends it. */
  readonly listen = (heard: () => void): (() => void) => {
    if (this.isClosed) return () => undefined
    const end = this.listeners.listen(heard)
    let hasEnded = false
    if (this.count++ === 0) this.begin()
    return () => {
      if (hasEnded) return
      hasEnded = true
      end()
      if (--this.count === 0) this.hangUp.abort()
    }
  }

  /** Nobody hears anything any more; resolves once the connection is gone. */
  close(): Promise<void> {
    this.isClosed = true
    this.listeners.clear()
    this.hangUp.abort()
    return this.running
  }

  // Those who listened before may still be hanging up.
  private begin(): void {
    this.hangUp = new AbortController()
    const { signal } = this.hangUp
    this.running = this.running.then(() => this.stayConnected(signal))
  }

  private async stayConnected(signal: AbortSignal): Promise<void> {
    for (let delayMs = retryMinMs; !signal.aborted; delayMs = Math.min(delayMs * 2, retryMaxMs)) {
      if (await this.connectOnce(signal)) delayMs = retryMinMs
      await pause(delayMs, signal)
    }
  }

  /** Hears until the connection breaks, or the signal. Resolves to whether it heard at all. */
  private async connectOnce(signal: AbortSignal): Promise<boolean> {
    const { connectionString, channel, patienceMs } = this.options
    const client = this.makeClient({
      connectionString,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
      keepAlive: true,
      application_name: 'colloquy listening',
    })
    const over = new AbortController()
    const isOver = () => over.abort()
    for (const event of ['error', 'end'] as const) client.on(event, isOver)
    signal.addEventListener('abort', isOver, { once: true })
    client.on('notification', () => this.listeners.tell())
    let hasHeard = false
    try {
      await client.connect()
      await client.query(`LISTEN ${quoted(channel)}`)
      hasHeard = true
      this.listeners.tell()
      while (!over.signal.aborted) {
        await pause(checkIntervalMs, over.signal)
        if (!over.signal.aborted) await client.query('SELECT 1')
      }
    } catch {
      // It is tried again; whoever listens asks from time to time as well.
    }
    signal.removeEventListener('abort', isOver)
    await Promise.race([client.end().catch(() => undefined), pause(endPatienceMs)])
    return hasHeard
  }
}
