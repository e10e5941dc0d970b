/** A disk that is full, fails to write, or fails to read: once, for a while, or for good. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from '../fault.js'

test.each(['disk-full', 'disk-failing'])(
  '%s: nothing that was acknowledged is lost, and the log goes on.',
  async (name) => {
    const { isKept, wrong, acknowledged, more } = await fault(name)
    expect(wrong).toEqual([])
    expect(isKept).toBe(true)
    expect(acknowledged).toBeGreaterThan(50)
    expect(more['unknown-outcome'] ?? 0).toBeGreaterThan(0)
  },
)

test('disk-unreadable: nothing is wrong and untold; where the driver ruins the file, the audit or the store says so.', async () => {
  const { isKept, runs, silent } = await fault('disk-unreadable')
  expect(isKept).toBe(true)
  expect({ runs, silent }).toEqual({ runs: 4, silent: 0 })
})

test.each(['disk-full', 'disk-unreadable'].flatMap(seedsOf))(
  'A store that $bug is seen by the checker.',
  async ({ seen }) => {
    expect(await seen()).toBeGreaterThan(0)
  },
)
