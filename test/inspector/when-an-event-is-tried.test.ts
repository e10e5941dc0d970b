/** "What if?": any event on a scratch copy, answered as the library answers, and nothing of the original changed. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lookUp } from '../../src/conversation/id-index.js'
import { imagined, isImagined, offersOn, triedMax, tryOut } from '../../src/inspector/what-if.js'
import { letterNamed, letters } from '../../src/lifecycle/alphabet.js'
import { refusalIn } from '../../src/lifecycle/automaton.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { assessed, ended, opened, received, sent } from '../../src/testing/events.js'
import { timelineFrom, timelineOf } from './timelines.js'

test('What is offered is what the machine would answer, on every thread.', () => {
  fc.assert(
    fc.property(arbitraries(fc).logs({ attemptsMax: 40 }), (log) => {
      const timeline = timelineOf(log)
      for (const { threadId } of timeline.tracks) {
        const thread = timeline.conversation && lookUp(timeline.conversation.threads, threadId)
        for (const { letter, isPossible, rejection } of offersOn(timeline, threadId)) {
          // A fork is asked of its cut, and an assessment of its message, not of the thread's state alone.
          if (!thread || !isPossible || /assess|fork/.test(letters[letter]?.name ?? '')) continue
          const step = timeline.automaton?.step(thread.state, letter) ?? 0
          expect(rejection?.code, letters[letter]?.name).toBe(step < 0 ? refusalIn(step) : undefined)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('An offer leads where trying it leads: a fork to its branch, also from a thread that has ended.', () => {
  const met = { edits: 0, retries: 0, flagged: 0, accepted: 0 }
  fc.assert(
    fc.property(arbitraries(fc).logs({ attemptsMax: 40 }), (log) => {
      const timeline = timelineOf(log)
      const { version } = timeline
      for (const { threadId } of timeline.tracks) {
        for (const { letter, leadsTo } of offersOn(timeline, threadId)) {
          const tried = tryOut(timeline, { version, threadId, letters: [letter] })
          expect(leadsTo !== undefined).toBe(tried.tried === 1)
          if (leadsTo === undefined) continue
          const states = tried.timeline.statesAt(version + 1)
          const name = letters[letter]?.name
          expect(leadsTo, name).toBe(states[tried.timeline.ordinalOf(tried.threadId) ?? -1])
          met.accepted += 1
          met.edits += name === 'thread.forked(edit)' ? 1 : 0
          met.retries += name === 'thread.forked(retry)' ? 1 : 0
          met.flagged += timeline.automaton?.describe(leadsTo).risk === 'flagged' ? 1 : 0
        }
      }
    }),
    { numRuns: 12, seed: 5 },
  )
  for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(10)
})

test('From an end, an edit of the last message leads to a branch that has not ended, and a retry offers one, too.', () => {
  const harm = (turn: number) => [received(`u${turn}`), assessed(`u${turn}`, 'harmful')]
  const timeline = timelineFrom([
    opened({ redirections: 1, warnings: 1 }),
    ...harm(1),
    sent('a1', 'redirection'),
    ...harm(2),
    sent('a2', 'warning'),
    ...harm(3),
    ended('persistent-harm'),
  ])
  const offers = offersOn(timeline, 'main')
  const ledBy = (name: string) => offers[letterNamed(name)]?.leadsTo
  const described = (name: string) => timeline.automaton?.describe(ledBy(name) ?? -1)?.lifecycle
  expect(described('thread.forked(edit)')).toBe('forked')
  expect(described('thread.forked(retry)')).toBe('warning.due')
  expect(ledBy('message.received')).toBe(undefined)
})

test('A copy goes its own way: the original keeps its length and its states.', () => {
  const timeline = timelineFrom([opened(), received('u1')])
  const before = [...timeline.statesAt(2)]
  const wanted = ['message.assessed(harmful)', 'message.sent(redirection)', 'end.confirmed'].map(letterNamed)
  const scratch = tryOut(timeline, { version: 2, threadId: 'main', letters: wanted })
  expect(scratch.tried).toBe(2)
  expect(scratch.timeline.eventAt(4)?.type).toBe('message.sent')
  expect([2, 3].map((version) => isImagined(scratch.timeline, version))).toEqual([false, true])
  expect(timeline.version).toBe(2)
  expect([...timeline.statesAt(2)]).toEqual(before)
})

test('A fork that is tried is gone on with on its branch.', () => {
  const timeline = timelineFrom([opened(), received('u1')])
  const scratch = tryOut(timeline, { version: 2, threadId: 'main', letters: [letterNamed('thread.forked(edit)')] })
  expect(scratch.timeline.tracks.map(({ threadId }) => threadId)).toEqual(['main', scratch.threadId])
})

test('A link may ask for any number of events; so many are tried and no more.', () => {
  const timeline = timelineFrom([opened()])
  const wanted = Array.from({ length: triedMax + 20 }, () => letterNamed('welfare.noted'))
  expect(tryOut(timeline, { version: 1, threadId: 'main', letters: wanted }).tried).toBe(triedMax)
})

test('An event that would speak of a message that is not there is not made up.', () => {
  expect(imagined(timelineFrom([opened()]), 'main', letterNamed('message.assessed(none)'))).toBe(undefined)
})
