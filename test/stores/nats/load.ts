/**
 * Writers who go on whatever they are told, and an account of what they were told: what is lost, double or half is found by
 * reading everything afterwards. For the tests and for `npm run faults`.
 */
import { isRight } from 'fp-ts/lib/Either.js'
import type { AppendRequest, EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, storedEvent } from '../stored-events.js'

const batchSize = 3
const resendsMax = 1_000
const resendPauseMs = 20

export interface LoadReport {
  /** Events that writers were told are stored. */
  readonly acknowledged: number
  /** The longest that any writer waited for one append, resending included, in milliseconds. */
  readonly stallMs: number
  /** How often each refusal was told. */
  readonly told: Readonly<Record<string, number>>
  /** Acknowledged events that are not there; events that are there twice; appends that are there in part. */
  readonly lost: number
  readonly duplicated: number
  readonly halves: number
  /** Acknowledged events whose content is not there. */
  readonly withoutContent: number
}

const saidEvent = (conversationId: string, version: number) =>
  storedEvent(conversationId, version, { content: JSON.stringify(`said ${conversationId} ${version}`), salt: '5a' })

/** Load on a store, each writer with a conversation of its own; it runs until `stop`. */
export class Load {
  private readonly acknowledged = new Map<string, number>()
  private readonly told = new Map<string, number>()
  private stallMs = 0
  private isOver = false
  private readonly running: Promise<unknown>

  constructor(store: EventStore, writers: number) {
    const ids = Array.from({ length: writers }, (_, n) => `writer ${n}`)
    this.running = Promise.all(ids.map((conversationId) => this.write(store, conversationId)))
  }

  /** Events that were acknowledged by now. */
  get count(): number {
    return [...this.acknowledged.values()].reduce((sum, version) => sum + version, 0)
  }

  /** Ends the load, once each writer has an answer to its last append. */
  async stop(): Promise<void> {
    this.isOver = true
    await this.running
  }

  /** Reads everything there is through this handle, and holds it against what was acknowledged. */
  async account(reader: EventStore): Promise<LoadReport> {
    const report = { lost: 0, duplicated: 0, halves: 0, withoutContent: 0 }
    for (const [conversationId, version] of this.acknowledged) {
      const events = await readWhole(reader, conversationId)
      const ids = events.map(({ eventId }) => eventId)
      report.duplicated += ids.length - new Set(ids).size
      report.lost += Array.from({ length: version }, (_, n) => `${conversationId}-${n + 1}`).filter(
        (id) => !ids.includes(id),
      ).length
      if (events.length % batchSize !== 0) report.halves++
      report.withoutContent += events.filter(({ content }) => content === null).length
    }
    const told = Object.fromEntries(this.told)
    return { acknowledged: this.count, stallMs: Math.round(this.stallMs), told, ...report }
  }

  private async write(store: EventStore, conversationId: string): Promise<void> {
    for (let version = 0; !this.isOver; version += batchSize) {
      const events = Array.from({ length: batchSize }, (_, n) => saidEvent(conversationId, version + 1 + n))
      const begun = performance.now()
      await this.sendUntilStored(store, appendOf(...events))
      this.stallMs = Math.max(this.stallMs, performance.now() - begun)
      this.acknowledged.set(conversationId, version + batchSize)
    }
  }

  /** The same events again and again, as the port asks of who was told that the outcome is unknown. */
  private async sendUntilStored(store: EventStore, request: AppendRequest): Promise<void> {
    for (let n = 0; n < resendsMax; n++) {
      const answer = await store.append(request)
      if (isRight(answer)) return
      const { code } = answer.left
      this.told.set(code, (this.told.get(code) ?? 0) + 1)
      if (code !== 'unavailable' && code !== 'unknown-outcome') throw new Error(`told ${code}: ${answer.left.message}`)
      await new Promise((resolve) => setTimeout(resolve, resendPauseMs))
    }
    throw new Error('it was never stored')
  }
}

async function readWhole(store: EventStore, conversationId: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = []
  for (;;) {
    const page = orThrow(await store.read({ conversationId, fromVersion: events.length + 1 }))
    if (page.length === 0) return events
    events.push(...page)
  }
}
