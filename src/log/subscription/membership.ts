/**
 * The partitions that one member of a group holds: it renews them, takes what is free, asks others for its fair share and
 * hands over what it is asked for. No wall clock is looked at: a lease is free for the taking when its holder gave no sign
 * of life for `leaseMs` of the looker's own monotonic time.
 * @see the lock clients of DynamoDB and the Kinesis client library: leases by counting beats, not by the time of day
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../errors.js'
import { planFor, type Seen } from './fair-share.js'
import { type Holding, loadLease, type StoredLease, type Tenancy, take } from './holding.js'
import { type Lease, leaseText } from './lease.js'
import { partitionKey } from './partition.js'

type Answer<A> = Promise<Either<StoreError, A>>

export interface GroupSettings {
  readonly group: string
  readonly partitions: number
  /** Where partitions begin that were never handled. */
  readonly afterPosition: number
}

export interface MembershipOptions extends Tenancy {
  readonly leaseMs: number
  /** How often a sign of life is given, and others' are looked at. */
  readonly renewMs: number
  readonly onTaken: (holding: Holding) => void
}

/** When a beat was first seen, by the looker's own time. */
interface Watched {
  readonly beat: string
  readonly sinceMs: number
}

export class Membership {
  readonly held = new Map<number, Holding>()
  private readonly watched = new Map<number, Watched>()
  private lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly settings: GroupSettings,
    private readonly options: MembershipOptions,
  ) {}

  /** Does all that is due now. `Left` with the first failure; what else there is to do is done all the same. */
  async tend(): Answer<void> {
    const kept = await Promise.all([...this.held.values()].map((holding) => this.keep(holding)))
    const { nowMs, renewMs } = this.options
    const isDue = nowMs() - this.lookedAtMs >= renewMs
    const looked = isDue ? await this.lookAround() : right(undefined)
    return [...kept, looked].find(isLeft) ?? right(undefined)
  }

  /** Saves where every partition is, and lets all go. */
  async leave(): Answer<void> {
    const released = await Promise.all([...this.held.values()].map((holding) => holding.release()))
    this.held.clear()
    return released.find(isLeft) ?? right(undefined)
  }

  private async keep(holding: Holding): Answer<void> {
    const { nowMs, renewMs } = this.options
    const isWanted = holding.next !== null && !holding.isBusy
    const isDue = holding.isDirty || nowMs() - holding.savedAtMs >= renewMs
    const kept = isWanted ? await holding.release() : isDue ? await holding.renew() : right(undefined)
    if (holding.isLost) this.held.delete(holding.partition)
    return kept
  }

  private async lookAround(): Answer<void> {
    const { partitions } = this.settings
    const others = Array.from({ length: partitions }, (_, n) => n).filter((n) => !this.held.has(n))
    const loaded = await Promise.all(others.map((partition) => this.look(partition)))
    const failed = loaded.find(isLeft)
    if (failed) return failed
    this.lookedAtMs = this.options.nowMs()
    const stored = new Map(loaded.flatMap((one) => (isLeft(one) ? [] : [[one.right.seen.partition, one.right]])))
    const { take: free, ask } = planFor(this.options.me, [...this.seenOfMine(), ...seenOf(stored)])
    const mine = [...stored.values()].filter(({ seen }) => seen.holder === this.options.me)
    const wanted = new Set([...mine.map(({ seen }) => seen.partition), ...free])
    const acts = [...stored].flatMap(([partition, { lease }]) => {
      if (wanted.has(partition)) return [this.takeOver(partition, lease)]
      return ask.includes(partition) ? [this.ask(lease)] : []
    })
    return (await Promise.all(acts)).find(isLeft) ?? right(undefined)
  }

  private seenOfMine(): readonly Seen[] {
    const { me } = this.options
    return [...this.held.values()].map(({ partition, next }) => ({ partition, holder: me, next, isFree: false }))
  }

  private async look(partition: number): Answer<Looked> {
    const { registers, nowMs, leaseMs, me } = this.options
    const key = partitionKey(this.settings.group, partition)
    const loaded = await loadLease(registers, key, this.settings.afterPosition)
    if (isLeft(loaded)) return loaded
    const lease = loaded.right
    const { holder, next } = lease.lease
    const unchangedMs = nowMs() - this.watch(partition, lease.lease)
    const isFree = holder === null || (holder !== me && unchangedMs >= leaseMs)
    return right({ lease, seen: { partition, holder, next, isFree } })
  }

  /** Since when, by our own time, the holder has given no sign of life. */
  private watch(partition: number, { holder, beat }: Lease): number {
    const sign = `${beat} ${holder}`
    const before = this.watched.get(partition)
    if (before?.beat === sign) return before.sinceMs
    const sinceMs = this.options.nowMs()
    this.watched.set(partition, { beat: sign, sinceMs })
    return sinceMs
  }

  private async takeOver(partition: number, seen: StoredLease): Answer<void> {
    const taken = await take(this.options, partition, seen)
    if (isLeft(taken) || !taken.right) return isLeft(taken) ? taken : right(undefined)
    this.held.set(partition, taken.right)
    this.options.onTaken(taken.right)
    return right(undefined)
  }

  /** Leaves the holder a word. If somebody else was first to change the lease, it is for another time. */
  private async ask({ key, revision, lease }: StoredLease): Answer<void> {
    const { registers, me } = this.options
    const asked = await registers.save({ key, revision, text: leaseText({ ...lease, next: me }) })
    const isPassing = isLeft(asked) && ['wrong-expected-version', 'unknown-outcome'].includes(asked.left.code)
    return isLeft(asked) && !isPassing ? asked : right(undefined)
  }
}

interface Looked {
  readonly lease: StoredLease
  readonly seen: Seen
}

const seenOf = (stored: ReadonlyMap<number, Looked>): readonly Seen[] => [...stored.values()].map(({ seen }) => seen)
