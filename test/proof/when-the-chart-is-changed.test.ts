/** Does the proof bite? Every small change of the chart must break a law, or be explained. */
import { expect, test } from 'vitest'
import { letters } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { equivalentMutants } from '../../src/proof/equivalent.js'
import { explore } from '../../src/proof/explore.js'
import { canCome } from '../../src/proof/history.js'
import { ChangedAutomaton, fates, mutantPolicies } from '../../src/proof/kill.js'
import { laws } from '../../src/proof/laws.js'
import { mutants } from '../../src/proof/mutants.js'

const all = fates()
const survivors = all.filter(({ caughtBy }) => caughtBy === null).map(({ change }) => change)

test('every change that is not caught is explained as equivalent, and every explanation is of one that lives', () => {
  expect(all.length).toBeGreaterThan(300)
  expect(survivors.toSorted()).toEqual([...equivalentMutants.keys()].toSorted())
})

test('the invariants of the spec and the duties beside them all catch something', () => {
  const catchers = new Set(all.map(({ caughtBy }) => caughtBy))
  const idle = laws.map(({ id }) => id).filter((id) => !catchers.has(id))
  expect(idle).toEqual([])
})

test('what is explained as equivalent is equivalent: it answers every event that can come, anywhere, as the chart does', () => {
  const living = mutants().filter(({ change }) => equivalentMutants.has(change))
  for (const policy of mutantPolicies) {
    const automaton = automatonFor(policy)
    const changed = living.map((mutant) => new ChangedAutomaton(automaton, mutant))
    const differing = explore(automaton).points.flatMap(({ state, history }) =>
      letters.flatMap(({ name, event }, letter) =>
        canCome(history, event) && changed.some((one) => one.step(state, letter) !== automaton.step(state, letter))
          ? [`${name} in ${JSON.stringify(automaton.describe(state))}`]
          : [],
      ),
    )
    expect(differing).toEqual([])
  }
})
