/**
 * A point of the explored space stands for endlessly many logs. Several of each, got there by different roads, are put
 * to the real decider; and counters whose caps are too low by one must be found out.
 */
import { describe, expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { type Automaton, automatonFor, type StateId } from '../../src/lifecycle/automaton.js'
import { withDefaults } from '../../src/lifecycle/policy.js'
import { explore } from '../../src/proof/explore.js'
import { faithfulness } from '../../src/proof/faithful.js'
import { verifyThread } from '../../src/proof/verify.js'
import { runColloquy } from '../cli/run-colloquy.js'

const small = withDefaults({ redirections: 1, warnings: 1, calmTurns: 2 })

describe('Several logs of every point answer every letter as the point does', () => {
  test.each<[string, Policy]>([
    ['few redirections', withDefaults({ redirections: 2 })],
    ['a handshake', withDefaults({ redirections: 1, warnings: 2, handshake: true, riskClearedBy: ['assessor'] })],
  ])('with %s', (_, policy) => {
    const found = faithfulness(explore(automatonFor(policy)))
    expect(found.unlike).toEqual([])
    expect(found.fewest).toBeGreaterThanOrEqual(4)
    expect(found.questions).toBeGreaterThan(20 * found.representatives)
  })
})

type Counter = 'failures' | 'ignored' | 'calm'

/** The automaton of the small policy with a counter that stops too early. */
function capped(counter: Counter, cap: number): Automaton {
  const sound = automatonFor(small)
  const step = (state: StateId, letter: number): StateId | number => {
    const next = sound.step(state, letter)
    if (next < 0) return next
    const words = sound.describe(next)
    return words[counter] > cap ? sound.find({ ...words, [counter]: cap }) : next
  }
  return changed(sound, { step })
}

function changed(sound: Automaton, change: Partial<Automaton>): Automaton {
  const { policy, size } = sound
  const kept: Automaton = {
    policy,
    size,
    step: (state, letter) => sound.step(state, letter),
    describe: (state) => sound.describe(state),
    find: (state) => sound.find(state),
    vetoes: (state, ground) => sound.vetoes(state, ground),
  }
  return { ...kept, ...change }
}

const failingIn = (automaton: Automaton): readonly string[] =>
  verifyThread(automaton)
    .properties.filter(({ holds }) => !holds)
    .map(({ id }) => id)

test('The command tells what was questioned.', async () => {
  const { exitCode, stdout } = await runColloquy('verify', '--soundness', '--json')
  const { ok, points, soundness } = JSON.parse(stdout)
  expect({ exitCode, ok, unlike: soundness.unlike }).toEqual({ exitCode: 0, ok: true, unlike: [] })
  expect(soundness.representatives).toBeGreaterThanOrEqual(4 * points)
})

test('A cap that is not too low changes nothing.', () => {
  expect(failingIn(capped('failures', small.redirections))).toEqual([])
  expect(faithfulness(explore(capped('failures', small.redirections))).unlike).toEqual([])
})

describe("A counter of the machine's that is capped one too low is found out", () => {
  test.each<[Counter, number]>([
    ['failures', small.redirections - 1],
    ['ignored', small.warnings - 1],
    // Calm is forgiven when it is full, so one less is the most that a state can have.
    ['calm', small.calmTurns - 2],
  ])('%s', (counter, cap) => {
    const automaton = capped(counter, cap)
    expect(failingIn(automaton)).not.toEqual([])
    expect(faithfulness(explore(automaton)).unlike).not.toEqual([])
  })
})

describe("A count of the observer's that is capped one too low is found out", () => {
  const policy = withDefaults({ redirections: 2, warnings: 2, calmTurns: 3 })
  test.each(['redirections', 'warnings', 'calmTurns'] as const)('%s', (limit) => {
    // The observer counts up to what the policy says; the machine goes on to its own.
    const lower = { ...policy, [limit]: policy[limit] - 1 }
    expect(failingIn(changed(automatonFor(policy), { policy: lower }))).not.toEqual([])
    expect(failingIn(automatonFor(policy))).toEqual([])
  })
})
