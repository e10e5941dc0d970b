/** What operators ask of a group: how far behind it is, what is parked, and to try that again. Any process may ask. */

import { type Either, isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import type { Backlog } from '../backlog.js'
import { decode } from '../codec.js'
import { type StoreError, storeError } from '../errors.js'
import type { EventStore, PositionedEvent } from '../event-store.js'
import type { Registers } from '../registers.js'
import { groupSettings, registersFor } from './group.js'
import { loadLease, type StoredLease } from './holding.js'
import { leaseText, type ParkedCode } from './lease.js'
import type { GroupSettings } from './membership.js'
import { askedAgain, isAskedFor, parkedOf } from './parking.js'
import { partitionKey, partitionOf } from './partition.js'

type Answer<A> = Promise<Either<StoreError, A>>

/** A conversation whose events are passed over until it is retried. */
export interface ParkedConversation {
  readonly conversationId: string
  readonly partition: number
  /** The first version that was not handled. */
  readonly fromVersion: number
  /** The last version that was passed over so far. */
  readonly toVersion: number
  readonly code: ParkedCode
  /** The name of what was thrown, such as `TypeError`. */
  readonly thrown: string
  readonly attempts: number
  /** Whether a retry was asked for and not done yet. */
  readonly isRetrying: boolean
}

/** `behind`: events that were neither handled nor passed over, `countMax` at most. */
export interface Lag extends Backlog {
  /** Conversations that are parked. */
  readonly parked: number
  readonly partitions: readonly {
    readonly partition: number
    /** The member that holds it. */
    readonly holder: string | null
    readonly checkpoint: number
    readonly behind: number
  }[]
}

export interface RetryRequest {
  readonly group: string
  readonly conversationId: string
  /** A later version to go on from: what is before it is never handled. For an event that nobody can ever handle. */
  readonly fromVersion?: number
}

/** Most events that are counted behind. */
export const countMax = 10_000
const eventsPerPage = 256
const attemptsMax = 16

interface GroupAsItIs {
  readonly registers: Registers
  readonly settings: GroupSettings
  readonly leases: readonly StoredLease[]
}

async function inspect(store: EventStore, group: string): Answer<GroupAsItIs> {
  const registers = await registersFor(store)
  if (isLeft(registers)) return registers
  const settings = await groupSettings(registers.right, group)
  if (isLeft(settings)) return settings
  const known = settings.right ?? { group, partitions: 0, afterPosition: 0 }
  const leases: StoredLease[] = []
  for (let partition = 0; partition < known.partitions; partition++) {
    const lease = await loadLease(registers.right, partitionKey(group, partition), known.afterPosition)
    if (isLeft(lease)) return lease
    leases.push(lease.right)
  }
  return right({ registers: registers.right, settings: known, leases })
}

/** The parked conversations of a group, by partition; none for a group that was never started. */
export async function parked(
  store: EventStore,
  { group }: { readonly group: string },
): Answer<readonly ParkedConversation[]> {
  const found = await inspect(store, group)
  if (isLeft(found)) return found
  const all = found.right.leases.flatMap(({ lease }, partition) =>
    lease.parked.map(({ asked, answered, ...entry }) => ({
      ...entry,
      partition,
      isRetrying: isAskedFor({ ...entry, asked, answered }),
    })),
  )
  return right(all)
}

/**
 * Asks the group to handle a parked conversation again, from the event that could not be handled on. The member that holds
 * its partition does so soon, or whoever starts next; if it fails once more, it stays parked and is reported anew.
 * @returns whether the conversation was parked at all.
 */
export async function retry(store: EventStore, { group, conversationId, fromVersion }: RetryRequest): Answer<boolean> {
  const registers = await registersFor(store)
  if (isLeft(registers)) return registers
  const settings = await groupSettings(registers.right, group)
  if (isLeft(settings)) return settings
  if (settings.right === null) return right(false)
  const { partitions, afterPosition } = settings.right
  const key = partitionKey(group, partitionOf(conversationId, partitions))
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const loaded = await loadLease(registers.right, key, afterPosition)
    if (isLeft(loaded)) return loaded
    const { revision, lease } = loaded.right
    if (!parkedOf(lease.parked, conversationId)) return right(false)
    const text = leaseText({ ...lease, parked: askedAgain(lease.parked, conversationId, fromVersion) })
    const saved = await registers.right.save({ key, revision, text })
    if (isRight(saved)) return right(true)
    if (saved.left.code !== 'wrong-expected-version') return saved
  }
  return left(storeError('unavailable', 'the partition is changed all the time: try again'))
}

/** The events that wait for each partition, and the oldest of all. */
class Count {
  readonly behind: number[]
  total = 0
  oldest: PositionedEvent | undefined

  constructor(private readonly checkpoints: readonly number[]) {
    this.behind = checkpoints.map(() => 0)
  }

  add(event: PositionedEvent): void {
    const partition = partitionOf(event.conversationId, this.checkpoints.length)
    if (event.position <= (this.checkpoints[partition] ?? 0)) return
    this.behind[partition] = (this.behind[partition] ?? 0) + 1
    this.total += 1
    this.oldest ??= event
  }

  get oldestRecordedAt(): string | null {
    const event = this.oldest && decode(this.oldest)
    return event && isRight(event) ? event.right.recordedAt : null
  }
}

/** Reads on from the lowest checkpoint, so many events at most; `true` if there are more. */
async function count(store: EventStore, tally: Count, from: number, most: number): Answer<boolean> {
  let afterPosition = from
  for (let read = 0; ; ) {
    const page = await store.readAll({ afterPosition, limit: eventsPerPage })
    if (isLeft(page)) return page
    if (page.right.length === 0) return right(false)
    for (const event of page.right) {
      if (read++ === most) return right(true)
      tally.add(event)
      afterPosition = event.position
    }
  }
}

/**
 * How far behind a group is. Reads what was not handled yet, `countMax` events at most (10,000, also the default); checkpoints
 * are saved about once a second, so that a group which is up to date can seem that much behind.
 */
export async function lag(
  store: EventStore,
  { group, countMax: most = countMax }: { readonly group: string; readonly countMax?: number },
): Answer<Lag> {
  const found = await inspect(store, group)
  if (isLeft(found)) return found
  const leases = found.right.leases.map(({ lease }) => lease)
  const tally = new Count(leases.map(({ checkpoint }) => checkpoint))
  const lowest = Math.min(...leases.map(({ checkpoint }) => checkpoint))
  const isMore = leases.length === 0 ? right(false) : await count(store, tally, lowest, Math.min(most, countMax))
  if (isLeft(isMore)) return isMore
  return right({
    behind: tally.total,
    isMore: isMore.right,
    oldestRecordedAt: tally.oldestRecordedAt,
    parked: leases.reduce((sum, lease) => sum + lease.parked.length, 0),
    partitions: leases.map(({ holder, checkpoint }, partition) => ({
      partition,
      holder,
      checkpoint,
      behind: tally.behind[partition] ?? 0,
    })),
  })
}
