/** The guide to back-testing keeps its word: its lines, run as it says, come to what it shows. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runColloquy, temporaryFolder } from '../cli/run-colloquy.js'

const guide = readFileSync(new URL('../../docs/guides/backtest.md', import.meta.url), 'utf8')
const block = (kind: string): string => new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? ''

test('The example comes to what the guide shows of it.', async () => {
  const folder = await temporaryFolder()
  const [lines, policy] = [join(folder, 'messages.jsonl'), join(folder, 'lax.json')]
  await writeFile(lines, block('jsonl'))
  await writeFile(policy, '{"redirections":1}')
  const args = ['--format', 'assessed', '--harm-label', 'toxicity:0.7', '--policy', policy]
  const { stdout, exitCode } = await runColloquy('backtest', lines, ...args)
  expect(exitCode).toBe(0)
  expect(block('text')).not.toBe('')
  expect(stdout.replaceAll(`${folder}/`, '').startsWith(block('text'))).toBe(true)
})

test('Every command in the guide is one that the program takes.', async () => {
  const { stdout } = await runColloquy('backtest', '--help')
  const options = [...block('sh').matchAll(/--[a-z-]+/g)].map(([option]) => option)
  expect(options.length).toBeGreaterThan(5)
  expect(options.filter((option) => !stdout.includes(option))).toEqual([])
})
