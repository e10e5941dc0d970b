/** A store that believes its writers: it keeps what it is given where they say, whatever was there. For simulations to catch. */
import { type Either, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../src/log/errors.js'
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'

type Answer<A> = Promise<Either<StoreError, A>>

/** No compare-and-set: of two who write at one version, the later one wins, and both are told that they did. */
export function openNaiveStore(): EventStore {
  const streams = new Map<string, StoredEvent[]>()
  const entriesOf = (id: string): StoredEvent[] => streams.get(id) ?? []
  const answer = async <A>(value: A): Answer<A> => right(value)
  return {
    append: ({ conversationId, events }) => {
      const entries = entriesOf(conversationId)
      for (const event of events) entries[event.version - 1] = event
      streams.set(conversationId, entries)
      return answer({ version: entries.length })
    },
    read: ({ conversationId, fromVersion = 1, toVersion = Number.POSITIVE_INFINITY, limit }) => {
      const range = entriesOf(conversationId).slice(fromVersion - 1, Math.min(toVersion, 1e9))
      return answer(range.slice(0, limit))
    },
    readAll: () => answer([]),
    find: ({ conversationId, eventId }) =>
      answer(entriesOf(conversationId).find((event) => event.eventId === eventId) ?? null),
    list: () => answer([]),
    erase: () => answer(undefined),
    saveSnapshot: () => answer(undefined),
    loadSnapshot: () => answer(null),
    health: () => answer({ roundTripMs: 0, waiting: 0, about: {} }),
    close: async () => {},
  }
}
