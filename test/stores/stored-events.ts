/** Events as stores get them, small and readable; what they say does not matter to a store. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../src/log/errors.js'
import type { AppendRequest, StoredEvent } from '../../src/log/event-store.js'

/** Event `version` of a conversation. */
export function storedEvent(conversationId: string, version: number, more: Partial<StoredEvent> = {}): StoredEvent {
  const eventId = `${conversationId}-${version}`
  const record = JSON.stringify({ id: eventId, version })
  return { conversationId, version, eventId, record, hash: `hash of ${eventId}`, content: null, salt: null, ...more }
}

/** Events `from` to `to` of a conversation. */
export function storedEvents(conversationId: string, from: number, to: number): readonly StoredEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => storedEvent(conversationId, from + index))
}

/** An append of these events where they say they belong. */
export function appendOf(...events: readonly StoredEvent[]): AppendRequest {
  const [first] = events
  return { conversationId: first?.conversationId ?? '', expectedVersion: (first?.version ?? 1) - 1, events }
}

/** An answer in one word: its value, or its error's code. */
export function inShort<A>(answer: Either<StoreError, A>): A | string {
  return answer._tag === 'Right' ? answer.right : answer.left.code
}
