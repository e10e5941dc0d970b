/** A runner that only collects, so that a suite can be run on a store that must fail it. */
import type { RegisterTest } from '../../src/testing/index.js'

export interface CollectedTest {
  readonly name: string
  /** What the test threw, or `undefined` if it passed. */
  readonly failure: () => Promise<unknown>
}

/** The tests that a suite registers. */
export function collect(register: (test: RegisterTest) => void): readonly CollectedTest[] {
  const collected: CollectedTest[] = []
  register((name, run) => {
    const failure = async () => {
      try {
        await run()
        return undefined
      } catch (thrown) {
        return thrown
      }
    }
    collected.push({ name, failure })
  })
  return collected
}
