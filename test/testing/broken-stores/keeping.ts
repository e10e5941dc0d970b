/** Stores that erase too much or too little, or keep the wrong snapshot. */
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { EventStore, StoredEvent, StoredSnapshot } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { nextTurn } from '../../../src/testing/next-turn.js'
import { openSoundStore } from '../sound-store.js'
import { type BrokenStore, broken, brokenWhole, mapRight, unavailable } from './broken-store.js'

const only = 'Erasing takes content and salt of the named versions, and nothing else.'
const newest = 'The newest snapshot of a conversation is kept, whatever the order they come in.'
const drops = "Erasing drops the conversation's snapshot, and no other's."

/** Only notes what is erased, and hides it where `hidden` says. */
function hiding(store: EventStore, where: 'everywhere' | 'not in the feed', comesBack = false): Partial<EventStore> {
  const hidden = new Set<string>()
  const keyOf = (conversationId: string, version: number) => `${version} ${conversationId}`
  const seen = <E extends StoredEvent>(event: E): E =>
    hidden.has(keyOf(event.conversationId, event.version)) ? { ...event, content: null, salt: null } : event
  return {
    erase: async ({ conversationId, versions }) => {
      for (const version of versions) hidden.add(keyOf(conversationId, version))
      return right(undefined)
    },
    append: (request) => {
      if (comesBack) for (const { version } of request.events) hidden.delete(keyOf(request.conversationId, version))
      return store.append(request)
    },
    read: async (range) => mapRight(await store.read(range), (events) => events.map(seen)),
    find: async (key) => mapRight(await store.find(key), (event) => event && seen(event)),
    readAll: async (range) =>
      mapRight(await store.readAll(range), (events) => (where === 'everywhere' ? events.map(seen) : events)),
  }
}

/** Snapshots of its own making, which no erasure reaches. */
function keepingSnapshots(
  store: EventStore,
  isKept: (next: StoredSnapshot, kept?: StoredSnapshot) => boolean,
): Partial<EventStore> {
  const kept = new Map<string, StoredSnapshot>()
  return {
    saveSnapshot: async (snapshot) => {
      if (isKept(snapshot, kept.get(snapshot.conversationId))) kept.set(snapshot.conversationId, snapshot)
      return store.saveSnapshot(snapshot)
    },
    loadSnapshot: async (id) => right(kept.get(id) ?? null),
  }
}

const isNewer = (next: StoredSnapshot, kept?: StoredSnapshot) => next.version >= (kept?.version ?? 0)

export const erasures: readonly BrokenStore[] = [
  broken('erases the whole conversation', only, (store) => ({
    erase: ({ conversationId }) => store.erase({ conversationId, versions: [1, 2, 3, 4] }),
  })),
  broken('does not erase', only, () => ({ erase: async () => right(undefined) })),
  broken('leaves the salt', only, (store) => ({
    ...hiding(store, 'everywhere'),
    read: async (range) =>
      mapRight(await store.read(range), (events) => events.map((event) => ({ ...event, content: null }))),
  })),
  broken('erases in all conversations', "Erasing reaches no other conversation's events.", (store) => ({
    erase: async ({ versions }) => {
      for (const { conversationId } of orThrow(await store.list({}))) await store.erase({ conversationId, versions })
      return right(undefined)
    },
  })),
  broken('fails on a version that is not there', 'Versions that are not there are passed over.', (store) => ({
    erase: async (request) =>
      request.versions.some((version) => version > 3) ? left(unavailable) : store.erase(request),
  })),
  broken('fails on a conversation that is not there', 'Erasing what is not there does nothing.', (store) => ({
    erase: async (request) => {
      const read = orThrow(await store.read({ conversationId: request.conversationId }))
      return read.length === 0 ? left(unavailable) : store.erase(request)
    },
  })),
  broken(
    'unlists what was erased',
    'A conversation goes on after an erasure, at the version where it was.',
    (store) => ({
      list: async (range) => {
        const listed = orThrow(await store.list(range))
        const reads = await Promise.all(listed.map(async ({ conversationId }) => store.read({ conversationId })))
        return right(
          listed.filter((_, at) => orThrow(reads[at] ?? left(unavailable)).some(({ content }) => content !== null)),
        )
      },
    }),
  ),
  broken('brings content back with a repeat', 'A repeat is known after an erasure, and brings nothing back.', (store) =>
    hiding(store, 'everywhere', true),
  ),
  broken('refuses appends while it erases', 'Erasing beside writers harms none of them.', (store) => {
    let isErasing = false
    return {
      erase: async (request) => {
        isErasing = true
        await nextTurn()
        isErasing = false
        return store.erase(request)
      },
      append: async (request) => (isErasing ? left(unavailable) : store.append(request)),
    }
  }),
  broken('feeds what was erased', 'What was erased is erased in the feed too, at the position where it was.', (store) =>
    hiding(store, 'not in the feed'),
  ),
  brokenWhole('erases for one handle only', 'What one handle erased, no other reads.', () => {
    const sound = openSoundStore()
    return { ...sound, store: { ...sound.store, ...hiding(sound.store, 'everywhere') } }
  }),
]

export const shelves: readonly BrokenStore[] = [
  broken('keeps the last snapshot that came', newest, (store) => keepingSnapshots(store, () => true)),
  broken('keeps the first snapshot', newest, (store) => keepingSnapshots(store, (_, kept) => kept === undefined)),
  broken(
    'keeps the first snapshot of a version',
    'Of two snapshots at one version the last that came is kept.',
    (store) => keepingSnapshots(store, (next, kept) => next.version > (kept?.version ?? -1)),
  ),
  broken('keeps a snapshot as a value', 'A snapshot comes back to the letter.', (store) => ({
    saveSnapshot: (snapshot) => store.saveSnapshot({ ...snapshot, text: snapshot.text.normalize() }),
  })),
  broken(
    'lists what has a snapshot only',
    'A snapshot is no event: its conversation is not listed and is at version 0.',
    (store) => {
      const ids = new Set<string>()
      return {
        saveSnapshot: (snapshot) => {
          ids.add(snapshot.conversationId)
          return store.saveSnapshot(snapshot)
        },
        list: async () => right([...ids].map((conversationId) => ({ conversationId, version: 0 }))),
      }
    },
  ),
  broken('takes any snapshot', 'A snapshot that cannot be kept is refused.', (store) => ({
    saveSnapshot: async (snapshot) => {
      const answer = await store.saveSnapshot(snapshot)
      return isLeft(answer) && answer.left.code === 'invalid-append' ? right(undefined) : answer
    },
  })),
  broken('keeps the snapshot of what it erases', drops, (store) => keepingSnapshots(store, isNewer)),
  broken('drops all snapshots with an erasure', drops, (store) => ({
    erase: async (request) => {
      for (const { conversationId } of [request, { conversationId: 'b' }]) {
        await store.erase({ conversationId, versions: [] })
      }
      return store.erase(request)
    },
  })),
  broken(
    'erases no snapshot where there are no events',
    'Erasing drops the snapshot even of a conversation without events.',
    (store) => ({
      erase: async (request) => (request.versions.length === 0 ? right(undefined) : store.erase(request)),
    }),
  ),
  broken(
    'takes a snapshot from before an erasure',
    'A snapshot from before an erasure is not kept afterwards; one from after it is.',
    (store) => keepingSnapshots(store, isNewer),
  ),
]
