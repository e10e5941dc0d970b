/** The machine's id tells which chart decided, on which engine: both must be the ones that are in use. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { engine, machineId } from '../../src/lifecycle/machine-id.js'

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))

test('The engine is named at the version that is installed, and package.json asks for that one alone.', () => {
  const { version } = json('../../node_modules/xstate/package.json')
  expect(engine).toBe(`xstate@${version}`)
  expect(json('../../package.json').dependencies.xstate).toBe(version)
})

test('The id is the chart’s hash and the engine, the same at every asking.', () => {
  expect(machineId()).toMatch(/^[0-9a-f]{16} xstate@\d+\.\d+\.\d+$/)
  expect(machineId().endsWith(` ${engine}`)).toBe(true)
  expect(machineId()).toBe(machineId())
})

test('The hash is the one of the chart that was last reviewed. An edit of the chart must change it, here and in logs.', () => {
  expect(machineId().split(' ')[0]).toBe('35e4a32020eb277a')
})
