/**
 * Subscriptions of groups: every event of the store is handled at least once, by one of the processes that share the
 * group's name; in order within a conversation; each checkpoint saved after what it stands for was handled. It must never
 * save a checkpoint before, nor read a further page while one is being handled.
 */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { StoreError } from './errors.js'
import type { EventStore } from './event-store.js'
import { boundsOf, demandGroup, type SubscriptionBounds } from './subscription/bounds.js'
import { registersFor, startGroup } from './subscription/group.js'
import type { Handle } from './subscription/handling.js'
import type { ParkedReport } from './subscription/lane.js'
import { Member } from './subscription/member.js'
import type { SetTimer } from './timer.js'

export interface GroupRequest extends Partial<SubscriptionBounds> {
  /** Processes that share this name share the work; each group hears every event. 1 to 256 bytes. */
  readonly group: string
  readonly handle: Handle
  /** Ends it: the event in hand is finished, the checkpoint saved, the partitions let go, which others then soon take. */
  readonly signal: AbortSignal
  /** Where the group begins when it is first started: the first position it wants; default the first there is. */
  readonly fromPosition?: number
  /** Hears of each conversation that is parked, with its cause. Must not throw. */
  readonly onParked?: (report: ParkedReport) => void
  /** Hears of what failed and is tried again. Must not throw. */
  readonly onError?: (error: StoreError) => void
}

/** What a subscription has around it. */
export interface Surroundings {
  /** What tells that events may have come: the store, and this process's own appends. */
  readonly listen: readonly ((heard: () => void) => () => void)[]
  readonly setTimer: SetTimer
  /** Milliseconds that only grow; their zero does not matter. */
  readonly nowMs: () => number
  /** Makes a name that no other member has or had. */
  readonly newId: () => string
}

/**
 * Handles the events of all conversations as one member of a group, until the signal is aborted.
 *
 * - **At least once.** A checkpoint is saved about `checkpointMs` after what it stands for was handled, so a crash hands that
 *   much to the next member again. So does a pause longer than `leaseMs`: whoever wakes from it may still be in the middle of
 *   an event that another handles by now (then `signal` is aborted), but can save nothing more. Let `handle` do no harm
 *   when it comes twice; an event's id tells.
 * - **In order** within a conversation, all of which is in one partition, and a partition is handled by one member at a
 *   time. Partitions of one process are handled side by side.
 * - **Parked.** An event that fails `attemptsMax` times, or cannot be read, parks its conversation: what follows in it is
 *   passed over until somebody asks for a retry, which goes on where it failed. With `parkedMax` conversations parked, a
 *   partition parks no more: it waits, growing slower, at the event that fails, and loses nothing.
 *
 * @returns when the signal was aborted and all is saved. Errors: `unavailable` at once for a store without registers or
 * without a global order; `closed`; whatever the store failed with for `storePatienceMs` without a break.
 * @throws RangeError at once for a bound that is out of bounds, or a name that cannot be a group's.
 */
export async function subscribe(
  store: EventStore,
  request: GroupRequest,
  surroundings: Surroundings,
): Promise<Either<StoreError, void>> {
  const { group, fromPosition = 1, signal } = request
  demandGroup(group)
  const bounds = boundsOf(request)
  if (!Number.isSafeInteger(fromPosition)) throw new RangeError('fromPosition must be a whole number')
  const registers = await registersFor(store)
  if (isLeft(registers)) return registers
  const wanted = { group, partitions: bounds.partitions, afterPosition: Math.max(fromPosition - 1, 0) }
  const settings = await startGroup(registers.right, wanted)
  if (isLeft(settings)) return settings
  const { handle, onParked = () => {}, onError = () => {} } = request
  const told = { handle, signal, onParked, onError }
  return new Member({
    store,
    registers: registers.right,
    settings: settings.right,
    bounds,
    ...told,
    ...surroundings,
  }).run()
}
