/** A runner that only collects what a suite registers, so that a test can run it and see it fail. */
import type { RegisterTest } from '../../src/testing/runner.js'

export interface Collected {
  readonly test: RegisterTest
  readonly names: readonly string[]
  /** What the one test whose name begins so throws, as text; `undefined` if it passes. */
  failureOf(beginning: string): Promise<string | undefined>
  /** The names of all tests that fail. */
  failing(): Promise<readonly string[]>
}

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

export function collected(): Collected {
  const tests = new Map<string, () => void | Promise<void>>()
  const names: string[] = []
  const run = async (name: string): Promise<string | undefined> => {
    try {
      await tests.get(name)?.()
      return undefined
    } catch (thrown) {
      return textOf(thrown)
    }
  }
  return {
    names,
    test(name, body) {
      if (tests.has(name)) throw new Error(`two tests are named ${name}`)
      tests.set(name, body)
      names.push(name)
    },
    async failureOf(beginning) {
      const found = names.filter((name) => name.startsWith(beginning))
      if (found.length !== 1) throw new Error(`${found.length} tests begin with ${beginning}`)
      return run(found[0] as string)
    },
    async failing() {
      const failed: string[] = []
      for (const name of names) if ((await run(name)) !== undefined) failed.push(name)
      return failed
    },
  }
}
