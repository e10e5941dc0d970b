/**
 * The contract of `EventStore` as a suite for any store's author, in any runner. What a store lacks is declared, and
 * shows as a test that says so; the core cannot be declared away. Nothing here may know which store it has.
 */
import type { Runner } from './runner.js'
import { chapters, without } from './store-suite/chapters.js'
import { type Capability, capabilities, type Law } from './store-suite/law.js'
import { type StoreFactory, StoreUnderTest } from './store-suite/store-under-test.js'

export type { Capability } from './store-suite/law.js'
export type { HeldAppend, OpenedStore, StoreFactory } from './store-suite/store-under-test.js'

/** Whether a store can do something; if not, why: the reason stands in the name of the test that says so. */
export type Support = true | { readonly no: string }

/** A word on each capability, so that none is left out unsaid. */
export type Supports = { readonly [C in Capability]: Support }

export interface EventStoreSuiteOptions extends Runner {
  /** Opens a fresh, empty store; called once by each test, which closes it and then calls its `cleanUp`. */
  readonly factory: StoreFactory
  readonly supports: Supports
}

function isSupport(word: unknown): word is Support {
  return word === true || (typeof word === 'object' && word !== null && 'no' in word && typeof word.no === 'string')
}

/** Callers in plain JavaScript have no compiler to tell them. */
function demandAWordOnEach(supports: Supports): void {
  for (const capability of capabilities) {
    if (isSupport(supports[capability])) continue
    throw new TypeError(`supports.${capability} must be true, or { no: 'the reason' }`)
  }
  const known: readonly string[] = capabilities
  const unknown = Object.keys(supports).filter((key) => !known.includes(key))
  if (unknown.length > 0) throw new TypeError(`supports has ${unknown.join(', ')}, which is no capability`)
}

async function holdTo(factory: StoreFactory, { run }: Law): Promise<void> {
  const subject = new StoreUnderTest(await factory())
  try {
    await run(subject)
  } catch (broken) {
    // What went wrong first is what to tell; a store that broke its law may fail to close, too.
    await subject.end().catch(() => undefined)
    throw broken
  }
  await subject.end()
}

/**
 * Registers the contract of `EventStore` with your runner: each law a test, each test over a store of its own. A
 * failing test throws an `AssertionError` whose message begins with what should have held.
 *
 * What your store lacks is declared with its reason, and then registered as `does not support …`, which passes only
 * if the store does not pretend: `erase` that answers success without erasing fails there.
 * @throws TypeError at once, if `supports` does not have a word on each capability.
 * @example
 * import { test } from 'node:test'
 * import { openMemoryStore } from 'colloquy'
 * import { eventStoreSuite } from 'colloquy/testing'
 *
 * eventStoreSuite({
 *   test,
 *   factory: async () => ({ store: openMemoryStore() }),
 *   supports: {
 *     globalOrder: true,
 *     erasure: true,
 *     snapshots: true,
 *     registers: true,
 *     listening: true,
 *     views: true,
 *     durable: { no: 'lives as long as the process' },
 *     manyWriters: { no: 'one handle is all there is' },
 *     heldTransactions: { no: 'has no transactions' },
 *   },
 * })
 * @see abstract-level, whose suite takes the runner as an argument and has a manifest of what a store supports
 */
export function eventStoreSuite({ test, factory, supports }: EventStoreSuiteOptions): void {
  demandAWordOnEach(supports)
  for (const { title, needs, laws } of chapters) {
    if (!needs.every((capability) => supports[capability] === true)) continue
    for (const law of laws) test(`${title}: ${law.name}`, () => holdTo(factory, law))
  }
  for (const capability of capabilities) {
    const support = supports[capability]
    if (support === true) continue
    for (const law of without[capability]) {
      test(`does not support ${capability}, for it ${support.no}: ${law.name}`, () => holdTo(factory, law))
    }
  }
}
