/** A store with somebody between it and the door, who may answer in its place, or keep its answer back. */
import { left } from 'fp-ts/lib/Either.js'
import { type StoreErrorCode, storeError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'

type Method =
  | 'append'
  | 'read'
  | 'readAll'
  | 'find'
  | 'list'
  | 'erase'
  | 'saveSnapshot'
  | 'loadSnapshot'
  | 'health'
  | 'close'
type Between = { readonly [M in Method]?: (real: EventStore[M]) => EventStore[M] }

/** The store, each named method replaced by what is made of the real one. */
export function interposed(store: EventStore, between: Between): EventStore {
  const replace = <M extends Method>(method: M): EventStore[M] => {
    const real = store[method].bind(store) as EventStore[M]
    return between[method]?.(real) ?? real
  }
  return {
    append: replace('append'),
    read: replace('read'),
    readAll: replace('readAll'),
    find: replace('find'),
    list: replace('list'),
    erase: replace('erase'),
    saveSnapshot: replace('saveSnapshot'),
    loadSnapshot: replace('loadSnapshot'),
    health: replace('health'),
    close: replace('close'),
  }
}

/** What a store answers that could not. */
export const refusal = (code: StoreErrorCode) => left(storeError(code, `made up: ${code}`))

/** Does something else at the given calls (from 1), and the real thing at the others. */
export function atCalls<A extends readonly unknown[], R>(
  calls: readonly number[],
  real: (...args: A) => Promise<R>,
  instead: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  let count = 0
  return (...args) => (calls.includes(++count) ? instead(...args) : real(...args))
}
