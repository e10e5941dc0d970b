/** Stores that append wrongly: what, where, how much, and under which ids. */
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { storeError } from '../../../src/log/errors.js'
import { appendBytesMax, type EventStore, eventBytesMax, eventsPerAppendMax } from '../../../src/log/event-store.js'
import { type BrokenStore, broken, brokenEvents, mapRight, moved, unavailable, versionOf } from './broken-store.js'

const letter = 'Record, hash, content and salt come back to the letter, as text.'
const odd = 'Odd ids are ids like any other.'
const alike = 'Ids that look alike are different conversations and different events.'
const nothingHalf = 'An append that does not follow from itself is invalid, and nothing of it is stored.'
const changedOutside = 'Changing what was appended, or what was read, changes nothing that is stored.'

/** Every id goes through a change on its way in, and the caller's own comes back. */
function foldingIds(name: string, caughtBy: string, fold: (id: string) => string): BrokenStore {
  const refold = <E extends { conversationId: string; eventId: string }>(event: E) => ({
    ...event,
    conversationId: fold(event.conversationId),
    eventId: fold(event.eventId),
  })
  return broken(name, caughtBy, (store) => ({
    append: ({ conversationId, expectedVersion, events }) =>
      store.append({ conversationId: fold(conversationId), expectedVersion, events: events.map(refold) }),
    read: (range) => store.read({ ...range, conversationId: fold(range.conversationId) }),
    find: (key) => store.find(refold(key)),
  }))
}

/** Answers as if all went well, and stores something else. */
const storing = (
  name: string,
  caughtBy: string,
  change: (request: Parameters<EventStore['append']>[0]) => typeof request,
) =>
  broken(name, caughtBy, (store) => ({
    append: async (request) => {
      const answer = await store.append(change(request))
      return mapRight(answer, () => ({ version: request.expectedVersion + request.events.length }))
    },
  }))

/** Answers what it gave before, the very objects. */
function givingItsOwn(store: EventStore): Partial<EventStore> {
  const given = new Map<string, ReturnType<EventStore['read']>>()
  return {
    read: (range) => {
      const known = given.get(range.conversationId) ?? store.read(range)
      given.set(range.conversationId, known)
      return known
    },
  }
}

/** Keeps the caller's own objects, and gives copies of what they are by now. */
function keepingTheCallers(store: EventStore): Partial<EventStore> {
  const kept = new Map<string, object>()
  return {
    append: (request) => {
      for (const event of request.events) kept.set(event.eventId, event)
      return store.append(request)
    },
    read: async (range) =>
      mapRight(await store.read(range), (events) => events.map((event) => ({ ...event, ...kept.get(event.eventId) }))),
  }
}

export const appends: readonly BrokenStore[] = [
  broken(
    'answers with a version one too low',
    'A new conversation is appended at version 0, and the answer is its version.',
    (store) => ({
      append: async (request) => mapRight(await store.append(request), ({ version }) => ({ version: version - 1 })),
    }),
  ),
  storing(
    'loses the last event of a batch',
    'Versions count from 1 without a gap, however the appends were cut.',
    (request) => ({ ...request, events: request.events.slice(0, Math.max(1, request.events.length - 1)) }),
  ),
  brokenEvents(
    'leaves a gap in the versions',
    'Versions count from 1 without a gap, however the appends were cut.',
    (event) => ({ ...event, version: event.version > 6 ? event.version + 1 : event.version }),
  ),
  brokenEvents('normalises Unicode', letter, (event) => ({ ...event, record: event.record.normalize() })),
  brokenEvents('keeps JSON as a value', letter, (event) => ({
    ...event,
    record: JSON.stringify(JSON.parse(event.record)),
  })),
  brokenEvents('drops the salt', letter, (event) => ({ ...event, salt: null })),
  brokenEvents('takes the content null for none', 'No content and the content null are two things.', (event) => ({
    ...event,
    content: event.content === 'null' ? null : event.content,
  })),
  broken('looks ids up in a plain object', odd, (store) => ({
    read: async (range) => (range.conversationId in {} ? right([]) : store.read(range)),
  })),
  foldingIds('takes a star for any id', odd, (id) => (id.includes('*') ? 'any' : id)),
  foldingIds('cuts ids at 255 characters', alike, (id) => id.slice(0, 255)),
  foldingIds('folds case', alike, (id) => id.toLowerCase()),
  foldingIds('trims ids', alike, (id) => id.trim() || ' '),
  foldingIds('normalises ids', alike, (id) => id.normalize()),
  broken('keeps event ids unique over all', 'Two conversations may have the same event ids.', (store) => {
    const seen = new Map<string, string>()
    return {
      append: async (request) => {
        const taken = request.events.some(
          ({ eventId }) => (seen.get(eventId) ?? request.conversationId) !== request.conversationId,
        )
        for (const { eventId } of request.events) seen.set(eventId, request.conversationId)
        return taken ? left(storeError('duplicate-event', 'taken')) : store.append(request)
      },
    }
  }),
  broken('gives its own objects away', changedOutside, givingItsOwn),
  broken("keeps the caller's objects", changedOutside, keepingTheCallers),

  storing('numbers events itself', nothingHalf, (request) =>
    request.events.length === 0
      ? request
      : { ...request, events: moved(request.events, request.expectedVersion).events },
  ),
  broken('takes an empty append', nothingHalf, (store) => ({
    append: async (request) =>
      request.events.length === 0 ? right({ version: request.expectedVersion }) : store.append(request),
  })),
  broken('stores what comes before the fault', nothingHalf, (store) => ({
    append: async (request) => {
      const answer = await store.append(request)
      if (isLeft(answer) && answer.left.code === 'invalid-append') {
        await store.append({ ...request, events: request.events.slice(0, 1) })
      }
      return answer
    },
  })),
  storing(
    'replaces lone surrogates',
    'Text that cannot be kept to the letter is invalid, and nothing of it is stored.',
    (request) => ({
      ...request,
      events: request.events.map((event) => ({ ...event, record: event.record.toWellFormed() })),
    }),
  ),
  broken(
    'splits an append that is too long',
    'One event, or one byte, more than may be is invalid, and nothing of it is stored.',
    (store) => ({
      append: async (request) => {
        const [first, rest] = [request.events.slice(0, eventsPerAppendMax), request.events.slice(eventsPerAppendMax)]
        const answer = await store.append({ ...request, events: first })
        return isRight(answer) && rest.length > 0 ? store.append(moved(rest, answer.right.version)) : answer
      },
    }),
  ),
  broken(
    'checks nothing once a conversation is there',
    'An invalid append is invalid on a conversation that is there, too.',
    (store) => ({
      append: async (request) => {
        const version = await versionOf(store, request.conversationId)
        return store.append(version > 0 ? moved(request.events, request.expectedVersion) : request)
      },
    }),
  ),
  broken('takes 999 events at most', 'As many events as may be are appended at once.', (store) => ({
    append: async (request) =>
      request.events.length >= eventsPerAppendMax ? left(unavailable) : store.append(request),
  })),
  broken('takes 4 MiB less a byte at most', 'As many bytes as may be are appended at once.', (store) => ({
    append: async (request) => {
      const characters = request.events.reduce((sum, { record }) => sum + record.length, 0)
      return characters >= appendBytesMax ? left(unavailable) : store.append(request)
    },
  })),
  storing(
    'cuts a text one byte early',
    'As large an event as may be is appended, and comes back whole.',
    (request) => ({
      ...request,
      events: request.events.map((event) => ({ ...event, record: event.record.slice(0, eventBytesMax - 3) })),
    }),
  ),
]
