/** The bounds of a subscription: what they are by default, and what they can be. */
import { isStorableId, isWithinBytes } from '../append-check.js'
import type { HandlingBounds } from './handling.js'
import { parkedMax } from './parking.js'
import { groupBytesMax, partitionsMax } from './partition.js'

export interface SubscriptionBounds extends HandlingBounds {
  /** In how many shares a group's conversations are handled side by side; fixed when the group first starts. */
  readonly partitions: number
  /** How long a process may give no sign of life before others take over what it held, in milliseconds. */
  readonly leaseMs: number
  /** How long what was handled may go unsaved, in milliseconds: so much is handled again after a crash. */
  readonly checkpointMs: number
  /** How often to look for events that nobody told of, in milliseconds. */
  readonly pollMs: number
  /** Events read at once, and so held in memory. */
  readonly eventsPerPage: number
  /** Conversations parked in one partition; with 0 none is, and an event that fails is waited for. */
  readonly parkedMax: number
  /** How long the store may fail in all it is asked before the subscription ends with its error, in milliseconds. */
  readonly storePatienceMs: number
}

/** What holds where nothing is said. */
export const defaultBounds: SubscriptionBounds = {
  partitions: 8,
  leaseMs: 10_000,
  checkpointMs: 1_000,
  pollMs: 250,
  eventsPerPage: 256,
  attemptsMax: 3,
  retryDelayMs: 100,
  retryDelayMaxMs: 30_000,
  handleTimeoutMs: 60_000,
  parkedMax,
  storePatienceMs: 60_000,
}

const dayMs = 86_400_000

const limits: { readonly [B in keyof SubscriptionBounds]: readonly [min: number, max: number] } = {
  partitions: [1, partitionsMax],
  leaseMs: [100, dayMs],
  checkpointMs: [1, dayMs],
  pollMs: [1, dayMs],
  eventsPerPage: [1, 10_000],
  attemptsMax: [1, 1_000],
  retryDelayMs: [0, dayMs],
  retryDelayMaxMs: [0, dayMs],
  handleTimeoutMs: [1, dayMs],
  parkedMax: [0, parkedMax],
  storePatienceMs: [0, dayMs],
}

/** The bounds that were asked for, with defaults. Throws RangeError for one that is none. */
export function boundsOf(request: Partial<SubscriptionBounds>): SubscriptionBounds {
  const bounds = { ...defaultBounds }
  for (const name of Object.keys(limits) as (keyof SubscriptionBounds)[]) {
    const value = request[name] ?? defaultBounds[name]
    const [min, max] = limits[name]
    const isBound = Number.isSafeInteger(value) && value >= min && value <= max
    if (!isBound) throw new RangeError(`${name} must be a whole number from ${min} to ${max}`)
    Object.assign(bounds, { [name]: value })
  }
  return bounds
}

/** Throws RangeError for what cannot be the name of a group. */
export function demandGroup(group: string): void {
  if (isStorableId(group) && isWithinBytes(group, groupBytesMax)) return
  throw new RangeError(`a group's name has 1 to ${groupBytesMax} bytes, and neither NUL nor a lone surrogate`)
}
