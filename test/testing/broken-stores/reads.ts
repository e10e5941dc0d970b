/** Stores that read, look up, list or feed wrongly. */
import { isRight, left, right } from 'fp-ts/lib/Either.js'
import {
  type EventStore,
  eventsPerReadMax,
  type PositionedEvent,
  type StoredEvent,
} from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { openSoundStore } from '../sound-store.js'
import { type BrokenStore, broken, brokenWhole, mapRight, unavailable } from './broken-store.js'

const ranges = 'A range reads its versions, in order, and no others.'
const appendingOrder = 'All events are read in the order of appending, page by page, at growing positions.'
const bytes = 'Conversations are listed by the UTF-8 bytes of their ids, with their versions, page by page.'
const whole = 'An id that cannot be stored is the id of nothing, and never stands for another.'

/** A read that is changed on its way out. */
const reading = (
  name: string,
  caughtBy: string,
  change: (events: readonly StoredEvent[], range: Parameters<EventStore['read']>[0]) => readonly StoredEvent[],
) =>
  broken(name, caughtBy, (store) => ({
    read: async (range) => mapRight(await store.read(range), (events) => change(events, range)),
  }))

/** A feed that is changed on its way out. */
const feeding = (
  name: string,
  caughtBy: string,
  change: (
    events: readonly PositionedEvent[],
    range: Parameters<EventStore['readAll']>[0],
  ) => readonly PositionedEvent[],
) =>
  broken(name, caughtBy, (store) => ({
    readAll: async (range) => mapRight(await store.readAll(range), (events) => change(events, range)),
  }))

/** Reads on until all is there. */
async function beyondOneRead(store: EventStore, conversationId: string): Promise<readonly StoredEvent[]> {
  const first = orThrow(await store.read({ conversationId }))
  return [...first, ...orThrow(await store.read({ conversationId, fromVersion: first.length + 1 }))]
}

/** Every other read comes from a replica, which has what was there at the one before. */
function lagging(store: EventStore): Partial<EventStore> {
  let last: ReturnType<EventStore['read']> | undefined
  let reads = 0
  return {
    read: (range) => {
      const isStale = ++reads % 2 === 0 && last !== undefined
      const answer = isStale && last ? last : store.read(range)
      last = isStale ? undefined : answer
      return answer
    },
  }
}

/** A place in the order is taken when an append begins, and seen when it is through: as a sequence in a database. */
function sequenced(): ReturnType<typeof openSoundStore> {
  const sound = openSoundStore()
  const feed: { position: number; event: StoredEvent; isThere: boolean }[] = []
  let position = 0
  const place = (events: readonly StoredEvent[]) =>
    events.map((event) => ({ position: ++position, event, isThere: false }))
  const show = (places: typeof feed) => {
    for (const one of places) one.isThere = true
  }
  const store: EventStore = {
    ...sound.store,
    append: async (request) => {
      const places = place(request.events)
      const answer = await sound.store.append(request)
      feed.push(...places)
      if (isRight(answer)) show(places)
      return answer
    },
    readAll: async ({ afterPosition, limit = eventsPerReadMax }) => {
      const there = feed.filter((one) => one.isThere && one.position > afterPosition)
      const ordered = there.sort((a, b) => a.position - b.position).slice(0, limit)
      return right(ordered.map((one) => ({ ...one.event, position: one.position })))
    },
  }
  return {
    ...sound,
    store,
    holdAppend: async (request) => {
      const places = place(request.events)
      const held = await sound.holdAppend(request)
      const commit = async () => {
        await held.commit()
        feed.push(...places)
        show(places)
      }
      return { commit }
    },
  }
}

/** What is held open is written at once. */
function dirty(): ReturnType<typeof openSoundStore> {
  const sound = openSoundStore()
  const holdAppend: (typeof sound)['holdAppend'] = async (request) => {
    orThrow(await sound.store.append(request))
    return { commit: async () => undefined }
  }
  return { ...sound, holdAppend }
}

