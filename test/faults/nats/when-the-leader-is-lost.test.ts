/** The leader among three JetStream nodes is killed under load, or loses all that it kept. */
import { expect, test } from 'vitest'
import { fault, seedsOf } from '../fault.js'

/** Two elections, and a node that gets everything anew; in ms. */
const timeLimitMs = 180_000

test.each(['leader', 'leader-emptied'])(
  '%s: nothing acknowledged is lost or doubled, and writers go on.',
  async (name) => {
    const { isKept, wrong, acknowledged, stallMs } = await fault(name)
    expect(wrong).toEqual([])
    expect(isKept).toBe(true)
    expect(acknowledged).toBeGreaterThan(150)
    expect(stallMs).toBeGreaterThan(0)
  },
  timeLimitMs,
)

test.each(seedsOf('leader-emptied'))('What a log on $bug loses is seen by the checker.', async ({ seen }) => {
  expect(await seen()).toBeGreaterThan(0)
})
