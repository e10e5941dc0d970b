/**
 * The examples in the docstrings of `colloquy/testing`, run as they stand by plain Node over the build, with no vitest
 * near.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { sourceFiles } from '../source-tree.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Programs, and not mere lines: those that begin with what they import. */
function examplesIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/\* @example\n((?: \*(?!\/| @).*\n)+)/g)].map(([, block = '']) => block)
  return blocks.map((block) => block.replace(/^ \* ?/gm, '')).filter((block) => block.startsWith('import '))
}

const examples = sourceFiles
  .filter(({ path }) => /^src\/testing\/(event-store-suite|linearizable|histories\/)/.test(path))
  .flatMap(({ path, text }) => examplesIn(text).map((code) => ({ path, code })))

/**
 * What it prints. The package imports itself by its name, as its users do; a module given as text is at home in `root`.
 */
const printed = async (code: string) =>
  (await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: root })).stdout

test('There are examples to run.', () => {
  expect(examples.map(({ path }) => path)).toEqual([
    'src/testing/event-store-suite.ts',
    'src/testing/histories/random-histories.ts',
    'src/testing/histories/recorder.ts',
    'src/testing/linearizable.ts',
  ])
})

describe.each(examples)('the example of $path', ({ path, code }) => {
  test('runs to its end.', async () => {
    const told = await printed(code)
    if (path.endsWith('suite.ts')) expect(told).toMatch(/does not support durable, for it lives as long/)
    if (path.endsWith('random-histories.ts')) expect(told).toMatch(/w2 append \d+ \d+/)
  })
})

test('Under node:test a broken store fails the suite, and the law is told.', async () => {
  const [{ code } = { code: '' }] = examples.filter(({ path }) => path.endsWith('suite.ts'))
  const broken = code.replace(
    'openMemoryStore() })',
    "Object.assign(openMemoryStore(), { erase: async () => ({ _tag: 'Right' }) }) })",
  )
  expect(broken).not.toBe(code)
  const failure = await printed(broken).catch((thrown: { readonly stdout: string }) => thrown.stdout)
  expect(failure).toMatch(/not ok .*Erasing takes content and salt|✖.*Erasing takes content and salt/)
  expect(failure).toMatch(/only their content is gone/)
})
