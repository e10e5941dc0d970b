/** Random concurrent histories over JetStream, directly and through a proxy that delays, cuts and swallows. */
import { expect, test } from 'vitest'
import { serverUrls } from '../../stores/nats/servers.js'
import { historiesOf, seedsOf } from '../fault.js'

test.each(['histories-jetstream', 'histories-jetstream-proxy'])(
  '%s: one order explains every history.',
  async (name) => {
    const { isKept, wrong, acknowledged } = await historiesOf(name, serverUrls().join(','))
    expect(wrong).toEqual([])
    expect(isKept).toBe(true)
    expect(acknowledged).toBeGreaterThan(30)
  },
)

test.each(seedsOf('histories-jetstream'))('A store that $bug is seen by the judge.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
