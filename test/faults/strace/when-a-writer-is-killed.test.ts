/** `kill -9` of a SQLite writer between two of its system calls, a spread of them. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from '../fault.js'

test('Killed between two system calls, a writer leaves all that was acknowledged, once, no half batch, and a log that goes on.', async () => {
  const { isKept, wrong, runs, acknowledged, more } = await fault('kill')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(runs).toBe(8)
  expect(acknowledged).toBeGreaterThan(20)
  expect(more['system calls']).toBeGreaterThan(200)
  expect(more['not reached'] ?? 0).toBe(0)
})

test.each(seedsOf('kill'))('A store that $bug is seen by the checker.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
