/** The clock of a SQLite writer's process goes back two days while it writes. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from '../fault.js'

test('A process whose clock is set back two days goes on, and nothing it was told was stored is lost or out of place.', async () => {
  const { isKept, wrong, acknowledged, more } = await fault('clock-of-a-process')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(acknowledged).toBeGreaterThan(15)
  expect(more['times that go back']).toBe(1)
})

test.each(seedsOf('clock-of-a-process'))('A store that $bug is seen by the checker.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
