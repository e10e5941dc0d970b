/** The guide's example runs as it stands, on the built package, and its table names every fault. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { faultKinds } from '../../src/testing/simulation/faults.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const guide = readFileSync(join(root, 'docs/guides/simulate-your-service.md'), 'utf8')

test("The guide's example runs, and finds nothing.", () => {
  const folder = join(root, '.colloquy')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'simulation-example.mjs')
  writeFileSync(file, /```ts\n([\s\S]*?)```/.exec(guide)?.[1] as string)
  expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe('')
})

test('The guide tells of every kind of fault, and of no other.', () => {
  const told = [...guide.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
  const options = ['store', 'assess', 'createDoor', 'faults', 'policy']
  expect(new Set(told)).toEqual(new Set([...options, ...faultKinds]))
})
