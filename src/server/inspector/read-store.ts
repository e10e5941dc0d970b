/** The part of a store that the inspector is given: what reads. There is nothing here by which it could write. */
import { type Either, left } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { hasViews, type ViewStore } from '../../log/projection/view-in-force.js'

/** What the inspector asks of a store. */
export type ReadStore = Pick<EventStore, 'read' | 'list' | 'listen'>

const readsOnly = async (): Promise<Either<StoreError, never>> =>
  left(storeError('unavailable', 'this handle on the store only reads'))

const writesOf = {
  append: readsOnly,
  erase: readsOnly,
  saveSnapshot: readsOnly,
  loadSnapshot: readsOnly,
  close: async () => {},
}

/** A store that refuses whatever writes, for code that asks for a whole one; `undefined` for a store without views. */
export function readingViews(store: EventStore): ViewStore | undefined {
  if (!hasViews(store)) return undefined
  const { views, registers } = store
  return {
    ...writesOf,
    read: (range) => store.read(range),
    readAll: (range) => store.readAll(range),
    find: (key) => store.find(key),
    list: (range) => store.list(range),
    health: () => store.health(),
    views: {
      make: readsOnly,
      save: readsOnly,
      drop: readsOnly,
      load: (shape, ids) => views.load(shape, ids),
      page: (shape, page) => views.page(shape, page),
    },
    registers: { load: (key) => registers.load(key), save: readsOnly },
  }
}

/** Reading, and nothing else, of a store whoever else writes to it. */
export function readingOf(store: EventStore): ReadStore {
  const { listen } = store
  return {
    read: (range) => store.read(range),
    list: (range) => store.list(range),
    ...(listen && { listen: (heard: () => void) => listen.call(store, heard) }),
  }
}
