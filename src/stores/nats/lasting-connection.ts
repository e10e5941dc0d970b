/**
 * The connection to the servers, for as long as the store is open. The driver makes a lost one anew by itself; where that
 * takes too long, where it has given up, or where a connection stands and nothing is answered over it, it is left and
 * another is dialled. It must never ask a question itself, nor say that there is a connection where none is known to be.
 */
import type { NatsConnection } from '@nats-io/transport-node'

/** What this page needs of a driver's connection. */
export type Connection = Pick<NatsConnection, 'close'> & {
  status(): AsyncIterable<{ readonly type: string }>
  readonly info?: { readonly connect_urls?: readonly string[] }
}

/** Makes a connection. `servers`: those that earlier connections told of, beside the ones it knows itself. */
export type Dial<C> = (servers: readonly string[]) => Promise<C>

export interface ConnectionBounds {
  /** How long the driver may try to come back before it is left. */
  readonly lostMaxMs: number
  /** How long questions may all go without an answer before the connection is held to be dead. */
  readonly silentMaxMs: number
  /** Between two dials: the first pause, and the longest, for each is twice as long as the one before. */
  readonly firstPauseMs: number
  readonly pauseMaxMs: number
}

export class LastingConnection<C extends Connection = NatsConnection> {
  /** Whether there is one now, as far as is known. */
  isConnected = true
  /** When the last was lost that was there, or nearly so. */
  lostAt = 0
  isEnded = false
  private isReplacing = false
  private readonly listeners = new Set<() => void>()
  private told: readonly string[] = []
  /** When the first question was sent of those that were, since anything was answered. */
  private silentSince: number | undefined
  private watchdog: NodeJS.Timeout | undefined

  constructor(
    private now: C,
    private readonly dial: Dial<C>,
    private readonly bounds: ConnectionBounds,
  ) {
    this.use(now)
  }

  /** The one to ask over. It is another after a while: never keep it. */
  get current(): C {
    return this.now
  }

  /** Calls it when the connection is lost, or there again, or ended; answers what ends that. */
  onChange(changed: () => void): () => void {
    this.listeners.add(changed)
    return () => this.listeners.delete(changed)
  }

  /** A question was sent over this connection. */
  asked(connection: C): void {
    if (connection === this.now) this.silentSince ??= performance.now()
  }

  /** Something was answered over this connection, whatever it was. */
  answered(connection: C): void {
    if (connection === this.now) this.silentSince = undefined
  }

  /** A question had no answer in its time. Where none has had one for too long, the connection is given up. */
  unanswered(connection: C): void {
    if (connection !== this.now || !this.isConnected || this.silentSince === undefined) return
    if (performance.now() - this.silentSince >= this.bounds.silentMaxMs) this.replace()
  }

  end(): Promise<void> {
    this.isEnded = true
    clearTimeout(this.watchdog)
    this.notify()
    // One that was left is closing already, as well as it can.
    return this.isReplacing ? Promise.resolve() : this.now.close()
  }

  private use(connection: C): void {
    this.now = connection
    this.silentSince = undefined
    this.hearOfServers()
    void this.watch(connection)
  }

  private async watch(connection: C): Promise<void> {
    for await (const { type } of connection.status()) {
      if (connection !== this.now || this.isReplacing) return
      if (type === 'disconnect') this.lose()
      if (type === 'reconnect') this.regain()
      if (type === 'update') this.hearOfServers()
    }
    // The driver has ended it: it does so where its credentials were refused twice.
    if (connection === this.now) this.replace()
  }

  private hearOfServers(): void {
    this.told = this.now.info?.connect_urls ?? this.told
  }

  private lose(): void {
    this.lostAt = performance.now()
    this.isConnected = false
    this.watchdog ??= setTimeout(() => this.replace(), this.bounds.lostMaxMs)
    this.notify()
  }

  private regain(): void {
    clearTimeout(this.watchdog)
    this.watchdog = undefined
    this.silentSince = undefined
    this.isConnected = true
    this.hearOfServers()
    this.notify()
  }

  /** Leaves the connection, and dials until there is another. */
  private replace(): void {
    if (this.isReplacing || this.isEnded) return
    this.isReplacing = true
    this.lose()
    clearTimeout(this.watchdog)
    // Not waited for: what does not come back may not end either.
    void this.now.close().catch(() => undefined)
    void this.redial()
  }

  private async redial(): Promise<void> {
    const { firstPauseMs, pauseMaxMs } = this.bounds
    for (let pauseMs = firstPauseMs; !this.isEnded; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
      const found = await this.dial(this.told).catch(() => null)
      if (found && this.isEnded) return found.close()
      if (found) {
        this.isReplacing = false
        this.use(found)
        return this.regain()
      }
      await new Promise<void>((resolve) => {
        this.watchdog = setTimeout(resolve, pauseMs)
      })
    }
  }

  private notify(): void {
    for (const changed of [...this.listeners]) changed()
  }
}
