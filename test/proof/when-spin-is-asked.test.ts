/**
 * The second opinion. Under CI Spin must be here; elsewhere its absence is told, and the command line says what to do.
 * @see ../../scripts/spin.mjs, which brings it where packages may be installed.
 */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { askSpin, openSpin, type SpinVerifier, spinVersion } from '../../src/cli/spin.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy, withDefaults } from '../../src/lifecycle/policy.js'
import { promelaName, promelaOf } from '../../src/proof/promela.js'
import { claimsFor } from '../../src/proof/promela-claims.js'
import { verifyThread } from '../../src/proof/verify.js'
import { runColloquyIn, temporaryFolder } from '../cli/run-colloquy.js'
import { brokenMachines } from './broken-machines.js'

const version = spinVersion()

test('Where Spin is not, the command says in one line how to get it, and gives no other answer.', async () => {
  const env = { PATH: await temporaryFolder() }
  const { exitCode, stdout, stderr } = await runColloquyIn({ env }, 'verify', '--spin')
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(/^colloquy: Spin or gcc is not here; on Debian or Ubuntu: apt-get install [^\n]+\n$/)
})

test('A build server has Spin.', () => {
  if (version === undefined)
    console.warn('Spin is not here: its opinion is left out (apt-get install spin gcc libc6-dev)')
  const isRequired = process.env.CI !== undefined && process.env.CI !== 'false'
  expect(version !== undefined || !isRequired).toBe(true)
})

test('Every letter of the alphabet can happen in the model, once.', () => {
  const model = promelaOf(automatonFor(defaultPolicy), [])
  const told = [...model.matchAll(/-> *\s*happens\((\w+)\)/g)].map(([, name]) => name)
  expect(told.toSorted()).toEqual(letters.map(({ name }) => promelaName(name)).toSorted())
})

if (version !== undefined) {
  describe('Spin finds that every claim holds', () => {
    test.each([
      ['the default policy', defaultPolicy],
      ['a patient one', withDefaults({ redirections: 4, warnings: 3, calmTurns: 4, handshake: true })],
      ['one without a wish to end', withDefaults({ redirections: 1, userMayEnd: false, riskClearedBy: ['assessor'] })],
    ])('under %s', (_, policy) => {
      const { properties } = askSpin(automatonFor(policy))
      expect(properties.filter(({ holds }) => !holds)).toEqual([])
      expect(properties.map(({ id }) => id)).toEqual(claimsFor(policy).map(({ id }) => id))
    })
  })

  describe('Spin sees what is broken', () => {
    let spin: SpinVerifier
    beforeAll(() => {
      spin = openSpin(brokenMachines[0][1])
    })
    afterAll(() => spin.close())

    test.each(brokenMachines)('%s', (_, machine, expected) => {
      const { properties } = spin.ask(machine, expected)
      expect(properties.filter(({ holds }) => !holds).map(({ id }) => id)).toEqual(expected)
    })

    test('and no claim is idle: each is broken by some of these machines', () => {
      const biting = new Set(brokenMachines.flatMap(([, , expected]) => expected))
      expect(claimsFor(defaultPolicy).filter(({ id }) => !biting.has(id))).toEqual([])
    })

    test('tells the shortest road, as our own proof does', () => {
      const machine = machineThat('a thread ends before all is assessed')
      const [verdict] = spin.ask(machine, ['I7']).properties
      const ours = verifyThread(machine).properties.find(({ id }) => id === 'I7')
      expect(verdict?.counterexample?.story.at(-1)).toMatch(/the thread is ended on persistent-harm$/)
      expect(verdict?.counterexample?.log.at(-1)).toMatchObject({ type: 'thread.ended' })
      expect(verdict?.counterexample?.story).toHaveLength(ours?.counterexample?.story.length ?? 0)
    })

    test('and says so when it was not let finish', () => {
      const hasty = openSpin(brokenMachines[0][1], 10)
      onTestFinished(() => hasty.close())
      expect(() => hasty.ask(automatonFor(brokenMachines[0][1].policy), ['I12'])).toThrow(
        expect.objectContaining({ code: 'spin-undecided' }),
      )
    })

    test('tells where a road begins to go round', () => {
      const [verdict] = spin.ask(machineThat('calm is not heard while redirecting'), ['L2']).properties
      expect(verdict?.counterexample?.story).toContain('and from here on, round and round for ever:')
    })
  })

  test('The command tells both opinions, the formulas beside.', async () => {
    const { exitCode, stdout } = await runColloquyIn({}, 'verify', '--spin', '--json')
    const { ok, spin } = JSON.parse(stdout)
    expect({ exitCode, ok, version: spin.version }).toEqual({ exitCode: 0, ok: true, version })
    const first = { id: 'I1', formula: expect.stringContaining('[]'), holds: true, states: expect.any(Number) }
    expect(spin.properties[0]).toMatchObject(first)
  })
}

function machineThat(isBroken: string) {
  const found = brokenMachines.find(([name]) => name === isBroken)
  if (!found) throw new Error(`no machine is broken so that ${isBroken}`)
  return found[1]
}
