/**
 * The port: what the library asks of a store. A store keeps records it need not understand, in order, and never
 * loses, changes or reorders one; it knows no lifecycle. `stores/memory.ts` is the reference to read first.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from './errors.js'

/** One event as a store keeps it. What was hashed (`record`) is kept to the letter; content stands apart, to be erased. */
export interface StoredEvent {
  readonly conversationId: string
  /** From 1 without gaps. */
  readonly version: number
  /** Unique in its conversation. */
  readonly eventId: string
  /** The canonical event, JSON text, with its content's salted digest in the place of the content. */
  readonly record: string
  /** Hex SHA-256 over the previous event's hash and `record`. */
  readonly hash: string
  /** The content, JSON text; `null` where there is none or it was erased. */
  readonly content: string | null
  /** Hex; erased together with the content, so that the digest cannot be guessed at. */
  readonly salt: string | null
}

/** A stored event and its place among all conversations' events: growing, with gaps allowed, never used again. */
export interface PositionedEvent extends StoredEvent {
  readonly position: number
}

export interface AppendRequest {
  readonly conversationId: string
  /** The stream's version before this append, exactly; 0 for a new conversation. */
  readonly expectedVersion: number
  /** 1 to `eventsPerAppendMax`, versions following `expectedVersion` without a gap. */
  readonly events: readonly StoredEvent[]
}

export interface Appended {
  /** The stream's version just after this append. */
  readonly version: number
}

export interface StoredSnapshot {
  readonly conversationId: string
  readonly version: number
  /** JSON text, see `snapshot.ts`. Holds content. */
  readonly text: string
}

export const eventsPerAppendMax = 1_000
/** UTF-8 bytes of an event's record and content together. */
export const eventBytesMax = 1_048_576
/** The most that one read answers, whatever its limit. */
export const eventsPerReadMax = 10_000

type Answer<A> = Promise<Either<StoreError, A>>

export interface EventStore {
  /**
   * Appends atomically: all events become readable, or none. The same events appended again answer as the first time.
   * Errors: `wrong-expected-version` with `actualVersion`, `duplicate-event`, `unknown-outcome`, `invalid-append`,
   * `unavailable`, `closed`. After all but `unknown-outcome` nothing of this append is stored.
   */
  append(request: AppendRequest): Answer<Appended>
  /**
   * Events of one conversation from `fromVersion` (default 1) to `toVersion` (default: the last), both included, in
   * order; at most `limit`, at most `eventsPerReadMax`. Empty for an unknown conversation or past its end.
   */
  read(range: {
    readonly conversationId: string
    readonly fromVersion?: number
    readonly toVersion?: number
    readonly limit?: number
  }): Answer<readonly StoredEvent[]>
  /** Events of all conversations after a position (0: from the first), in order of position; at most `limit`. */
  readAll(range: { readonly afterPosition: number; readonly limit?: number }): Answer<readonly PositionedEvent[]>
  /** One event by its id, or `null`: how an unknown outcome is resolved. */
  find(key: { readonly conversationId: string; readonly eventId: string }): Answer<StoredEvent | null>
  /** Conversations by order of id (UTF-8 bytes), after the given one; at most `limit`, at most `eventsPerReadMax`. */
  list(range: {
    readonly afterId?: string
    readonly limit?: number
  }): Answer<readonly { readonly conversationId: string; readonly version: number }[]>
  /** Makes content and salt of these versions unreadable for good, and drops the conversation's snapshot. */
  erase(request: { readonly conversationId: string; readonly versions: readonly number[] }): Answer<void>
  /** Keeps one snapshot a conversation: the newest. */
  saveSnapshot(snapshot: StoredSnapshot): Answer<void>
  loadSnapshot(conversationId: string): Answer<StoredSnapshot | null>
  /** Finishes what was accepted, then refuses all else with `closed`. Closing twice is fine. */
  close(): Promise<void>
}
