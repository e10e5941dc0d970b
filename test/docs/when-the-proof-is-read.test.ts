/** Every figure of docs/PROOF.md, computed anew. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy, policyBounds } from '../../src/lifecycle/policy.js'
import { equivalentMutants } from '../../src/proof/equivalent.js'
import { explore } from '../../src/proof/explore.js'
import { faithfulness } from '../../src/proof/faithful.js'
import { fates } from '../../src/proof/kill.js'
import { claimsFor } from '../../src/proof/promela-claims.js'
import { fewestHarms } from '../../src/proof/reachability.js'
import { verify } from '../../src/proof/verify.js'

const page = readFileSync(new URL('../../docs/PROOF.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| ([^|]+) \| ([\d,]+) \|$/gm)]
const stated = new Map(rows.map(([, name = '', value = '']) => [name, Number(value.replaceAll(',', ''))]))

const proof = verify(defaultPolicy)
const space = explore(automatonFor(defaultPolicy))
const largest: Policy = { ...defaultPolicy, redirections: 10, warnings: 3, calmTurns: 10 }
const mutants = fates()
const lived = mutants.filter(({ caughtBy }) => caughtBy === null).length

const toldApart = /3 threads and 4 events \((\d+) told apart\)/.exec(
  proof.properties.find(({ id }) => id === 'I9')?.over ?? '',
)?.[1]

const switches = ['handshake', 'userMayEnd']
const waysToClear = ['operator', 'assessor', 'both']
const counters = Object.values(policyBounds).map(({ min, max }) => max - min + 1)

const figures: Readonly<Record<string, number>> = {
  letters: letters.length,
  'states, default policy': proof.states,
  'points, default policy': proof.points,
  'steps, default policy': proof.steps,
  'fewest harmful assessments to an end, default policy': fewestHarms(space),
  'conversations told apart, default policy, three threads and four events': Number(toldApart),
  'policies within bounds': counters.reduce((all, one) => all * one, 2 ** switches.length * waysToClear.length),
  'points of the largest policy': explore(automatonFor(largest)).points.length,
  "Spin's claims, default policy": claimsFor(defaultPolicy).length,
  'logs put to the letters by `--soundness`, default policy': faithfulness(space).representatives,
  'changes of the chart': mutants.length,
  'changes caught': mutants.length - lived,
  'changes that are equivalent': equivalentMutants.size,
}

test.each(Object.entries(figures))('%s: %d', (name, value) => {
  expect(stated.get(name)).toBe(value)
})

test('No figure is stated that is not computed, and every invariant of SPEC §5 is among those proved.', () => {
  expect([...stated.keys()]).toEqual(Object.keys(figures))
  expect(lived).toBe(equivalentMutants.size)
  const proved = proof.properties.filter(({ holds }) => holds).map(({ id }) => id)
  expect(proved).toEqual(expect.arrayContaining(Array.from({ length: 14 }, (_, place) => `I${place + 1}`)))
})
