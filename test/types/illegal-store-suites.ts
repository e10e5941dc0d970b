/** Uses of the stores' suite and of histories that must not compile: what a store lacks is said, and with its reason. */
import { openMemoryStore } from '../../src/stores/memory.js'
import { eventStoreSuite, type History, linearizable, type Supports } from '../../src/testing/index.js'

const no = { no: 'is a test' }
const supports: Supports = {
  globalOrder: true,
  erasure: true,
  snapshots: true,
  registers: true,
  listening: true,
  views: true,
  durable: no,
  manyWriters: no,
  heldTransactions: no,
}
const test = () => undefined
const factory = async () => ({ store: openMemoryStore() })

export const legal = () => eventStoreSuite({ test, factory, supports })

const { durable: _, ...silent } = supports
export const illegal = () => {
  // @ts-expect-error Every capability has a word.
  eventStoreSuite({ test, factory, supports: silent })
  // @ts-expect-error A lack has a reason.
  eventStoreSuite({ test, factory, supports: { ...supports, durable: false } })
  // @ts-expect-error A misspelt capability is none.
  eventStoreSuite({ test, factory, supports: { ...supports, durabel: true } })
  // @ts-expect-error The runner is the caller's, and is not found elsewhere.
  eventStoreSuite({ factory, supports })
  // @ts-expect-error A factory opens more than a store: what closes and cleans up is beside it.
  eventStoreSuite({ test, factory: async () => openMemoryStore(), supports })
}

export function storyOf(history: History): string {
  const verdict = linearizable(history)
  // @ts-expect-error A story is told only of what cannot be explained.
  if (verdict.ok) return verdict.story
  return verdict.story
}
