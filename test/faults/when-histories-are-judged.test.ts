/** Random concurrent histories over memory, and over two handles on one SQLite file. */
import { expect, test } from 'vitest'
import { historiesOf, seedsOf } from './fault.js'

test.each(['histories-memory', 'histories-sqlite'])('%s: one order explains every history.', async (name) => {
  const { isKept, wrong, acknowledged } = await historiesOf(name)
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(acknowledged).toBeGreaterThan(500)
})

test.each([...seedsOf('histories-memory'), ...seedsOf('histories-sqlite')])(
  'A store that $bug is seen by the judge.',
  async ({ seen }) => {
    expect(await seen()).toBeGreaterThan(0)
  },
)
