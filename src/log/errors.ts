/** When the world refuses: what a store or a stored log can answer instead. Match on `code`. */

export type StoreErrorCode =
  /** Another writer was first; `actualVersion` tells how far the stream is. Nothing was stored. */
  | 'wrong-expected-version'
  /** Some of these event ids are in the stream already, yet not as this very append. Nothing was stored. */
  | 'duplicate-event'
  /** The answer was lost: the append may have happened or not. Look the event ids up before going on. */
  | 'unknown-outcome'
  /** The request itself cannot be: no events, too many, one too large, versions that do not follow. Nothing was stored. */
  | 'invalid-append'
  /** A stored event is not what was written, or not an event at all. */
  | 'corrupt-event'
  /** A stored event is of a type or a schema that this version of the library does not know. */
  | 'unknown-event'
  /** The view was never made, or was dropped when another took its place. Nothing was stored. */
  | 'view-missing'
  /** The store was closed. */
  | 'closed'
  /** The store did not do it: disk full, file locked, connection lost before anything was sent. Nothing was stored. */
  | 'unavailable'
  /** The file or database is not one of ours, or was written by a newer version. */
  | 'incompatible-store'
  /** Content is sealed, and does not open with this key; or the key is none. */
  | 'wrong-key'
  /** The key of the owner's content is gone, so that nothing can be sealed. Nothing was stored. */
  | 'key-gone'
  /** The key of the owner's content could not be had just now. Nothing was stored. */
  | 'key-unavailable'
  /** The database driver is not installed; the message names it. */
  | 'driver-missing'

export interface StoreError {
  readonly kind: 'store'
  readonly code: StoreErrorCode
  /** One line for a log or a developer; never to be matched on. */
  readonly message: string
  readonly actualVersion?: number
  readonly conversationId?: string
  readonly version?: number
  readonly cause?: unknown
}

export function storeError(code: StoreErrorCode, message: string, more: Partial<StoreError> = {}): StoreError {
  return { ...more, kind: 'store', code, message }
}
