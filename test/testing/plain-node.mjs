// The suites under Node's own runner, from the built package, as a user of Node alone would write them. Run by a test.
import test from 'node:test'
import { decide } from 'colloquy'
import {
  assessed,
  assessorSuite,
  deciderSubject,
  given,
  lifecycleSuite,
  opened,
  received,
  refused,
  sent,
} from 'colloquy/testing'
import fc from 'fast-check'

const policy = {
  redirections: 1,
  warnings: 1,
  calmTurns: 1,
  handshake: false,
  userMayEnd: true,
  riskClearedBy: ['operator'],
}
const floors = { states: 0.5, edges: 0.3 }

lifecycleSuite({ test, fc, policy, floors, numRuns: 30 })

const assess = async ({ content, signal }) => {
  signal.throwIfAborted()
  const text = typeof content === 'string' ? content : content.map((block) => block.text.toString()).join(' ')
  return { harm: text.includes('idiot') ? 'harmful' : 'none', risk: null }
}
assessorSuite({ test, assess, examples: [{ content: 'You idiot', label: 'harmful' }] })

test('A warning does not come first.', () => {
  given(opened(), received('u1'), assessed('u1', 'harmful'))
    .when(sent('a1', 'warning'))
    .then(refused('warning-not-due'))
})

// On demand, what must fail: so that the test that runs this file can see that failures reach the runner.
if (process.env.BREAK) {
  const deaf = (command, state) =>
    decide(command.type === 'flagRisk' ? { ...command, type: 'nothing' } : command, state)
  lifecycleSuite({ test, fc, policy, floors, numRuns: 30, seed: 1, subject: () => deciderSubject({ decide: deaf }) })
  test('A sentence that does not hold.', () => {
    given(opened()).when(received('u1')).then(refused('ended'))
  })
}
