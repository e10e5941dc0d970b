/** `npm run soak` as a command: what it prints, and how it ends. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/soak.mjs', import.meta.url))
const soak = (...args: readonly string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

test('Seeds run until so many events were simulated; the rates, the faults and the findings are told; no finding, no failure.', () => {
  const { stdout, status } = soak('--seconds', '50', '--until', '100', '--threads', '1', '--events', '60')
  expect(stdout).toMatch(/^\d+ events in \d+ conversations, \d+ seeds, /)
  expect(stdout).toMatch(/seeds a second, .* events a second/)
  expect(stdout).toMatch(/^ +\d+ storeDelays$/m)
  expect(stdout).toMatch(/^findings: 0$/m)
  expect(status).toBe(0)
})

test('One seed alone is told whole, and the same each time.', () => {
  const [one, again] = [soak('--seed', '3', '--events', '50'), soak('--seed', '3', '--events', '50')]
  expect(JSON.parse(one.stdout)).toMatchObject({ seed: 3, findings: [] })
  expect(again.stdout).toBe(one.stdout)
})

test('A store of one’s own that never erases is found, its seed is told, and the exit code is 1.', () => {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-soak-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'store.mjs')
  const colloquy = new URL('../../dist/index.js', import.meta.url)
  const keeps = 'Object.assign(openMemoryStore(), { erase: async () => ({ _tag: "Right", right: undefined }) })'
  writeFileSync(file, `import { openMemoryStore } from '${colloquy}'\nexport default { store: () => ${keeps} }`)
  const { stdout, status } = soak('--seconds', '50', '--threads', '1', '--events', '400', '--with', file)
  expect(stdout).toMatch(/^seed \d+: erased, c\d+ at version \d+$/m)
  expect(stdout).toMatch(/replay: simulate\(\{ seed: \d+/)
  expect(status).toBe(1)
})

test.each([
  ['--seconds', 'soon'],
  ['--pods', '3'],
  ['--seed', '-1'],
])('What cannot be is refused with exit code 2: %s %s', (...args) => {
  const { stderr, status } = soak(...args)
  expect(stderr).toMatch(/^soak: /)
  expect(status).toBe(2)
})
