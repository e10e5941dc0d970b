/** What was asked of a store, what it answered, and when: plain data, in logical time. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import type { Appended, AppendRequest, EventStore, StoredEvent } from '../../log/event-store.js'

/**
 * When: ticks of one clock for the whole history, no two alike. An operation was before another if it answered first.
 */
interface Asked {
  /** Who asked; for the story that is told. */
  readonly client: string
  readonly conversationId: string
  readonly askedAt: number
  /** `null` if no answer has come. */
  readonly answeredAt: number | null
}

interface Answered<A> {
  /** `null` if none has come: an append may then have happened, or happen yet. So with `unknown-outcome`. */
  readonly answer: Either<StoreError, A> | null
}

export interface AppendOperation extends Asked, Answered<Appended> {
  readonly kind: 'append'
  readonly request: AppendRequest
}

export interface ReadOperation extends Asked, Answered<readonly StoredEvent[]> {
  readonly kind: 'read'
  readonly request: Parameters<EventStore['read']>[0]
}

export interface FindOperation extends Asked, Answered<StoredEvent | null> {
  readonly kind: 'find'
  readonly request: Parameters<EventStore['find']>[0]
}

export type Operation = AppendOperation | ReadOperation | FindOperation

/** Operations in the order in which they were asked. */
export type History = readonly Operation[]
