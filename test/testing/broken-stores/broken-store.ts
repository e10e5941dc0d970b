/** How a sound store is broken: some of its methods replaced, on every handle alike. */
import { type Either, isRight, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../../src/log/errors.js'
import type { AppendRequest, EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import type { OpenedStore } from '../../../src/testing/index.js'
import { appendOf } from '../../../src/testing/store-suite/specimens.js'
import { type FullyOpened, openSoundStore } from '../sound-store.js'

export interface BrokenStore {
  readonly name: string
  /** The law that is meant for it. */
  readonly caughtBy: string
  readonly open: () => OpenedStore
}

/** Breaks a store as it was opened. */
export const brokenWhole = (name: string, caughtBy: string, open: () => OpenedStore): BrokenStore => ({
  name,
  caughtBy,
  open,
})

/** Breaks methods of every handle. What `change` keeps in mind, each handle has for itself. */
export function broken(
  name: string,
  caughtBy: string,
  change: (store: EventStore) => Partial<EventStore>,
  opened: () => FullyOpened = openSoundStore,
): BrokenStore {
  const changed = (store: EventStore): EventStore => ({ ...store, ...change(store) })
  return brokenWhole(name, caughtBy, () => {
    const sound = opened()
    return {
      ...sound,
      store: changed(sound.store),
      openAnother: async () => changed(await sound.openAnother()),
      crash: async () => changed(await sound.crash()),
    }
  })
}

/** Breaks every event that is read, found or fed. */
export const brokenEvents = (name: string, caughtBy: string, change: (event: StoredEvent) => StoredEvent) =>
  broken(name, caughtBy, (store) => ({
    read: async (range) => mapRight(await store.read(range), (events) => events.map(change)),
    find: async (key) => mapRight(await store.find(key), (event) => event && change(event)),
    readAll: async (range) =>
      mapRight(await store.readAll(range), (events) => events.map((event) => ({ ...event, ...change(event) }))),
  }))

export const mapRight = <A, B>(answer: Either<StoreError, A>, change: (value: A) => B): Either<StoreError, B> =>
  isRight(answer) ? right(change(answer.right)) : answer

/** Where a conversation is, or 0. */
export async function versionOf(store: EventStore, conversationId: string): Promise<number> {
  return orThrow(await store.read({ conversationId })).length
}

/** The same events somewhere else in their stream. */
export const moved = (events: readonly StoredEvent[], version: number): AppendRequest =>
  appendOf(...events.map((event, at) => ({ ...event, version: version + 1 + at })))

export const unavailable = storeError('unavailable', 'broken on purpose')
