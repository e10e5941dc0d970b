/** The suites take any runner: here Node's own, on the built package, in a process of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const file = fileURLToPath(new URL('plain-node.mjs', import.meta.url))

interface Ended {
  readonly code: number
  readonly stdout: string
}

/** Runs the file under `node --test`. A runner that runs tests of its own must not be told that it is run by another. */
async function runUnderNode(env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env
  const run = promisify(execFile)
  const args = ['--test', '--test-reporter=tap', file]
  try {
    const { stdout } = await run(process.execPath, args, { env: { ...outer, ...env }, maxBuffer: 1 << 24 })
    return { code: 0, stdout }
  } catch (thrown) {
    const { code, stdout } = thrown as Ended
    return { code, stdout }
  }
}

const countIn = ({ stdout }: Ended, what: 'pass' | 'fail'): number =>
  Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1])

test("Under node --test every suite's tests are registered and pass.", async () => {
  const ended = await runUnderNode()
  expect(ended.code, ended.stdout).toBe(0)
  expect(countIn(ended, 'fail')).toBe(0)
  expect(countIn(ended, 'pass')).toBeGreaterThanOrEqual(30)
  expect(ended.stdout).toContain('I1: No thread enters ended while risk is flagged.')
})

test('Under node --test what is broken fails, and says so.', async () => {
  const ended = await runUnderNode({ BREAK: 'yes' })
  expect(ended.code).toBe(1)
  expect(countIn(ended, 'fail')).toBeGreaterThanOrEqual(2)
  expect(ended.stdout).toContain('It was not refused so.')
  expect(ended.stdout).toContain('is broken: ')
})
