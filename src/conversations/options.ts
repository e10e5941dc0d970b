/** What `createConversations` is given: a store, and what to do differently from the defaults. */
import type { Policy } from '#machines/events.js'
import type { StoreError } from '../log/errors.js'
import type { EventStore } from '../log/event-store.js'
import type { Projection } from '../log/projection.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import type { SetTimer } from '../log/timer.js'
import type { Assess } from './assessing.js'
import type { Encryption } from './sealing.js'
import { type LogEntry, structuredLog } from './structured-log.js'
import { both, noTelemetry, type Telemetry } from './telemetry.js'

export interface ConversationsOptions {
  readonly store: EventStore
  /** Content is stored sealed, under a key for each owner. Without it, content is stored as it is. */
  readonly encryption?: Encryption
  /** For conversations opened from now on; what it leaves out is the default. */
  readonly policy?: Partial<Policy>
  /** Asked about every user message. Without it messages stay unassessed, and nothing ends, until `assess` is called. */
  readonly assess?: Assess
  /** How long the assessor may take, in milliseconds; 10,000. */
  readonly assessTimeoutMs?: number
  /** How often a command is decided anew when other writers are first; 16. */
  readonly attemptsMax?: number
  /** Conversations kept in memory between commands; 1,000. */
  readonly cacheMax?: number
  /** Events between two snapshots of a conversation; 1,000. */
  readonly snapshotEvery?: number
  /** How often a subscription looks for events that nobody told of, in milliseconds; 250. */
  readonly pollMs?: number
  /**
   * Projections whose rows are written with each event, in its transaction; `conversationIndex` and `reviewQueue`, where the
   * store has views. What is left out is caught up when it is asked for.
   */
  readonly inlineProjections?: readonly Projection[]
  readonly clock?: () => Date
  /** Makes ids, and never one that was made before, in any process; random UUIDs. */
  readonly newId?: () => string
  /** Makes 32 hex digits that nobody can guess, for each event with content; random. Others are for simulations alone. */
  readonly newSalt?: () => string
  /** Waits, for the assessor's time limit and for subscriptions; the platform's timer. Others are for simulations. */
  readonly setTimer?: SetTimer
  /** Milliseconds that only grow, whatever is done to the clock; the platform's. Others are for simulations. */
  readonly nowMs?: () => number
  /** Hears every event that this process appended, after it is stored. Must not throw. */
  readonly onEvent?: (event: RecordedEvent) => void
  /** Hears of what failed without failing a command: a snapshot that could not be kept, a subscription that tries again. Must not throw. */
  readonly onError?: (error: StoreError) => void
  /** Watches the work: `openTelemetry()` of `colloquy/telemetry`, or your own. */
  readonly telemetry?: Telemetry
  /** Hears of every part of the work, for a structured log; never content. Must not throw. */
  readonly log?: (entry: LogEntry) => void
}

/** Whoever watches, as one. */
export function telemetryOf({ telemetry = noTelemetry, log }: ConversationsOptions): Telemetry {
  return log ? both(telemetry, structuredLog(log)) : telemetry
}
