/** What whoever watches hears of a group's lag. */
import { expect, test } from 'vitest'
import type { LogEntry } from '../../src/conversations/structured-log.js'
import { lagEveryMs } from '../../src/conversations/subscriptions.js'
import { type SetTimer, setRealTimer } from '../../src/log/timer.js'
import { orThrow } from '../../src/or-throw.js'
import { here, openDoor, opened } from './door.js'

/** Real timers, but for those of this delay: they ring when they are told to. */
function heldTimers(heldMs: number) {
  const held = new Set<() => void>()
  const setTimer: SetTimer = (run, delayMs) => {
    if (delayMs !== heldMs) return setRealTimer(run, delayMs)
    held.add(run)
    return () => held.delete(run)
  }
  const ring = () => {
    for (const run of [...held]) {
      held.delete(run)
      run()
    }
  }
  return { setTimer, ring, held }
}

test('A member tells of its group’s lag from time to time, and no more once it has left.', async () => {
  const { setTimer, ring, held } = heldTimers(lagEveryMs)
  const told: LogEntry['details'][] = []
  let heard = () => {}
  const log = ({ what, details }: LogEntry) => {
    if (what !== 'feed-lag') return
    told.push(details)
    heard()
  }
  const door = await opened(openDoor({ setTimer, log }))
  orThrow(await door.conversations.send({ ...here, content: 'one' }))
  const leaving = new AbortController()
  let release = () => {}
  const handled = new Promise<void>((resolve) => {
    release = resolve
  })
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const handle = () => {
    begin()
    return handled
  }
  const member = door.conversations.subscribe({ group: 'slow', handle, signal: leaving.signal })
  await begun
  for (const times of [1, 2]) {
    const entry = new Promise<void>((resolve) => {
      heard = resolve
    })
    while (held.size === 0) await new Promise(setImmediate)
    ring()
    await entry
    expect(told).toHaveLength(times)
  }
  expect(told[0]).toEqual({ group: 'slow', events: 2, parked: 0 })
  release()
  leaving.abort()
  orThrow(await member)
  expect(held.size).toBe(0)
})

test('Where nobody watches there is no timer.', async () => {
  const { setTimer, held } = heldTimers(lagEveryMs)
  const door = await opened(openDoor({ setTimer }))
  const leaving = new AbortController()
  const member = door.conversations.subscribe({ group: 'g', handle: async () => {}, signal: leaving.signal })
  orThrow(await door.conversations.lag({ group: 'g' }))
  expect(held.size).toBe(0)
  leaving.abort()
  orThrow(await member)
})
