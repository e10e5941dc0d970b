/**
 * All policies within bounds, at their corners; the whole of them is for `colloquy verify --all`, which build servers
 * run. And the table that they share, held against tables of their own.
 */
import { describe, expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { type Automaton, automatonFor, refusalIn } from '../../src/lifecycle/automaton.js'
import { defaultPolicy, policyFault, policyKey, withDefaults } from '../../src/lifecycle/policy.js'
import { cornerPolicies, everyPolicy, together, verifyEach } from '../../src/proof/every-policy.js'
import { explore } from '../../src/proof/explore.js'
import { SharedChart } from '../../src/proof/shared-chart.js'
import { runColloquy } from '../cli/run-colloquy.js'

test('There are 3,600 policies within bounds, no two the same, and 96 at the corners.', () => {
  const keys = new Set(everyPolicy().map(policyKey))
  expect(keys.size).toBe(3_600)
  expect(everyPolicy().filter((policy) => policyFault(policy) !== undefined)).toEqual([])
  expect(cornerPolicies()).toHaveLength(96)
  expect(cornerPolicies().filter((policy) => !keys.has(policyKey(policy)))).toEqual([])
})

test('All of them, and one of them, are not asked for at once.', async () => {
  const { exitCode, stderr } = await runColloquy('verify', '--all', '--spin')
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/'--all' cannot be used with option '--spin'/)
})

test('Every property of a thread holds at every corner.', () => {
  const { policies, points, failing } = verifyEach(cornerPolicies())
  expect({ policies, failing }).toEqual({ policies: 96, failing: [] })
  expect(points).toBeGreaterThan(50_000)
})

test('Sweeps over parts are a sweep over the whole.', () => {
  const [first, second, third] = cornerPolicies().slice(0, 3) as [Policy, Policy, Policy]
  const parts = [verifyEach([first]), verifyEach([second, third])]
  expect(together(parts)).toEqual(verifyEach([first, second, third]))
})

const sample: readonly Policy[] = [
  defaultPolicy,
  withDefaults({ handshake: true }),
  withDefaults({ userMayEnd: false, riskClearedBy: ['assessor'] }),
  withDefaults({ redirections: 1, warnings: 3, calmTurns: 1 }),
  withDefaults({
    redirections: 2,
    warnings: 2,
    calmTurns: 3,
    handshake: true,
    riskClearedBy: ['assessor', 'operator'],
  }),
]

/** Where a letter leads in words, or why it is refused. */
function answer(automaton: Automaton, state: number, letter: number): unknown {
  const step = automaton.step(state, letter)
  return step >= 0 ? automaton.describe(step) : refusalIn(step)
}

/** Cells in which the shared table says something else than the policy's own. */
function differing(policy: Policy, shared: Automaton): readonly string[] {
  const own = automatonFor(policy)
  const states = [...new Set(explore(own).points.map(({ state }) => state))]
  return states.flatMap((state) =>
    letters.flatMap(({ name }, letter) => {
      const there = shared.find(own.describe(state))
      const same = JSON.stringify(answer(own, state, letter)) === JSON.stringify(answer(shared, there, letter))
      return same ? [] : [`${name} in ${JSON.stringify(own.describe(state))}`]
    }),
  )
}

describe('The table that policies share says what their own would', () => {
  const chart = new SharedChart(defaultPolicy)
  // What a policy finds in the table shall be of the others' making.
  for (const policy of sample) explore(chart.under(policy))

  test.each(sample.map((policy) => [policyKey(policy), policy] as const))('under %s', (_, policy) => {
    expect(differing(policy, chart.under(policy))).toEqual([])
    const vetoed = (automaton: Automaton) => automaton.vetoes(0, 'persistent-harm')
    expect(vetoed(chart.under(policy))).toEqual(vetoed(automatonFor(policy)))
  })

  test('and asks the chart far less often.', () => {
    const before = chart.asked
    for (const policy of sample) explore(chart.under(policy))
    expect(chart.asked).toBe(before)
    const { asked } = chart
    explore(chart.under(withDefaults({ riskClearedBy: ['assessor', 'operator'] })))
    // Only the five clearances in each state look at who may clear risk.
    expect(chart.asked - asked).toBeLessThanOrEqual(5 * chart.size)
  })
})
