/**
 * One partition that this member holds: what was handled so far, and until when it may go on handling. Only the holder
 * changes checkpoint, beat and what is parked; others may ask for the partition or for a retry, and are heard at the next
 * save. It must never believe that it still holds what it could not renew in time.
 */
import { type Either, isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../errors.js'
import type { Registers } from '../registers.js'
import { freshLease, type Lease, leaseText, type Parked, readLease } from './lease.js'
import { withAsked } from './parking.js'

type Answer<A> = Promise<Either<StoreError, A>>

/** How often a save is tried that others' wishes were in the way of, or whose answer was lost. */
const attemptsMax = 8

export interface Tenancy {
  readonly registers: Registers
  readonly me: string
  readonly nowMs: () => number
  /** How long after a renewal was sent the holder may go on, in milliseconds. */
  readonly trustMs: number
}

/** A lease and the register that it is kept in. */
export interface StoredLease {
  readonly key: string
  readonly revision: number
  readonly lease: Lease
}

/** A lease as it is stored; a fresh one, at `checkpoint`, where there is none. */
export async function loadLease(registers: Registers, key: string, checkpoint: number): Answer<StoredLease> {
  const register = await registers.load(key)
  if (isLeft(register)) return register
  if (register.right === null) return right({ key, revision: 0, lease: freshLease(checkpoint) })
  const { revision, text } = register.right
  const lease = readLease(text)
  return isLeft(lease) ? lease : right({ key, revision, lease: lease.right })
}

/**
 * Takes a partition that is free, or was handed over to this member, if it is still as it was seen.
 * @returns what is held from now on; `null` if another was first.
 */
export async function take(tenancy: Tenancy, partition: number, seen: StoredLease): Answer<Holding | null> {
  const { registers, me, nowMs } = tenancy
  const { key, revision } = seen
  // What was asked of the holder before is not asked of this one.
  const lease: Lease = { ...seen.lease, holder: me, next: null, beat: seen.lease.beat + 1 }
  const sentAtMs = nowMs()
  const saved = await registers.save({ key, revision, text: leaseText(lease) })
  if (isRight(saved)) return right(new Holding(partition, tenancy, { ...seen, lease, ...saved.right }, sentAtMs))
  // If the answer was lost and it is taken after all, its name on the lease will tell.
  const isTaken = saved.left.code === 'wrong-expected-version' || saved.left.code === 'unknown-outcome'
  return isTaken ? right(null) : saved
}

export class Holding {
  /** All up to here was handled, or passed over. */
  checkpoint: number
  parked: readonly Parked[]
  /** The member that asked for it, if one did. */
  next: string | null = null
  /** Whether something was handled, passed over or parked that is not saved yet. */
  isDirty = false
  /** Whether events of it are being handled now. */
  isBusy = false
  isLost = false
  /** A partition that cannot go on rests until then, in monotonic milliseconds. */
  restUntilMs = Number.NEGATIVE_INFINITY
  private readonly key: string
  private revision: number
  private beat: number

  constructor(
    readonly partition: number,
    private readonly tenancy: Tenancy,
    { key, revision, lease }: StoredLease,
    /** When the last save that succeeded was sent. */
    public savedAtMs: number,
  ) {
    this.key = key
    this.revision = revision
    this.beat = lease.beat
    this.checkpoint = lease.checkpoint
    this.parked = lease.parked
  }

  /** Whether it may be counted on that nobody else handles this partition. */
  get isTrusted(): boolean {
    const { nowMs, trustMs } = this.tenancy
    return !this.isLost && nowMs() - this.savedAtMs < trustMs
  }

  /** Saves where it is, and gives a sign of life. `Right` also where another turned out to hold it; then `isLost`. */
  renew(): Answer<void> {
    return this.save(() => ({ holder: this.tenancy.me, next: this.next }))
  }

  /** Saves where it is for the last time, and lets it go: to whoever asked, else to anybody. */
  async release(): Answer<void> {
    const released = await this.save(() => ({ holder: this.next, next: null }))
    if (isRight(released)) this.isLost = true
    return released
  }

  private async save(change: () => Pick<Lease, 'holder' | 'next'>): Answer<void> {
    const { registers, nowMs } = this.tenancy
    for (let attempt = 1; !this.isLost; attempt++) {
      const sentAtMs = nowMs()
      const { key, revision, checkpoint, parked } = this
      const lease: Lease = { ...change(), beat: this.beat + 1, checkpoint, parked }
      this.isDirty = false
      const saved = await registers.save({ key, revision, text: leaseText(lease) })
      if (isRight(saved)) {
        this.revision = saved.right.revision
        this.beat = lease.beat
        this.savedAtMs = sentAtMs
        return right(undefined)
      }
      this.isDirty = true
      const looked = attempt === attemptsMax ? saved : await this.lookAfter(saved.left)
      if (isLeft(looked)) return looked
    }
    return right(undefined)
  }

  /** After a save that was refused, or whose answer was lost: who holds it, and what has been asked for meanwhile? */
  private async lookAfter(error: StoreError): Answer<void> {
    if (error.code !== 'wrong-expected-version' && error.code !== 'unknown-outcome') return left(error)
    const loaded = await loadLease(this.tenancy.registers, this.key, this.checkpoint)
    if (isLeft(loaded)) return loaded
    const { revision, lease } = loaded.right
    this.isLost = lease.holder !== this.tenancy.me
    this.revision = revision
    this.beat = Math.max(this.beat, lease.beat)
    this.next = lease.next
    this.parked = withAsked(this.parked, lease.parked)
    return right(undefined)
  }
}
