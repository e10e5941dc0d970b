/** "What if?": any event on a scratch copy, answered as the library answers, and nothing of the original changed. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lookUp } from '../../src/conversation/id-index.js'
import { imagined, isImagined, offersOn, triedMax, tryOut } from '../../src/inspector/what-if.js'
import { letterNamed, letters } from '../../src/lifecycle/alphabet.js'
import { refusalIn } from '../../src/lifecycle/automaton.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { opened, received } from '../../src/testing/events.js'
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
