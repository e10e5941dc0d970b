/**
 * The events of one partition, one after another. An event that cannot be handled parks its conversation: what follows in
 * that conversation is passed over, in order, until a retry. It must never handle two events at once, nor go on where the
 * lease is not to be counted on.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../errors.js'
import type { EventStore, PositionedEvent, StoredEvent } from '../event-store.js'
import type { Failure, Handling, Permit } from './handling.js'
import type { Holding } from './holding.js'
import type { Parked, ParkedCode } from './lease.js'
import { isAskedFor, parkedOf, passedOver, unparked, withParked } from './parking.js'

/** What is told of a conversation that was parked. Only `cause` may quote what was said. */
export interface ParkedReport {
  readonly group: string
  readonly partition: number
  readonly conversationId: string
  /** Of the event that could not be handled. */
  readonly version: number
  readonly code: ParkedCode
  /** The name of what was thrown. */
  readonly thrown: string
  readonly attempts: number
  /** What was thrown, or the store error that tells why the event cannot be read. */
  readonly cause: unknown
}

export interface LaneOptions {
  readonly store: EventStore
  readonly group: string
  readonly handling: Handling
  readonly parkedMax: number
  readonly onParked: (report: ParkedReport) => void
  readonly onError: (error: StoreError) => void
  readonly nowMs: () => number
  /** Whether all is to come to an end. */
  readonly isStopping: () => boolean
  /** Waits so long, or until all is to come to an end. */
  readonly pause: (delayMs: number) => Promise<void>
}

type Answer<A> = Promise<Either<StoreError, A>>

const eventsPerPage = 256

export class Lane {
  private attempt: AbortController | undefined
  /** How often in a row the event in hand could be neither handled nor parked. */
  private rests = 0
  private readonly permit: Permit

  constructor(
    readonly holding: Holding,
    private readonly options: LaneOptions,
  ) {
    this.permit = {
      mayGoOn: () => this.mayGoOn,
      underWay: (attempt) => {
        this.attempt = attempt
      },
      pause: options.pause,
    }
  }

  /** Whether it has something to do with what is read next. */
  get isReady(): boolean {
    return this.mayGoOn && this.options.nowMs() >= this.holding.restUntilMs
  }

  private get mayGoOn(): boolean {
    const { isTrusted, next } = this.holding
    return isTrusted && next === null && !this.options.isStopping()
  }

  /** Tells the handler to stop, where the lease is not to be counted on any more. */
  abortIfInDoubt(): void {
    if (!this.holding.isTrusted) this.attempt?.abort(new DOMException('the lease was lost', 'AbortError'))
  }

  /**
   * Handles its share of a page of the log, as far as it may.
   * @param events those of its partition, in order; `lastPosition` that of the whole page.
   */
  async handle(events: readonly PositionedEvent[], lastPosition: number): Promise<void> {
    await this.busily(async () => {
      for (const event of events) {
        if (event.position <= this.holding.checkpoint) continue
        if (!this.mayGoOn || !(await this.dealWith(event))) return
        this.holding.checkpoint = event.position
        this.holding.isDirty = true
      }
      // Not dirty for that: it is saved along with the next sign of life.
      this.holding.checkpoint = Math.max(this.holding.checkpoint, lastPosition)
    })
  }

  /** Retries the conversations that somebody asked to retry. */
  async retry(): Answer<void> {
    return this.busily(async () => {
      for (const entry of this.holding.parked.filter(isAskedFor)) {
        const retried = await this.takeUp(entry)
        if (isLeft(retried)) return retried
      }
      return right(undefined)
    })
  }

  private async busily<A>(work: () => Promise<A>): Promise<A> {
    this.holding.isBusy = true
    try {
      return await work()
    } finally {
      this.holding.isBusy = false
    }
  }

  /** Handles an event, passes it over, or parks its conversation; `false` if none of these could be done. */
  private async dealWith(event: StoredEvent): Promise<boolean> {
    const { holding } = this
    if (parkedOf(holding.parked, event.conversationId)) {
      holding.parked = passedOver(holding.parked, event.conversationId, event.version)
      return true
    }
    const outcome = await this.options.handling.do(event, this.permit)
    if (outcome === 'stopped') return false
    if (outcome === 'handled') this.rests = 0
    return outcome === 'handled' || this.parkOrRest(event, outcome)
  }

  private parkOrRest({ conversationId, version }: StoredEvent, failure: Failure): boolean {
    if (this.holding.parked.length >= this.options.parkedMax) {
      this.rest()
      return false
    }
    const { code, thrown, attempts, cause } = failure
    const entry = { conversationId, fromVersion: version, toVersion: version, asked: 0, answered: 0 }
    this.park({ ...entry, code, thrown, attempts }, cause)
    return true
  }

  private park(entry: Parked, cause: unknown): void {
    const { holding, options } = this
    holding.parked = withParked(holding.parked, entry)
    holding.isDirty = true
    const { conversationId, fromVersion: version, code, thrown, attempts } = entry
    const { partition } = holding
    options.onParked({ group: options.group, partition, conversationId, version, code, thrown, attempts, cause })
  }

  // So many poisonous events are none: what they need is down. Nothing is lost by waiting until it is up again.
  private rest(): void {
    const { handling, nowMs, onError, group, parkedMax } = this.options
    this.rests += 1
    this.holding.restUntilMs = nowMs() + handling.delayMs(this.rests)
    const where = `partition ${this.holding.partition} of the group ${JSON.stringify(group)}`
    onError(
      storeError('unavailable', `${where} has ${parkedMax} conversations parked, and waits at the next that fails`),
    )
  }

  /** Handles what was passed over of a conversation, up to where the partition is; then it is parked no longer. */
  private async takeUp(asked: Parked): Answer<void> {
    const { holding, options } = this
    const { conversationId, toVersion } = asked
    let fromVersion = asked.fromVersion
    while (fromVersion <= toVersion) {
      const range = { conversationId, fromVersion, toVersion, limit: eventsPerPage }
      const page = await options.store.read(range)
      if (isLeft(page)) return page
      if (page.right.length === 0) break
      for (const event of page.right) {
        const outcome = await options.handling.do(event, this.permit)
        if (outcome === 'stopped') return right(undefined)
        if (outcome !== 'handled') {
          this.parkAgain(event, outcome)
          return right(undefined)
        }
        fromVersion = event.version + 1
        this.goneOn(conversationId, fromVersion)
      }
    }
    holding.parked = unparked(holding.parked, conversationId)
    holding.isDirty = true
    return right(undefined)
  }

  /** What of the entry was handled is handled, whatever comes of the rest. */
  private goneOn(conversationId: string, fromVersion: number): void {
    const { holding } = this
    const entry = parkedOf(holding.parked, conversationId)
    if (entry) holding.parked = withParked(holding.parked, { ...entry, fromVersion, attempts: 0 })
    holding.isDirty = true
  }

  private parkAgain({ conversationId, version }: StoredEvent, { code, thrown, attempts, cause }: Failure): void {
    const entry = parkedOf(this.holding.parked, conversationId)
    if (!entry) return
    const tried = entry.attempts + attempts
    this.park({ ...entry, fromVersion: version, code, thrown, attempts: tried, answered: entry.asked }, cause)
  }
}
