/**
 * How a suite of this kit reaches the runner that its caller uses: through one function, so that vitest, jest, node:test
 * or a loop of one's own will do. Nothing here may import a runner, or set anything up globally.
 */

/**
 * Registers one test, as the `test` of vitest, jest and node:test does.
 * @param run throws, or rejects, when the test fails.
 */
export type RegisterTest = (name: string, run: () => void | Promise<void>) => unknown

/** What every suite of this kit takes. */
export interface Runner {
  readonly test: RegisterTest
}
