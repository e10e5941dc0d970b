/** Random concurrent histories over PostgreSQL, directly and through a proxy that delays, cuts and swallows. */
import { expect, test } from 'vitest'
import { serverUrl } from '../../stores/postgres/server.js'
import { historiesOf, seedsOf } from '../fault.js'

test.each(['histories-postgres', 'histories-postgres-proxy'])('%s: one order explains every history.', async (name) => {
  const { isKept, wrong, acknowledged } = await historiesOf(name, serverUrl())
  expect(wrong).toEqual([])
  expect(isKept).toBe(true)
  expect(acknowledged).toBeGreaterThan(80)
})

test.each(seedsOf('histories-postgres'))('A store that $bug is seen by the judge.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
