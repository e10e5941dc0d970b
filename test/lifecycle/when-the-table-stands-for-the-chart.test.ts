/** The table is quick and the chart is right; here they are held equal, state by state and letter by letter. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { letterOf, letters, type ThreadLifeEvent } from '../../src/lifecycle/alphabet.js'
import { type Automaton, automatonFor, refusalIn, type StateId } from '../../src/lifecycle/automaton.js'
import { policyKey, withDefaults } from '../../src/lifecycle/policy.js'
import { toMachine } from '../../src/lifecycle/thread-state.js'
import { ask, firstSnapshot, placeOf, reachableSnapshots, type Snapshot } from '../machines/chart-walk.js'
import { reachableStates } from './exploration.js'
import { eventsOfLetter } from './letter-events.js'
import { greatest, smallPolicies } from './policies.js'

const grounds = ['persistent-harm', 'user-request'] as const
const nameOf = (policy: Policy) =>
  `R=${policy.redirections} W=${policy.warnings} C=${policy.calmTurns} ${policyKey(policy)}`

/** The place of a table's state, written as the chart's places are. */
const placeIn = (automaton: Automaton, state: StateId) =>
  placeOf(toMachine(automaton.describe(state), automaton.policy) as Snapshot)

/** What the table answers, in the chart's terms: the next place, or a refusal. */
function tabled(automaton: Automaton, state: StateId, letter: number): string {
  const step = automaton.step(state, letter)
  return step >= 0 ? placeIn(automaton, step) : `refused: ${refusalIn(step)}`
}

/** What the chart answers; a `veto` is put into words by the table's first veto, which its own test pins down. */
function charted(automaton: Automaton, state: StateId, snapshot: Snapshot, event: Parameters<typeof ask>[1]): string {
  const { refusals, next } = ask(snapshot, event)
  const [code] = refusals
  if (code === undefined) return placeOf(next)
  const ground = event.type === 'thread.ended' ? event.data.ground : 'persistent-harm'
  return `refused: ${code === 'veto' ? automaton.vetoes(state, ground)[0] : code}`
}

function stateAt(automaton: Automaton, snapshot: Snapshot): StateId {
  const state = reachableStates(automaton).find((id) => placeIn(automaton, id) === placeOf(snapshot))
  if (state === undefined) throw new Error(`the table does not reach ${placeOf(snapshot)}`)
  return state
}

describe.each(smallPolicies.map((policy) => [nameOf(policy), policy] as const))('Under %s', (_, policy) => {
  const automaton = automatonFor(policy)

  test('table and chart reach the same states, and no other.', () => {
    const charts = reachableSnapshots(policy).map(placeOf).sort()
    const tables = reachableStates(automaton).map((state) => placeIn(automaton, state))
    expect(tables.sort()).toEqual(charts)
  })

  test('they answer alike in every state to every event of every letter, as it stands in a log.', () => {
    const differences: string[] = []
    for (const snapshot of reachableSnapshots(policy)) {
      const state = stateAt(automaton, snapshot)
      for (const [letter, { event: standIn, name }] of letters.entries()) {
        const answer = tabled(automaton, state, letter)
        const answers = eventsOfLetter(standIn).map((event) => charted(automaton, state, snapshot, event))
        for (const other of answers)
          if (other !== answer) differences.push(`${placeOf(snapshot)} ${name}: ${other}, not ${answer}`)
      }
    }
    expect(differences).toEqual([])
  })

  test('nothing stands in the way of an end if and only if it is accepted; its code is else the first veto.', () => {
    for (const state of reachableStates(automaton)) {
      for (const ground of grounds) {
        const step = automaton.step(
          state,
          letters.findIndex(({ name }) => name === `thread.ended(${ground})`),
        )
        const vetoes = automaton.vetoes(state, ground)
        expect(vetoes.length === 0, `${placeIn(automaton, state)} ${ground} ${vetoes}`).toBe(step >= 0)
        if (step >= 0) continue
        // A thread that has ended is refused with a word of its own.
        if (vetoes[0] === 'already-ended') expect([refusalIn(step), vetoes]).toEqual(['ended', ['already-ended']])
        else expect(refusalIn(step)).toBe(vetoes[0])
      }
    }
  })
})

test('Every event of a letter is read as that letter.', () => {
  for (const [letter, { event }] of letters.entries()) {
    for (const { latest, ...logged } of eventsOfLetter(event))
      expect(letterOf(logged as ThreadLifeEvent, latest)).toBe(letter)
  }
})

const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  redirections: fc.integer({ min: 1, max: 10 }),
  warnings: fc.integer({ min: 1, max: 3 }),
  calmTurns: fc.integer({ min: 1, max: 10 }),
  handshake: fc.boolean(),
  userMayEnd: fc.boolean(),
  riskClearedBy: fc.constantFrom<Policy['riskClearedBy']>(['operator'], ['assessor'], ['operator', 'assessor']),
})

test('Whatever the policy, table and chart take any word to the same place.', () => {
  const word = fc.array(fc.nat(letters.length - 1), { minLength: 1, maxLength: 60, size: 'max' })
  fc.assert(
    fc.property(fc.oneof(anyPolicy, fc.constant(greatest)), word, (policy, spelled) => {
      const automaton = automatonFor(policy)
      let [state, snapshot]: [StateId, Snapshot] = [0, firstSnapshot(policy)]
      for (const letter of spelled) {
        const { event } = letters[letter] as (typeof letters)[number]
        expect(tabled(automaton, state, letter)).toBe(charted(automaton, state, snapshot, event))
        const step = automaton.step(state, letter)
        if (step >= 0) state = step
        snapshot = ask(snapshot, event).next
      }
    }),
    { numRuns: 150 },
  )
})

describe('Equal policies', () => {
  const policy = withDefaults({ redirections: 2, riskClearedBy: ['operator', 'assessor'] })

  test('share one automaton, in whatever order they name those who may clear risk.', () => {
    const reordered = withDefaults({ redirections: 2, riskClearedBy: ['assessor', 'operator', 'assessor'] })
    expect(automatonFor(reordered)).toBe(automatonFor(policy))
    expect(automatonFor(structuredClone(policy))).toBe(automatonFor(policy))
  })

  test.each<Partial<Policy>>([
    { redirections: 3 },
    { warnings: 2 },
    { calmTurns: 3 },
    { handshake: true },
    { userMayEnd: false },
    { riskClearedBy: ['assessor'] },
  ])('are equal in all they say: %o makes another.', (change) => {
    expect(automatonFor({ ...policy, ...change })).not.toBe(automatonFor(policy))
  })

  test('are kept apart from the objects they came in.', () => {
    const mine = { ...structuredClone(policy), redirections: 9 }
    const automaton = automatonFor(mine)
    mine.redirections = 1
    expect(automaton.policy.redirections).toBe(9)
  })
})
