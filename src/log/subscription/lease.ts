/**
 * What a partition's register holds: who handles it, how far it is, and which conversations are parked. One text, changed
 * by compare-and-set, so that a checkpoint can only be saved by whoever holds the lease, and what was passed over is
 * always in step with the checkpoint. It must never hold content.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../errors.js'

/** Why a conversation was parked: the handler threw or was late, or the event cannot be read. */
export type ParkedCode = 'handler-failed' | 'corrupt-event' | 'unknown-event'

/** A conversation whose events are passed over until it is retried: the log is the queue. */
export interface Parked {
  readonly conversationId: string
  /** The first version that was not handled: what a retry begins with. */
  readonly fromVersion: number
  /** The last version that was passed over so far. */
  readonly toVersion: number
  readonly code: ParkedCode
  /** The name of what was thrown, such as `TypeError`; never its message, which may quote what was said. */
  readonly thrown: string
  /** How often its first version was tried in all. */
  readonly attempts: number
  /** How often somebody asked for a retry, and how many of those were done. */
  readonly asked: number
  readonly answered: number
}

export interface Lease {
  /** The member that handles the partition; `null` if nobody does. */
  readonly holder: string | null
  /** Grows whenever the holder gives a sign of life. */
  readonly beat: number
  /** The member that the holder is asked to hand over to. */
  readonly next: string | null
  /** Every event of the partition up to this position was handled, or belongs to a parked conversation. */
  readonly checkpoint: number
  readonly parked: readonly Parked[]
}

export const freshLease = (checkpoint: number): Lease => ({ holder: null, beat: 0, next: null, checkpoint, parked: [] })

export const leaseText = (lease: Lease): string => JSON.stringify(lease)

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isMember = (value: unknown): boolean => value === null || typeof value === 'string'

function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null) return false
  const { holder, beat, next, checkpoint, parked } = value as { readonly [K in keyof Lease]?: unknown }
  return isMember(holder) && isMember(next) && isCount(beat) && isCount(checkpoint) && Array.isArray(parked)
}

/** The lease in a register's text; `incompatible-store` if it is none. */
export function readLease(text: string): Either<StoreError, Lease> {
  try {
    const value: unknown = JSON.parse(text)
    if (isLease(value)) return right(value)
  } catch {
    // As below: it is none of ours.
  }
  return left(storeError('incompatible-store', 'a register of this subscription holds what is no lease'))
}
