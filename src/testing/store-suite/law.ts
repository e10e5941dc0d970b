/** What a law of the suite is: a sentence, and a way to see whether a store keeps it. */
import type { StoreUnderTest } from './store-under-test.js'

/**
 * What a store may lack, and must then say so. All else is the core, and is not to be had without.
 * - `globalOrder`: `readAll` answers, in one order for all conversations.
 * - `erasure`: `erase` makes content unreadable.
 * - `snapshots`: what `saveSnapshot` takes, `loadSnapshot` gives.
 * - `registers`: small texts changed by compare-and-set.
 * - `listening`: `listen` tells when events may have come.
 * - `views`: it has `views`, and an append may bring rows.
 * - `durable`: what was answered is there after closing, and after a crash. Needs `openAnother` and `crash`.
 * - `manyWriters`: several handles on the same data at once. Needs `openAnother`.
 * - `heldTransactions`: others can write while a transaction is held open elsewhere. Needs `holdAppend`.
 */
export const capabilities = [
  'globalOrder',
  'erasure',
  'snapshots',
  'registers',
  'listening',
  'views',
  'durable',
  'manyWriters',
  'heldTransactions',
] as const

export type Capability = (typeof capabilities)[number]

export interface Law {
  /** A sentence, unique in the suite. */
  readonly name: string
  /** Throws where the store breaks it. */
  readonly run: (subject: StoreUnderTest) => Promise<void>
}

export const law = (name: string, run: Law['run']): Law => ({ name, run })