export const reads: readonly BrokenStore[] = [
  broken('ignores the limit of a read', ranges, (store) => ({
    read: ({ limit: _, ...range }) => store.read(range),
  })),
  broken('leaves the first of a range out', ranges, (store) => ({
    read: (range) => store.read({ ...range, fromVersion: range.fromVersion === undefined ? 1 : range.fromVersion + 1 }),
  })),
  reading('reads the newest first', ranges, (events) => events.toReversed()),
  broken('has no empty conversations', 'An unknown conversation reads empty, and is not created by it.', (store) => ({
    read: async (range) => {
      const answer = await store.read(range)
      return isRight(answer) && answer.right.length === 0 ? left(unavailable) : answer
    },
  })),
  reading('drops the last of a full page', 'Page by page, every event is read once.', (events, { limit }) =>
    limit === events.length && limit > 1 ? events.slice(0, -1) : events,
  ),
  broken('reads without a bound', 'One read answers eventsPerReadMax events at most, whatever its limit.', (store) => ({
    read: async ({ conversationId }) => right(await beyondOneRead(store, conversationId)),
  })),

  broken(
    'reads from a lagging replica',
    'While others write, a read is a prefix of the log, with all that was answered before.',
    lagging,
  ),
  reading('shows half an append', 'While others write, a read never shows half an append.', (events) =>
    events.slice(0, -1),
  ),
  reading('shows drafts', 'What was read up to a version reads the same ever after.', (events) =>
    events.map((event, at) => (at === events.length - 1 ? { ...event, record: '"draft"' } : event)),
  ),
  broken('finds later than it reads', 'An event that was read is found, and one that was found is read.', (store) => {
    const sought = new Set<string>()
    return {
      find: async (key) => {
        const isSecond = sought.has(key.eventId)
        sought.add(key.eventId)
        return isSecond ? store.find(key) : right(null)
      },
    }
  }),

  broken('finds by the beginning of an id', 'An event is found by its id, in its own conversation only.', (store) => ({
    find: async ({ conversationId, eventId }) =>
      mapRight(
        await store.read({ conversationId }),
        (events) => events.find((event) => event.eventId.startsWith(eventId)) ?? null,
      ),
  })),
  broken('cuts a text at NUL', whole, (store) => ({
    find: ({ conversationId, eventId }) => store.find({ conversationId, eventId: eventId.replace(/\0.*/, '') }),
  })),
  broken('takes a lone surrogate for U+FFFD', whole, (store) => ({
    find: ({ conversationId, eventId }) => store.find({ conversationId, eventId: eventId.toWellFormed() }),
  })),
  broken('lists in the order of UTF-16', bytes, (store) => ({
    list: async (range) =>
      mapRight(await store.list(range), (listed) =>
        listed.toSorted((a, b) => (a.conversationId < b.conversationId ? -1 : 1)),
      ),
  })),
  broken('lists the given id again', bytes, (store) => ({
    list: async (range) => {
      const page = orThrow(await store.list(range))
      const all = orThrow(await store.list({}))
      const given = all.filter(({ conversationId }) => conversationId === range.afterId)
      return right([...given, ...page])
    },
  })),
  broken('compares versions as text', 'A listed conversation is at the version of its last event.', (store) => ({
    list: async (range) =>
      mapRight(await store.list(range), (listed) =>
        listed.map(({ conversationId, version }) => ({ conversationId, version: Math.min(version, 9) })),
      ),
  })),

  feeding('uses a position again on each page', appendingOrder, (events) =>
    events.map((event, at) => ({ ...event, position: at + 1 })),
  ),
  feeding('feeds one conversation after the other', appendingOrder, (events) => {
    const positions = events.map(({ position }) => position)
    const sorted = events.toSorted((a, b) => (a.conversationId < b.conversationId ? -1 : 1))
    return sorted.map((event, at) => ({ ...event, position: positions[at] ?? 0 }))
  }),
  feeding('feeds an append backwards', 'The events of one append follow each other in order of version.', (events) =>
    events.toReversed().map((event, at) => ({ ...event, position: events[at]?.position ?? 0 })),
  ),
  feeding('counts positions from 0', 'A position is above 0 and a whole number, and stays what it was.', (events) =>
    events.map((event) => ({ ...event, position: event.position - 1 })),
  ),
  broken('ignores the limit of the feed', 'The feed has bounds: limits, the beginning and the end.', (store) => ({
    readAll: ({ afterPosition }) => store.readAll({ afterPosition }),
  })),
  broken(
    'feeds without a bound',
    'One page of the feed holds eventsPerReadMax events at most, whatever its limit.',
    (store) => ({
      readAll: async ({ afterPosition }) => {
        const first = orThrow(await store.readAll({ afterPosition }))
        const rest = orThrow(await store.readAll({ afterPosition: first.at(-1)?.position ?? afterPosition }))
        return right([...first, ...rest])
      },
    }),
  ),
  feeding('drops content from the feed', 'The feed gives every event to the letter.', (events) =>
    events.map((event) => ({ ...event, content: null })),
  ),
  broken(
    'feeds some events a little late',
    'A reader who remembers its position misses nothing while 16 writers write.',
    (store) => {
      const seen = new Set<number>()
      const isLate = ({ position }: PositionedEvent, at: number, events: readonly PositionedEvent[]) => {
        const isFirst = position % 3 === 0 && at < events.length - 1 && !seen.has(position)
        if (isFirst) seen.add(position)
        return isFirst
      }
      return {
        readAll: async (range) =>
          mapRight(await store.readAll(range), (events) => events.filter((...one) => !isLate(...one))),
      }
    },
  ),
  brokenWhole(
    'takes a place in the order before it is through',
    'A reader who remembers its position misses nothing of a transaction held open meanwhile.',
    sequenced,
  ),
  brokenWhole(
    'shows what is not committed',
    'What is held open is not read before it is committed, and is read then.',
    dirty,
  ),
]
