/**
 * One process's part in a group: it tends its leases, and beside that reads the log once for all partitions it holds, page by
 * page, each page handled before the next is read. It ends when it is told to, or when the store has failed for too long.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { Alarm } from '../alarm.js'
import type { StoreError } from '../errors.js'
import type { EventStore, PositionedEvent } from '../event-store.js'
import type { Registers } from '../registers.js'
import type { SetTimer } from '../timer.js'
import type { SubscriptionBounds } from './bounds.js'
import { type Handle, Handling } from './handling.js'
import { Lane, type ParkedReport } from './lane.js'
import { type GroupSettings, Membership } from './membership.js'
import { partitionOf } from './partition.js'
import { Patience } from './patience.js'

export interface MemberOptions {
  readonly store: EventStore
  readonly registers: Registers
  readonly settings: GroupSettings
  readonly bounds: SubscriptionBounds
  readonly handle: Handle
  readonly signal: AbortSignal
  readonly onParked: (report: ParkedReport) => void
  readonly onError: (error: StoreError) => void
  readonly listen: readonly ((heard: () => void) => () => void)[]
  readonly setTimer: SetTimer
  readonly nowMs: () => number
  readonly newId: () => string
}

type Answer<A> = Promise<Either<StoreError, A>>

/** Of a lease's time: how often it is renewed, and for how long after a renewal its holder goes by it. */
const renewalsPerLease = 4
const trustedShare = 3 / 4

export class Member {
  private readonly membership: Membership
  private readonly lanes = new Map<number, Lane>()
  private readonly handling: Handling
  /** Aborted when all is to come to an end. */
  private readonly ending = new AbortController()
  private readonly alarm: Alarm
  private readonly ticks: Alarm
  private readonly reading: Patience
  private readonly tending: Patience
  private failure: StoreError | undefined
  private pages = 0

  constructor(private readonly options: MemberOptions) {
    const { registers, settings, bounds, handle, setTimer, nowMs, newId } = options
    const { leaseMs } = bounds
    this.handling = new Handling(handle, bounds, setTimer)
    this.alarm = new Alarm(setTimer)
    this.ticks = new Alarm(setTimer)
    this.reading = new Patience(bounds.storePatienceMs, nowMs)
    this.tending = new Patience(bounds.storePatienceMs, nowMs)
    this.membership = new Membership(settings, {
      registers,
      me: newId(),
      nowMs,
      leaseMs,
      trustMs: leaseMs * trustedShare,
      renewMs: leaseMs / renewalsPerLease,
      onTaken: (holding) => {
        this.lanes.set(holding.partition, this.laneOf(holding))
        this.alarm.ring()
      },
    })
  }

  async run(): Answer<void> {
    const { listen, signal } = this.options
    const end = () => this.ending.abort()
    signal.addEventListener('abort', end)
    // It may have been aborted while the group was being looked up.
    if (signal.aborted) end()
    const ends = listen.map((source) => source(this.alarm.ring))
    const reading = this.readOn()
    try {
      await this.tendUntil(reading)
      await reading
    } finally {
      for (const stop of ends) stop()
      signal.removeEventListener('abort', end)
    }
    const released = await this.membership.leave()
    return this.failure ? left(this.failure) : released
  }

  private laneOf(holding: Lane['holding']): Lane {
    const { store, settings, bounds, onParked, onError, nowMs, setTimer } = this.options
    return new Lane(holding, {
      store,
      group: settings.group,
      handling: this.handling,
      parkedMax: bounds.parkedMax,
      onParked,
      onError,
      nowMs,
      isStopping: () => this.ending.signal.aborted,
      pause: (delayMs) => new Alarm(setTimer).wait(delayMs, this.ending.signal),
    })
  }

  /** Leases are renewed for as long as an event is in hand. */
  private async tendUntil(read: Promise<void>): Promise<void> {
    const { leaseMs, checkpointMs } = this.options.bounds
    let isOver = false
    const over = () => {
      isOver = true
      this.ticks.ring()
    }
    read.then(over, over)
    while (!isOver) {
      const tended = await this.membership.tend()
      for (const lane of this.lanes.values()) lane.abortIfInDoubt()
      this.note(tended, this.tending)
      await this.ticks.wait(Math.min(checkpointMs, leaseMs / renewalsPerLease))
    }
  }

  private async readOn(): Promise<void> {
    while (!this.ending.signal.aborted) {
      this.alarm.reset()
      const read = await this.readPage()
      if (!this.note(read, this.reading) || (!isLeft(read) && !read.right)) await this.restOnce()
    }
  }

  private restOnce(): Promise<void> {
    return this.alarm.wait(this.options.bounds.pollMs, this.ending.signal)
  }

  /** Reads and handles what comes next; `false` if there was nothing to do. */
  private async readPage(): Answer<boolean> {
    for (const [partition, { holding }] of this.lanes) if (holding.isLost) this.lanes.delete(partition)
    const ready = [...this.lanes.values()].filter(({ isReady }) => isReady)
    if (ready.length === 0) return right(false)
    const retried = await Promise.all(ready.map((lane) => lane.retry()))
    const failed = retried.find(isLeft)
    if (failed) return failed
    const turn = this.whoseTurn(ready)
    const afterPosition = Math.min(...turn.map(({ holding }) => holding.checkpoint))
    const page = await this.options.store.readAll({ afterPosition, limit: this.options.bounds.eventsPerPage })
    if (isLeft(page)) return page
    await this.handlePage(turn, page.right)
    return right(page.right.length > 0 || turn.length < ready.length)
  }

  /** Every other page is read for those alone that are furthest: what comes now need not wait for those that catch up. */
  private whoseTurn(ready: readonly Lane[]): readonly Lane[] {
    this.pages += 1
    if (this.pages % 2 === 0) return ready
    const furthest = Math.max(...ready.map(({ holding }) => holding.checkpoint))
    return ready.filter(({ holding }) => holding.checkpoint === furthest)
  }

  private async handlePage(ready: readonly Lane[], events: readonly PositionedEvent[]): Promise<void> {
    const last = events.at(-1)
    if (!last) return
    const shares = new Map<number, PositionedEvent[]>(ready.map(({ holding }) => [holding.partition, []]))
    for (const event of events) {
      shares.get(partitionOf(event.conversationId, this.options.settings.partitions))?.push(event)
    }
    await Promise.all(ready.map((lane) => lane.handle(shares.get(lane.holding.partition) ?? [], last.position)))
  }

  /** Whether that went well; ends all where it has not for too long. */
  private note(answer: Either<StoreError, unknown>, patience: Patience): boolean {
    if (!isLeft(answer)) {
      patience.restore()
      return true
    }
    this.options.onError(answer.left)
    if (patience.isOver(answer.left)) {
      this.failure ??= answer.left
      this.ending.abort()
    }
    return false
  }
}
