/** Loss of power: states of the files that a recorded run of a SQLite writer could leave, each opened. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from '../fault.js'

test('Whatever of its unsynced writes the disk has kept, all that was acknowledged is there, once, and no half batch.', async () => {
  const { isKept, wrong, runs, acknowledged } = await fault('power')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(runs).toBeGreaterThan(25)
  expect(acknowledged).toBeGreaterThan(200)
})

test('The same holds where a sync failed before, and what it should have kept may never come to be.', async () => {
  const { isKept, wrong, runs } = await fault('power-after-failed-sync')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(runs).toBeGreaterThan(20)
})

test.each([...seedsOf('power'), ...seedsOf('power-after-failed-sync')])(
  'The bug $bug is seen by the checker.',
  async ({ seen }) => {
    expect(await seen()).toBeGreaterThan(0)
  },
)
