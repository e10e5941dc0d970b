/** The clock is set back two days in the middle of a conversation, at the door, over memory and SQLite. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from './fault.js'

test('Times go back two days; versions, positions, the chain and the replay do not, and the audit finds nothing.', async () => {
  const { isKept, wrong, runs, acknowledged, more } = await fault('clock')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(acknowledged).toBeGreaterThan(50)
  expect(more['times that go back']).toBe(runs)
})

test.each(seedsOf('clock'))('A store that $bug is seen by the checker.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
