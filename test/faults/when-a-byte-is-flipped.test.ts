/** One byte of a SQLite file is another: in every column of some rows, and anywhere in the file. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from './fault.js'

test('The audit names conversation and version of every row in which a byte is another.', async () => {
  const { isKept, wrong, runs } = await fault('flipped-rows')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(runs).toBeGreaterThan(40)
})

test('Wherever in the file a byte is another, no reader gets other events than there were without being told.', async () => {
  const { isKept, wrong, more } = await fault('flipped-file')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(more.named).toBeGreaterThan(10)
})

test.each([...seedsOf('flipped-rows'), ...seedsOf('flipped-file')])(
  'An audit that $bug is not enough, and that is seen.',
  async ({ seen }) => {
    expect(await seen()).toBeGreaterThan(0)
  },
)
