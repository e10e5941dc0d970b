/** What the inspector says of a moment: the vetoes, what caused them, what would lift them, and the roads from there. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold } from '../../src/conversation/fold.js'
import { riskOf } from '../../src/conversation/state.js'
import { type Account, accountOf, type Road } from '../../src/inspector/account.js'
import { letterWords } from '../../src/inspector/letter-words.js'
import { threadLine } from '../../src/inspector/thread-line.js'
import type { Timeline } from '../../src/inspector/timeline.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { assessed, flagged, opened, received, sent } from '../../src/testing/events.js'
import { timelineFrom, timelineOf } from './timelines.js'

const accountAt = (timeline: Timeline, version = timeline.version, ordinal = 0): Account | undefined =>
  accountOf(timeline, threadLine(timeline, ordinal), version)
const named = (road: Road) => road?.map((letter) => letters[letter]?.name)

describe('A veto', () => {
  const timeline = timelineFrom([
    opened(),
    received('u1'),
    assessed('u1', 'none'),
    sent('a1'),
    received('u2'),
    flagged(),
  ])

  test('names the event since which it has stood, and what would lift it.', () => {
    const vetoes = accountAt(timeline)?.vetoes['persistent-harm'] ?? []
    const told = vetoes.map(({ veto, since, lift }) => [veto, since, named(lift)])
    expect(told).toContainEqual(['risk-flagged', 6, ['risk.cleared(operator)']])
    expect(told.find(([veto]) => veto === 'assessment-pending')?.[1]).toBe(5)
    expect(told.find(([veto]) => veto === 'redirections-remaining')?.[1]).toBe(1)
  })

  test('is not lifted by an end on the other ground.', () => {
    const before = accountAt(timeline, 3)?.vetoes['persistent-harm'] ?? []
    expect(named(before[0]?.lift)).not.toContain('thread.ended(user-request)')
  })
})

test('A road that is told can be gone: each step is accepted, and it leads where it says.', () => {
  fc.assert(
    fc.property(arbitraries(fc).logs({ attemptsMax: 40 }), (log) => {
      const timeline = timelineOf(log)
      const { automaton } = timeline
      for (const { ordinal } of timeline.tracks) {
        const account = accountAt(timeline, log.length, ordinal)
        const state = timeline.statesAt(log.length)[ordinal] ?? 0
        const gone = (road: Road) => road?.reduce((at, letter) => automaton?.step(at, letter) ?? -1, state)
        for (const ground of ['persistent-harm', 'user-request'] as const) {
          const end = gone(account?.toEnd[ground])
          if (end !== undefined) expect(automaton?.describe(end).lifecycle).toBe('ended')
          for (const { veto, lift } of account?.vetoes[ground] ?? []) {
            const at = gone(lift)
            if (at !== undefined) expect(automaton?.vetoes(at, ground)).not.toContain(veto)
          }
        }
        const back = gone(account?.toEngaging)
        if (back !== undefined) expect(automaton?.describe(back).lifecycle).toBe('engaging')
      }
    }),
    { numRuns: 40 },
  )
})

test('Risk is caused by the event that raised it, on whichever thread; a birth under it raises nothing.', () => {
  let inherited = 0
  fc.assert(
    fc.property(arbitraries(fc).logs(), (log) => {
      const timeline = timelineOf(log)
      const conversation = (version: number) => fold(log.slice(0, version))
      let raisedAt = 0
      for (let version = 1; version <= log.length; version++) {
        const [before, now] = [conversation(version - 1), conversation(version)]
        if (now && riskOf(now) === 'flagged' && (!before || riskOf(before) === 'clear')) raisedAt = version
        for (const { ordinal, bornAt } of now ? timeline.tracks.slice(0, now.threadCount) : []) {
          const vetoes = accountAt(timeline, version, ordinal)?.vetoes['persistent-harm'] ?? []
          const flag = vetoes.find(({ veto }) => veto === 'risk-flagged')
          if (flag) expect(flag.since, `thread ${ordinal} at ${version}`).toBe(raisedAt)
          inherited += flag && raisedAt < bornAt ? 1 : 0
        }
      }
    }),
    { numRuns: 20, seed: 3 },
  )
  expect(inherited).toBeGreaterThan(10)
})

test('Every letter has words of its own.', () => {
  const words = letters.map((_, letter) => letterWords(letter))
  expect(new Set(words).size).toBe(letters.length)
  expect(words.filter((text) => /[.()]/.test(text))).toEqual([])
})
