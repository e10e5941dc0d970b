/**
 * A store in memory that can do all that the suite knows of: several handles, a crash, an append held open. To be
 * broken.
 */
import { type Either, isRight, left } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'
import type { Registers } from '../../src/log/registers.js'
import type { Views } from '../../src/log/views.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import type { OpenedStore, Supports } from '../../src/testing/index.js'

type Answer<A> = Promise<Either<StoreError, A>>
/** A write that was answered with success, to be done again on what is left after a crash. */
type Write = (store: EventStore) => Promise<unknown>

const registersOf = (store: EventStore) => store.registers as Registers
interface Handle {
  kept<A>(write: (store: EventStore) => Answer<A>): Answer<A>
  unlessClosed<A>(ask: () => Answer<A>): Answer<A>
}

const viewsIn = (store: EventStore): Views => store.views as Views

/** Its views, through the same handle. */
function viewsOn(memory: EventStore, { kept, unlessClosed }: Handle): Views {
  return {
    make: (shape) => kept((store) => viewsIn(store).make(shape)),
    drop: (shape) => kept((store) => viewsIn(store).drop(shape)),
    save: (shape, rows) => kept((store) => viewsIn(store).save(shape, rows)),
    load: (shape, ids) => unlessClosed(() => viewsIn(memory).load(shape, ids)),
    page: (shape, page) => unlessClosed(() => viewsIn(memory).page(shape, page)),
  }
}

/** A handle of its own, closed by itself. */
function handleOn(memory: EventStore, journal: Write[]): EventStore {
  let isClosed = false
  const unlessClosed = async <A>(ask: () => Answer<A>): Answer<A> =>
    isClosed ? left(storeError('closed', 'this handle was closed')) : ask()
  const kept = <A>(write: (store: EventStore) => Answer<A>): Answer<A> =>
    unlessClosed(async () => {
      const answer = await write(memory)
      if (isRight(answer)) journal.push(write)
      return answer
    })
  return {
    append: (request) => kept((store) => store.append(request)),
    erase: (request) => kept((store) => store.erase(request)),
    saveSnapshot: (snapshot) => kept((store) => store.saveSnapshot(snapshot)),
    read: (range) => unlessClosed(() => memory.read(range)),
    readAll: (range) => unlessClosed(() => memory.readAll(range)),
    find: (key) => unlessClosed(() => memory.find(key)),
    list: (range) => unlessClosed(() => memory.list(range)),
    loadSnapshot: (id) => unlessClosed(() => memory.loadSnapshot(id)),
    registers: {
      load: (key) => unlessClosed(() => registersOf(memory).load(key)),
      save: (register) => kept((store) => registersOf(store).save(register)),
    },
    ...(memory.listen && { listen: memory.listen }),
    health: () => unlessClosed(() => memory.health()),
    views: viewsOn(memory, { kept, unlessClosed }),
    close: async () => {
      isClosed = true
    },
  }
}

/** Every hook there is, so that none need be asked for. */
export type FullyOpened = Required<Omit<OpenedStore, 'feedSettled' | 'cleanUp'>>

/** Opens it. `remembered` is what a crash leaves of the journal: all of it, unless the store is to be broken. */
export function openSoundStore(remembered = (journal: readonly Write[]) => journal): FullyOpened {
  const memory = openMemoryStore()
  const journal: Write[] = []
  return {
    store: handleOn(memory, journal),
    openAnother: async () => handleOn(memory, journal),
    crash: async () => {
      const left = openMemoryStore()
      for (const write of remembered([...journal])) await write(left)
      return handleOn(left, [])
    },
    // It takes its place when it is committed, which is as good: no reader can have gone past it.
    holdAppend: async (request) => ({ commit: async () => void (await memory.append(request)) }),
  }
}

export const supportsAll: Supports = {
  globalOrder: true,
  erasure: true,
  snapshots: true,
  registers: true,
  listening: true,
  views: true,
  durable: true,
  manyWriters: true,
  heldTransactions: true,
}
