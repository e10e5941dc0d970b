/** Machines that break the rules on purpose, as tables over the machine's own: what Spin must not let pass. */
import { letterNamed } from '../../src/lifecycle/alphabet.js'
import { type Automaton, automatonFor, encodeRefusal, type StateId } from '../../src/lifecycle/automaton.js'
import { withDefaults } from '../../src/lifecycle/policy.js'
import type { ThreadState } from '../../src/lifecycle/thread-state.js'

const sound = automatonFor(withDefaults({ redirections: 2, warnings: 1, calmTurns: 2 }))

type Answer = (state: StateId, letter: number) => StateId | number
type Where = (state: ThreadState) => boolean

function changed(name: string, where: Where, answer: Answer): Automaton {
  const its = letterNamed(name)
  const step: Answer = (state, letter) =>
    letter === its && where(sound.describe(state)) ? answer(state, letter) : sound.step(state, letter)
  return {
    policy: sound.policy,
    size: sound.size,
    step,
    describe: (state) => sound.describe(state),
    find: (state) => sound.find(state),
    vetoes: (state, ground) => sound.vetoes(state, ground),
  }
}

/** Answers a letter as it would in another state. */
const asIf = (name: string, where: Where, other: Partial<ThreadState>): Automaton =>
  changed(name, where, (state, letter) => sound.step(sound.find({ ...sound.describe(state), ...other }), letter))

/** Takes the step, and then is elsewhere than it should be. */
const landing = (name: string, where: Where, elsewhere: (before: ThreadState) => Partial<ThreadState>): Automaton =>
  changed(name, where, (state, letter) => {
    const next = sound.step(state, letter)
    return next < 0 ? next : sound.find({ ...sound.describe(next), ...elsewhere(sound.describe(state)) })
  })

const deafTo = (name: string, where: Where): Automaton => changed(name, where, (state) => state)
const refusing = (name: string, where: Where): Automaton => changed(name, where, () => encodeRefusal('not-permitted'))

const anywhere: Where = () => true
const at =
  (lifecycle: ThreadState['lifecycle']): Where =>
  (state) =>
    state.lifecycle === lifecycle

/** What is broken, in words; the machine; the claims that must not hold. */
type Broken = readonly [string, Automaton, readonly string[]]

export const brokenMachines: readonly [Broken, ...Broken[]] = [
  ['risk is not heard', deafTo('risk.flagged', anywhere), ['I1', 'I14_till']],
  [
    'a failed redirection counts twice',
    landing('message.assessed(harmful)', at('redirecting.tried'), () => ({
      lifecycle: 'warning.due',
      failures: 2,
    })),
    ['I2_count', 'I5', 'I13_rarity'],
  ],
  [
    'harm defies a warning that was not given',
    asIf('message.assessed(harmful)', at('warning.due'), {
      lifecycle: 'warning.given',
    }),
    ['I2_count', 'I2_order'],
  ],
  [
    'risk puts the question that the user did not ask for',
    landing('risk.flagged', at('engaging'), () => ({
      closing: 'asked',
    })),
    ['I3', 'I6'],
  ],
  ['an ended thread takes a message', deafTo('message.received', at('ended')), ['I4']],
  [
    'a thread ends before all is assessed',
    asIf('thread.ended(persistent-harm)', anywhere, {
      assessment: 'current',
    }),
    ['I7'],
  ],
  [
    'an edited message passes for assessed',
    landing('thread.forked(edit)', anywhere, () => ({
      assessment: 'current',
    })),
    ['I7_doubt', 'I8'],
  ],
  ['there is no editing after a warning', refusing('thread.forked(edit)', at('warning.given')), ['I11']],
  ['there is no writing after a warning', refusing('message.received', at('warning.given')), ['I12']],
  ['the user clears the risk', asUserClears(), ['I14_who']],
  [
    'failures are not counted',
    landing('message.assessed(harmful)', at('redirecting.tried'), ({ failures }) => ({
      lifecycle: 'redirecting.due',
      failures,
    })),
    ['L1'],
  ],
  ['no harm ever gives the right to end', refusing('thread.ended(persistent-harm)', anywhere), ['I13_harm']],
  ['calm is not heard while redirecting', deafTo('message.assessed(none)', at('redirecting.due')), ['L2']],
  ['a confirmation is forgotten', landing('end.confirmed', anywhere, () => ({ closing: 'asked' })), ['I13_wish', 'L3']],
]

function asUserClears(): Automaton {
  const operator = letterNamed('risk.cleared(operator)')
  return changed('risk.cleared(user)', anywhere, (state) => sound.step(state, operator))
}
