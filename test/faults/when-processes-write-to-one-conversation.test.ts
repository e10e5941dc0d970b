/** Three processes on one conversation of a SQLite file, and one after the other is killed. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from './fault.js'

test('Processes on one conversation that are killed and replaced lose nothing acknowledged and give no version twice.', async () => {
  const { isKept, wrong, acknowledged, more } = await fault('processes')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(acknowledged).toBeGreaterThan(50)
  expect(more.processes).toBe(5)
})

test.each(seedsOf('processes'))('A store that $bug is seen by the checker.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
