/** A PostgreSQL primary is killed under load with `kill -9`, and its standby promoted. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from '../fault.js'

test('With a standby that confirms every commit, nothing acknowledged is lost or doubled, and the open store goes on.', async () => {
  const { isKept, wrong, acknowledged, stallMs } = await fault('primary')
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(acknowledged).toBeGreaterThan(400)
  expect(stallMs).toBeGreaterThan(0)
})

test.each(seedsOf('primary'))('What an $bug loses is seen by the checker.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
