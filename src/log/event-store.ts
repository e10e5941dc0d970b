/**
 * The port: what the library asks of a store. A store keeps records it need not understand, in order, and never
 * loses, changes or reorders one; it knows no lifecycle. `stores/memory.ts` is the reference to read first.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from './errors.js'
import type { Registers } from './registers.js'
import type { PlacedRow, Views } from './views.js'

/**
 * One event as a store keeps it. What was hashed (`record`) is kept to the letter; content stands apart, to be erased.
 */
export interface StoredEvent {
  /**
   * 1 to `idBytesMax` UTF-8 bytes, compared byte by byte: neither case nor normal form nor blanks are smoothed over.
   */
  readonly conversationId: string
  /** From 1 without gaps. */
  readonly version: number
  /** Unique in its conversation; as long, and compared, as a conversation's id. */
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

/**
 * A stored event and its place among all conversations' events: growing, with gaps allowed, never used again. Within a
 * conversation it grows with the version; what was appended after an answer stands after what was answered.
 */
export interface PositionedEvent extends StoredEvent {
  readonly position: number
}

export interface AppendRequest {
  readonly conversationId: string
  /** The stream's version before this append, exactly; 0 for a new conversation. */
  readonly expectedVersion: number
  /** 1 to `eventsPerAppendMax`, versions following `expectedVersion` without a gap; `appendBytesMax` in all. */
  readonly events: readonly StoredEvent[]
  /**
   * Rows to keep in the same transaction, only if the events are: of this conversation, current with the last of these
   * events, at most one a view. For stores that have `views`.
   */
  readonly rows?: readonly PlacedRow[]
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
/** UTF-8 bytes of a conversation's or an event's id; so much fits into the index of any database. */
export const idBytesMax = 512
/** UTF-8 bytes of an event as JSON without its hash: what may be appended at all, see `parseEvent`. */
export const eventJsonBytesMax = 1_048_576
/** UTF-8 bytes of the digest that stands in a record for the content. */
export const digestBytes = '{"digest":""}'.length + 64
/** UTF-8 bytes of an event's record and content together: such an event's, and its digest's. */
export const eventBytesMax = eventJsonBytesMax + digestBytes
/** UTF-8 bytes of all events of one append, record and content: brokers take no message of any size. */
export const appendBytesMax = 4 * 1_048_576
/** The most that one read answers, whatever its limit. */
export const eventsPerReadMax = 10_000

type Answer<A> = Promise<Either<StoreError, A>>

/** How a store is, for a readiness probe: it answered, and takes writes. */
export interface Health {
  /** How long the storage took to answer, in milliseconds. */
  readonly roundTripMs: number
  /** Requests that wait for their turn in this handle. */
  readonly waiting: number
  /** What else there is to tell, by name; neither content nor ids. */
  readonly about: { readonly [name: string]: string | number | boolean }
}

/**
 * What is asked and answered here is plain data. A store keeps no reference to it once it has answered; until then
 * the caller must not change what it asked. Versions and positions are whole numbers; a limit is rounded down, and
 * below 1, or no number, it reads nothing. An id that cannot be stored is the id of nothing. No method rejects or
 * throws: whatever fails is a `Left`. Once an append is answered, every later `read`, `find` and `list` sees it,
 * whichever handle on the data it goes through.
 */
export interface EventStore {
  /**
   * Appends atomically: all events become readable, or none. The same events appended again answer as the first time,
   * even after their erasure, which they do not undo.
   * Errors: `wrong-expected-version` with `actualVersion`, `duplicate-event`, `unknown-outcome`, `invalid-append`,
   * `view-missing` for rows of a view that is not there, where the events would else be stored; `unavailable`, `closed`.
   * After all but `unknown-outcome` nothing of this append is stored, nor ever will be.
   */
  append(request: AppendRequest): Answer<Appended>
  /**
   * Events of one conversation from `fromVersion` (default 1) to `toVersion` (default: the last), both included, in
   * order; at most `limit`, at most `eventsPerReadMax`. Empty for an unknown conversation or past its end. While others
   * write, the answer is what stood there at one moment: no gap, and never half an append but where the range ends.
   */
  read(range: {
    readonly conversationId: string
    readonly fromVersion?: number
    readonly toVersion?: number
    readonly limit?: number
  }): Answer<readonly StoredEvent[]>
  /**
   * Events of all conversations after a position (0 or less: from the first), in order of position; at most `limit`,
   * at most `eventsPerReadMax`. Nothing ever appears at or before a position that was answered, so that a reader who
   * remembers its last position misses nothing. To keep that, a store may hold events back while an append is still
   * under way elsewhere. A store without a global order answers `unavailable`.
   */
  readAll(range: { readonly afterPosition: number; readonly limit?: number }): Answer<readonly PositionedEvent[]>
  /** One event by its id, or `null`: how an unknown outcome is resolved. */
  find(key: { readonly conversationId: string; readonly eventId: string }): Answer<StoredEvent | null>
  /**
   * Conversations that have events, by order of id (UTF-8 bytes), after the given one, which need not exist; at most
   * `limit`, at most `eventsPerReadMax`.
   */
  list(range: {
    readonly afterId?: string
    readonly limit?: number
  }): Answer<readonly { readonly conversationId: string; readonly version: number }[]>
  /**
   * Makes content and salt of these versions unreadable for good, and drops the conversation's snapshot; versions that
   * are not there are passed over. A store that cannot erase answers `unavailable`, and never `Right`.
   */
  erase(request: { readonly conversationId: string; readonly versions: readonly number[] }): Answer<void>
  /**
   * Keeps one snapshot a conversation: the newest by version, of one version the last that came; none from before an
   * erasure. A snapshot is never the only copy of anything: a store may keep none. Errors: `invalid-append` for a
   * version or a text that cannot be, `unavailable`, `closed`.
   */
  saveSnapshot(snapshot: StoredSnapshot): Answer<void>
  loadSnapshot(conversationId: string): Answer<StoredSnapshot | null>
  /** Asks the storage itself for a sign of life. Errors: `unavailable` where it has none or takes no writes, `closed`. */
  health(): Answer<Health>
  /** Finishes what was accepted, then refuses all else with `closed`. Closing twice is fine. */
  close(): Promise<void>

  // What a store may lack; then the member is not there.

  /**
   * Has `heard` called when events may have come, through whichever handle: an invitation to read, and no more. It can
   * come for nothing, once for many, or not at all, so a reader asks from time to time as well. `heard` must not throw.
   * @returns what ends it.
   */
  readonly listen?: (heard: () => void) => () => void
  readonly registers?: Registers
  readonly views?: Views
  /**
   * Rewrites what is stored, so that nothing that was erased is left in the store's own files. It may take long and keep
   * writers waiting. A store that leaves nothing behind in the first place has no need of it.
   */
  readonly compact?: () => Answer<void>
}
