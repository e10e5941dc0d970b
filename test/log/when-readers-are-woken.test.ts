/** Waking: one notification for all that came at once, after they can be read; and none that comes while reading is lost. */
import { describe, expect, test } from 'vitest'
import { Alarm } from '../../src/log/alarm.js'
import { Listeners } from '../../src/log/listeners.js'
import { setRealTimer } from '../../src/log/timer.js'
import { orThrow } from '../../src/or-throw.js'
import { nextTurn } from '../../src/testing/next-turn.js'
import { stores } from '../conversations/stores.js'
import { appendOf, storedEvent } from '../stores/stored-events.js'

const never = () => () => undefined

describe.each(stores)('over $name', ({ open }) => {
  test('What is committed together is told once, and can be read by then.', async () => {
    const store = await open()
    const seen: number[] = []
    store.listen?.(async () => void seen.push(orThrow(await store.readAll({ afterPosition: 0 })).length))
    const appends = Array.from({ length: 100 }, (_, n) => store.append(appendOf(storedEvent(`c${n}`, 1))))
    for (const answer of await Promise.all(appends)) orThrow(answer)
    await nextTurn()
    expect(seen).toEqual([100])
    // What was refused, and what brings nothing, is not told.
    await store.append(appendOf(storedEvent('c1', 1, { eventId: 'other' })))
    await store.read({ conversationId: 'c1' })
    await nextTurn()
    expect(seen).toEqual([100])
    orThrow(await store.append(appendOf(storedEvent('c1', 2))))
    await nextTurn()
    expect(seen).toEqual([100, 101])
  })
})

test('Each who listens is called, one who listens twice is called twice, and one who has left is not.', async () => {
  const listeners = new Listeners()
  const heard: string[] = []
  const a = () => heard.push('a')
  const ends = [listeners.listen(a), listeners.listen(a), listeners.listen(() => heard.push('b'))]
  listeners.tell()
  expect(heard).toEqual([])
  await nextTurn()
  expect(heard).toEqual(['a', 'a', 'b'])
  ends[0]?.()
  listeners.tell()
  listeners.tell()
  await nextTurn()
  expect(heard).toEqual(['a', 'a', 'b', 'a', 'b'])
})

test('What rings while somebody reads is not lost: there is nothing to wait for then.', async () => {
  const alarm = new Alarm(never)
  alarm.reset()
  alarm.ring()
  await alarm.wait(1_000)
  alarm.reset()
  const waiting = alarm.wait(1_000)
  alarm.ring()
  await waiting
})

test('Nobody waits for longer than was said, nor after the signal, and no timer is left behind.', async () => {
  let running = 0
  const alarm = new Alarm((run, delayMs) => {
    running += 1
    const stop = setRealTimer(run, delayMs)
    return () => {
      running -= 1
      stop()
    }
  })
  await alarm.wait(1)
  await alarm.wait(1_000, AbortSignal.abort())
  const abort = new AbortController()
  const waiting = alarm.wait(60_000, abort.signal)
  expect(running).toBe(1)
  abort.abort()
  await waiting
  expect(running).toBe(0)
})
