/** The inspector's timeline against the library's own fold, at every moment of any conversation. */
import fc from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { fold } from '../../src/conversation/fold.js'
import { threadsOf } from '../../src/conversation/state.js'
import { accountOf } from '../../src/inspector/account.js'
import { readLogLine } from '../../src/inspector/log-line.js'
import { marksAt, trafficAt } from '../../src/inspector/page/chart-marks.js'
import { lengthAt, sharedLength, threadLine } from '../../src/inspector/thread-line.js'
import { Timeline } from '../../src/inspector/timeline.js'
import { Acceptor } from '../../src/log/acceptor.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { assessed, erased, flagged, forked, opened, received, sent } from '../../src/testing/events.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'
import { timelineFrom, timelineOf } from './timelines.js'

const { logs } = arbitraries(fc)
const stateNumbers = (log: readonly RecordedEvent[], version: number): readonly number[] => {
  const conversation = fold(log.slice(0, version))
  return conversation ? threadsOf(conversation).map(({ state }) => state) : []
}

describe('Every moment', () => {
  test('has the states that a fold of the log up to there has, thread by thread.', () => {
    fc.assert(
      fc.property(logs(), (log) => {
        const timeline = timelineOf(log)
        for (let version = 0; version <= log.length; version++) {
          expect([...timeline.statesAt(version)], `version ${version}`).toEqual(stateNumbers(log, version))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('is also right far from the pictures that are kept, in a log longer than one picture.', () => {
    const turns = Array.from({ length: 150 }, (_, turn) => [
      received(`u${turn}`),
      assessed(`u${turn}`, turn % 7 === 3 ? 'crisis' : 'harmful'),
      sent(`a${turn}`, turn % 7 >= 3 ? 'support' : 'redirection'),
      ...(turn % 40 === 5 ? [forked(`f${turn}`, { messageId: `u${turn}` }, `e${turn}`)] : []),
    ]).flat()
    const timeline = timelineFrom([opened({ redirections: 10 }), ...turns])
    const log = timeline.lines.flatMap((line) => ('event' in line ? [line.event] : []))
    expect(log.length).toBeGreaterThan(400)
    for (const version of [255, 256, 257, 300, 400, log.length]) {
      expect([...timeline.statesAt(version)]).toEqual(stateNumbers(log, version))
    }
  })

  test('of a line ends in the state that its thread has there.', () => {
    fc.assert(
      fc.property(logs(), (log) => {
        const timeline = timelineOf(log)
        for (const { ordinal, bornAt } of timeline.tracks) {
          const line = threadLine(timeline, ordinal)
          for (let version = bornAt; version <= log.length; version++) {
            const last = line.states[lengthAt(line, version) - 1]
            expect(last, `thread ${ordinal}, version ${version}`).toBe(timeline.statesAt(version)[ordinal])
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('The log', () => {
  test('keeps what could not have come in its place, and goes on after it.', () => {
    const timeline = timelineFrom([opened(), received('u1'), received('u1'), assessed('u1', 'none'), sent('a1')])
    expect(timeline.version).toBe(5)
    expect(timeline.lines[2]).toMatchObject({ version: 3, fault: expect.stringContaining('duplicate-message') })
    expect(timeline.eventAt(4)?.type).toBe('message.assessed')
    expect(timeline.tracks[0]?.spoken).toEqual([2, 5])
  })

  test('passes over a line that it has, and one that is too far ahead.', () => {
    const timeline = timelineFrom([opened(), received('u1')])
    const [first] = timeline.lines
    expect(first && timeline.add(first)).toBe(false)
    expect(timeline.add({ version: 2_000_000, fault: 'far ahead', record: '' })).toBe(false)
    expect(timeline.version).toBe(2)
  })

  test('goes on after a gap, in which faults stand.', () => {
    const log = recordLog([opened(), received('u1'), sent('a1'), received('u2'), assessed('u2', 'none')], 'c')
    const timeline = timelineOf(log.filter(({ version }) => version !== 3 && version !== 2))
    expect(timeline.lines.map((line) => ('fault' in line ? line.fault : line.event.type))).toEqual([
      'conversation.opened',
      'nothing that can be read stands here',
      'nothing that can be read stands here',
      'message.received',
      'message.assessed',
    ])
    expect(timeline.tracks[0]?.spoken).toEqual([4])
  })

  test('has a fault where a line says which version it is of, and nothing else that can be read.', () => {
    const event = { version: 7, type: 'message.sent', actor: null, data: {} }
    expect(readLogLine(JSON.stringify({ event, hash: '' }))).toMatchObject({ version: 7, fault: 'no line of a log' })
    expect(readLogLine(JSON.stringify({ version: 7 }))).toMatchObject({ version: 7, fault: 'no line of a log' })
    for (const text of ['{"version":7', '{}', '[]', 'null', '{"version":0}', '{"event":{"version":1.5}}']) {
      expect(readLogLine(text), text).toBe(undefined)
    }
  })

  test('judges events as the acceptor of foreign logs does, ids that were met before among them.', () => {
    let duplicates = 0
    fc.assert(
      fc.property(logs(), fc.nat(), fc.nat(), (log, one, other) => {
        const repeated = log[one % log.length]?.id ?? ''
        const doubled = log.map((event, at) => (at === other % log.length ? { ...event, id: repeated } : event))
        const timeline = timelineOf(doubled)
        const acceptor = new Acceptor()
        for (const [at, event] of doubled.entries()) {
          const answer = acceptor.accept(event)
          const line = timeline.lines[at]
          const fault = line && 'fault' in line ? line.fault : undefined
          expect(fault).toBe(isLeft(answer) ? `${answer.left.code}: ${answer.left.message}` : undefined)
          duplicates += fault?.startsWith('duplicate-event') ? 1 : 0
          // The acceptor's log is over here; the timeline goes on.
          if (isLeft(answer)) return
        }
      }),
      { numRuns: 40 },
    )
    expect(duplicates).toBeGreaterThan(10)
  })

  test('lets go of words that are erased while somebody looks on, and leaves the original of a copy alone.', () => {
    const timeline = timelineFrom([opened(), received('u1'), sent('a1')])
    const copy = timeline.upTo(3)
    const scratch = timelineFrom([opened(), received('u1'), sent('a1'), erased('u1')])
    const said = (from: Timeline) => from.eventAt(2)?.data
    expect(said(scratch)).toMatchObject({ content: null })
    expect(said(copy)).toMatchObject({ content: 'u1 says the user' })
  })

  test('has nothing cut of what is erased, so that nobody asks for the whole.', () => {
    const timeline = new Timeline()
    for (const event of recordLog([opened(), received('u1'), erased('u1')], 'c')) {
      timeline.add({ event, hash: 'h', ...(event.version === 2 && { cut: true }) })
    }
    expect(timeline.lines[1]).not.toHaveProperty('cut')
  })
})

test('Two branches share what came before their cut.', () => {
  const timeline = timelineFrom([
    opened(),
    received('u1'),
    assessed('u1', 'none'),
    sent('a1'),
    received('u2'),
    forked('branch', { messageId: 'u2' }, 'e2'),
    flagged(),
  ])
  const [main, branch] = [threadLine(timeline, 0), threadLine(timeline, 1)]
  expect(sharedLength(main, branch)).toBe(4)
  expect([...branch.versions]).toEqual([1, 2, 3, 4, 6, 7])
})

test('A timeline of nothing has no moment.', () => {
  const timeline = new Timeline()
  expect([...timeline.statesAt(0)]).toEqual([])
  expect(timeline.conversation).toBe(null)
})

test('Of a thread that is not yet born there is nothing: no account, no marks, no traffic, no line.', () => {
  let unborn = 0
  fc.assert(
    fc.property(logs(), (log) => {
      const timeline = timelineOf(log)
      const { automaton, tracks } = timeline
      for (const { ordinal, bornAt } of tracks) {
        const line = threadLine(timeline, ordinal)
        for (let version = 0; automaton && version <= log.length; version++) {
          const isBorn = version >= bornAt
          expect(lengthAt(line, version) > 0).toBe(isBorn)
          expect(accountOf(timeline, line, version) !== undefined).toBe(isBorn)
          expect(marksAt(automaton, line, version).current !== undefined).toBe(isBorn)
          expect(Object.keys(trafficAt(automaton, line, version).states).length > 0).toBe(isBorn)
          unborn += isBorn ? 0 : 1
        }
      }
    }),
    { numRuns: 15 },
  )
  expect(unborn).toBeGreaterThan(20)
})
