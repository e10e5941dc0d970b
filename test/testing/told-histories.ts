/** Histories written by hand, short enough to read: who, from when to when, what, and the answer. */
import { left, right } from 'fp-ts/lib/Either.js'
import { type StoreErrorCode, storeError } from '../../src/log/errors.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import type { AppendOperation, FindOperation, ReadOperation } from '../../src/testing/index.js'
import { appendOf, storedEvent } from '../../src/testing/store-suite/specimens.js'

/** When it was asked and when answered; `null`: never. */
type Span = readonly [askedAt: number, answeredAt: number | null]

/** Events with these ids, from a version on. */
export const eventsNamed = (conversationId: string, version: number, ids: readonly string[]): readonly StoredEvent[] =>
  ids.map((eventId, at) => storedEvent(conversationId, version + at, { eventId, hash: eventId, record: eventId }))

const asked = (client: string, [askedAt, answeredAt]: Span, conversationId: string) => ({
  client,
  askedAt,
  answeredAt,
  conversationId,
})

/** What a client may hear: a version, an error, an error with the actual version, or nothing. */
export type Heard = number | StoreErrorCode | readonly [StoreErrorCode, actualVersion: number] | null

function answerOf(heard: Heard): AppendOperation['answer'] {
  if (heard === null) return null
  if (typeof heard === 'number') return right({ version: heard })
  if (typeof heard === 'string') return left(storeError(heard, heard))
  return left(storeError(heard[0], heard[0], { actualVersion: heard[1] }))
}

export function append(
  client: string,
  span: Span,
  expectedVersion: number,
  ids: readonly string[],
  heard: Heard,
  conversationId = 'c',
): AppendOperation {
  const request = appendOf(...eventsNamed(conversationId, expectedVersion + 1, ids))
  return { kind: 'append', ...asked(client, span, conversationId), request, answer: answerOf(heard) }
}

/** A read of a range (by default of all) that gave these ids, numbered from the range's beginning. */
export function read(
  client: string,
  span: Span,
  ids: readonly string[],
  range: Omit<ReadOperation['request'], 'conversationId'> = {},
  conversationId = 'c',
): ReadOperation {
  const answer = right(eventsNamed(conversationId, range.fromVersion ?? 1, ids))
  return { kind: 'read', ...asked(client, span, conversationId), request: { conversationId, ...range }, answer }
}

/** A look-up that found the event at this version, or nothing. */
export function find(client: string, span: Span, eventId: string, version: number | null): FindOperation {
  const [event = null] = version === null ? [] : eventsNamed('c', version, [eventId])
  return { kind: 'find', ...asked(client, span, 'c'), request: { conversationId: 'c', eventId }, answer: right(event) }
}
