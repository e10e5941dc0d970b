/** Does the proof bite? Every small change of the chart must break a law, or be explained. */
import { expect, test } from 'vitest'
import { equivalentMutants } from '../../src/proof/equivalent.js'
import { fates } from '../../src/proof/kill.js'
import { laws } from '../../src/proof/laws.js'

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
