/** A store with somebody between it and the door, who may answer in its place, or keep its answer back. */
import { left } from 'fp-ts/lib/Either.js'
import { type StoreErrorCode, storeError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'

type Between = { readonly [M in keyof EventStore]?: (real: EventStore[M]) => EventStore[M] }

/** The store, each named method replaced by what is made of the real one. */
export function interposed(store: EventStore, between: Between): EventStore {
  const replaced = Object.entries(between).map(([method, make]) => [
    method,
    (make as (real: unknown) => unknown)(store[method as keyof EventStore]),
  ])
  return { ...store, ...Object.fromEntries(replaced) }
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
