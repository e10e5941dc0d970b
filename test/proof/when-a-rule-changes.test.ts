/**
 * The golden table of the default policy: an edit of the chart, or a new release of the engine, shows here as a diff to
 * be reviewed. To accept a change: UPDATE_GOLDEN=1 npx vitest run test/proof/when-a-rule-changes.test.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import { explore } from '../../src/proof/explore.js'
import { tableOf } from '../../src/proof/table.js'

const golden = fileURLToPath(new URL('../golden/default-policy.table.txt', import.meta.url))

test('the table of the default policy is the one that was reviewed, to the letter', () => {
  const automaton = automatonFor(defaultPolicy)
  const table = tableOf(
    automaton,
    explore(automaton).points.map(({ state }) => state),
  )
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, table)
  const reviewed = readFileSync(golden, 'utf8').split('\n')
  const differing = table.split('\n').filter((line, place) => line !== reviewed[place])
  expect(differing.slice(0, 5)).toEqual([])
  expect(table.split('\n').length).toBe(reviewed.length)
})
