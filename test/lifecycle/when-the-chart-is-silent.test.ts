/** Silence is not consent: what the chart neither takes nor refuses is our mistake. And it is asked no more than once. */
import { afterEach, expect, test, vi } from 'vitest'
import { createMachine } from 'xstate'
import { type ThreadMachine, threadMachine } from '../../machines/thread.machine.js'
import { letterNamed, letters } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { ChartedSteps } from '../../src/lifecycle/charted.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The chart with one event listed at its root in another way, or not at all. */
function chartWith(event: string, listed: object | undefined): ThreadMachine {
  const { context, ...plain } = threadMachine.config
  const config = { ...structuredClone(plain as object), context } as unknown as { on: Record<string, unknown> }
  delete config.on[event]
  if (listed) config.on[event] = listed
  const { guards, actions } = threadMachine.implementations
  return createMachine(config as never, { guards, actions } as never) as unknown as ThreadMachine
}

test.each([
  ['not listed', undefined],
  ['listed without a target, an action or a refusal', {}],
])('An event that is %s is no step.', (_, listed) => {
  const steps = new ChartedSteps(defaultPolicy, chartWith('welfare.noted', listed))
  expect(() => steps.step(steps.initial(), { type: 'welfare.noted' })).toThrow(
    'the chart neither accepts nor refuses welfare.noted',
  )
})

test('The chart’s own steps and refusals are neither silent nor confused.', () => {
  const steps = new ChartedSteps(defaultPolicy)
  const begun = steps.initial()
  expect(steps.step(begun, { type: 'welfare.noted' })).toEqual(begun)
  expect(steps.step(begun, { type: 'end.confirmed' })).toBe('not-asked')
  expect(steps.step(begun, { type: 'message.received' })).toEqual({ ...begun, assessment: 'pending' })
})

test('A thread begins under the very policy it was given.', () => {
  const shaken = { ...defaultPolicy, handshake: true, redirections: 7 }
  expect(new ChartedSteps(shaken).initial()).toEqual(new ChartedSteps(defaultPolicy).initial())
  expect(automatonFor(shaken).policy).toEqual(shaken)
})

test('XState is asked for a cell when it is first met, and never again.', () => {
  const automaton = automatonFor({ ...defaultPolicy, redirections: 9, calmTurns: 9 })
  const asked = vi.spyOn(ChartedSteps.prototype, 'step')
  const received = letterNamed('message.received')
  const next = automaton.step(0, received)
  expect(asked).toHaveBeenCalledTimes(1)
  expect(automaton.step(0, received)).toBe(next)
  expect(asked).toHaveBeenCalledTimes(1)
  expect(automaton.size).toBe(2)
  expect(automatonFor({ ...defaultPolicy, redirections: 9, calmTurns: 9 })).toBe(automaton)
})

test('Vetoes are asked for once, too.', () => {
  const automaton = automatonFor({ ...defaultPolicy, redirections: 9, calmTurns: 8 })
  const asked = vi.spyOn(ChartedSteps.prototype, 'vetoes')
  const vetoes = automaton.vetoes(0, 'user-request')
  expect(vetoes).toEqual(['not-requested'])
  expect(automaton.vetoes(0, 'user-request')).toBe(vetoes)
  expect(asked).toHaveBeenCalledTimes(1)
})

test('A letter that is not in the alphabet is our mistake.', () => {
  expect(() => letterNamed('message.sung')).toThrow('no letter is named message.sung')
  expect(letters[letterNamed('message.received')]?.name).toBe('message.received')
})
