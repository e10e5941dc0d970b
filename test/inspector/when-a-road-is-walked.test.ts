/** Every road that the inspector shows can be walked by the library itself, event by event, and leads where it says. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ground } from '../../machines/events.js'
import { type Account, accountOf, type Road } from '../../src/inspector/account.js'
import { threadLine } from '../../src/inspector/thread-line.js'
import type { Timeline } from '../../src/inspector/timeline.js'
import { tryOut } from '../../src/inspector/what-if.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { withDefaults } from '../../src/lifecycle/policy.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { assessed, opened, received, requested, sent } from '../../src/testing/events.js'
import { timelineFrom, timelineOf } from './timelines.js'

const grounds: readonly Ground[] = ['persistent-harm', 'user-request']
const accountOn = (timeline: Timeline, ordinal: number, version = timeline.version): Account | undefined =>
  accountOf(timeline, threadLine(timeline, ordinal), version)
const named = (road: Road) => road?.map((letter) => letters[letter]?.name)

/** The account after a walk, of which every step must have been accepted. */
function walked(timeline: Timeline, threadId: string, road: readonly number[]): Account | undefined {
  const { timeline: after, tried } = tryOut(timeline, { version: timeline.version, threadId, letters: road })
  expect(tried, `${named(road)}`).toBe(road.length)
  return accountOn(after, after.ordinalOf(threadId) ?? -1)
}

const policies = [1, 2, 3, 4].flatMap((redirections) =>
  [1, 2].flatMap((warnings) =>
    [false, true].flatMap((handshake) =>
      [false, true].map((userMayEnd) => withDefaults({ redirections, warnings, handshake, userMayEnd })),
    ),
  ),
)
const logs = arbitraries(fc).logs({ policy: fc.constantFrom(...policies), attemptsMax: 40 })
const runs = { numRuns: 100, seed: 7 }

/** Each thread of random logs, as it is at the last event and at one before. */
function everywhere(look: (timeline: Timeline, threadId: string, account: Account, ordinal: number) => void): void {
  fc.assert(
    fc.property(logs, fc.nat(), (log, lot) => {
      for (const length of new Set([log.length, 1 + (lot % log.length)])) {
        const timeline = timelineOf(log.slice(0, length))
        for (const { threadId, ordinal } of timeline.tracks) {
          const account = accountOn(timeline, ordinal)
          if (account) look(timeline, threadId, account, ordinal)
        }
      }
    }),
    runs,
  )
}

test('Every road is walked whole, and reaches its end or its beginning.', () => {
  const met = { long: 0, forked: 0, flagged: 0, handshake: 0, ended: 0, forbidden: 0, ways: 0 }
  everywhere((timeline, threadId, account, ordinal) => {
    const { lifecycle, risk } = account.state
    const policy = timeline.conversation?.policy
    for (const ground of grounds) {
      const road = account.toEnd[ground]
      const isForbidden = ground === 'user-request' && !policy?.userMayEnd && account.vetoes[ground].length > 0
      expect(road === undefined).toBe(lifecycle === 'ended' || isForbidden)
      met.ended += lifecycle === 'ended' ? 1 : 0
      met.forbidden += isForbidden ? 1 : 0
      if (!road) continue
      expect(walked(timeline, threadId, road)?.state.lifecycle).toBe('ended')
      met.ways += 1
      met.long += road.length > 12 ? 1 : 0
      met.forked += ordinal > 0 ? 1 : 0
      met.flagged += risk === 'flagged' ? 1 : 0
      met.handshake += policy?.handshake ? 1 : 0
    }
    const back = account.toEngaging
    expect(back === undefined).toBe(lifecycle === 'ended')
    if (back) expect(walked(timeline, threadId, back)?.state.lifecycle).toBe('engaging')
  })
  for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(20)
})

test('What lifts a veto is walked whole; then it stands no more, not before, and the end is nearer by so many events.', () => {
  const met = { lifts: 0, long: 0, none: 0 }
  everywhere((timeline, threadId, account) => {
    for (const ground of grounds) {
      for (const { veto, lift } of account.vetoes[ground]) {
        expect(lift === undefined, veto).toBe(account.toEnd[ground] === undefined)
        met.none += lift ? 0 : 1
        if (!lift) continue
        const after = walked(timeline, threadId, lift)
        expect(after?.vetoes[ground].map((one) => one.veto)).not.toContain(veto)
        expect(after?.toEnd[ground]?.length).toBe((account.toEnd[ground]?.length ?? 0) - lift.length)
        const before = walked(timeline, threadId, lift.slice(0, -1))
        expect(before?.vetoes[ground].map((one) => one.veto)).toContain(veto)
        met.lifts += 1
        met.long += lift.length > 4 ? 1 : 0
      }
    }
  })
  for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(20)
})

test('No road has somebody found or flagged at risk.', () => {
  everywhere((_timeline, _threadId, { toEnd, toEngaging, vetoes }) => {
    const lifts = grounds.flatMap((ground) => vetoes[ground].map(({ lift }) => lift))
    const names = [toEnd['persistent-harm'], toEnd['user-request'], toEngaging, ...lifts].flatMap((road) => named(road))
    expect(names.filter((name) => name?.startsWith('risk.flagged') || name?.includes('(risk'))).toEqual([])
  })
})

test('From the beginning, under the default policy, each harm is said by the user and answered before the end.', () => {
  const road = accountOn(timelineFrom([opened()]), 0)?.toEnd['persistent-harm'] ?? []
  const { redirections, warnings } = withDefaults({})
  const said = named(road)?.filter((name) => name === 'message.received')
  expect(said).toHaveLength(redirections + warnings + 1)
})

test('What is asked for lifts the veto, and not another veto in its place.', () => {
  const asked = [opened(), received('u1'), assessed('u1', 'none'), requested(), sent('a1', 'confirmation')]
  const unconfirmed = accountOn(timelineFrom(asked), 0)?.vetoes['user-request']
  expect(unconfirmed?.map(({ veto, lift }) => [veto, named(lift)])).toEqual([['not-confirmed', ['end.confirmed']]])
  const harm = (turn: number) => [received(`u${turn}`), assessed(`u${turn}`, 'harmful')]
  const warned = [opened({ redirections: 1 }), ...harm(1), sent('a1', 'redirection'), ...harm(2), sent('a2', 'warning')]
  const unheeded = accountOn(timelineFrom(warned), 0)?.vetoes['persistent-harm']
  expect(unheeded?.map(({ veto, lift }) => [veto, named(lift)])).toEqual([
    ['warning-not-ignored', ['message.received', 'message.assessed(harmful)']],
  ])
})
