/**
 * Tells other processes that events have come: after the commit, never in it, and never so often that writers feel it. A
 * notification in the transaction of an append lets one transaction at a time commit, in the whole database.
 */
import { setTimeout } from 'node:timers/promises'
import type { Connections } from './connections.js'
import { notify } from './statements.js'

/** The least time from one notification to the next; what comes meanwhile is told by the next. */
export const announceIntervalMs = 20

export class Announcer {
  private isDue = false
  private isAnnouncing = false

  constructor(
    private readonly connections: Connections,
    private readonly channel: string,
  ) {}

  /** Something was committed: it is told at once, or when the time has come. Never fails: what is not told is polled for. */
  committed(): void {
    this.isDue = true
    if (!this.isAnnouncing) void this.announceWhileDue()
  }

  /** Resolves once all that was committed is told, or could not be. */
  async end(): Promise<void> {
    if (this.isDue) await this.announce()
  }

  private async announceWhileDue(): Promise<void> {
    this.isAnnouncing = true
    while (this.isDue) {
      await this.announce()
      await setTimeout(announceIntervalMs, undefined, { ref: false })
    }
    this.isAnnouncing = false
  }

  private async announce(): Promise<void> {
    this.isDue = false
    await this.connections.use((connection) => connection.ask(notify(this.channel)))
  }
}
