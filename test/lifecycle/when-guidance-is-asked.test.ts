/** Guidance, in every state that a thread can come to: what it says must be what the machine would do. */
import { describe, expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { letterNamed } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { guidanceFor, type Stance } from '../../src/lifecycle/guidance.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import type { ThreadState } from '../../src/lifecycle/thread-state.js'
import { explore } from '../../src/proof/explore.js'

const policies: readonly Policy[] = [
  { ...defaultPolicy, redirections: 2, warnings: 2 },
  { ...defaultPolicy, handshake: true },
  { ...defaultPolicy, redirections: 1, userMayEnd: false },
]

/** The stance as SPEC §4's states give it, without asking the machine. */
function stanceIn({ lifecycle, risk, closing, assessment }: ThreadState): Stance {
  if (lifecycle === 'ended') return 'closed'
  if (risk === 'flagged') return 'support'
  if (closing === 'requested' || closing === 'asked') return 'confirm-end'
  if (closing === 'confirmed' && assessment === 'current') return 'confirm-end'
  if (lifecycle === 'warning.ignored' && assessment === 'current') return 'last-resort'
  if (lifecycle === 'warning.due') return 'warn'
  return lifecycle === 'redirecting.due' ? 'redirect' : 'engage'
}

const mentionsEnding = /\b(end|ends|ended|ending|clos(e|ed|es|ing)|terminat\w*)\b/i

describe.each(policies.map((policy): [string, Policy] => [JSON.stringify(policy), policy]))('under %s', (_, policy) => {
  const automaton = automatonFor(policy)
  const states = [...new Set(explore(automaton).points.map(({ state }) => state))]
  const given = states.map((id) => ({ id, state: automaton.describe(id), guidance: guidanceFor(automaton, id) }))

  test('the stance is what SPEC’s states call for', () => {
    const wrong = given.filter(({ state, guidance }) => guidance.stance !== stanceIn(state))
    expect(wrong.map(({ state, guidance }) => [state, guidance.stance])).toEqual([])
  })

  test('an end is granted on the grounds without a veto, and on no other', () => {
    for (const { id, guidance } of given) {
      const grounds = (['persistent-harm', 'user-request'] as const).filter(
        (ground) => automaton.vetoes(id, ground).length === 0,
      )
      expect(guidance.grounds).toEqual(grounds)
      expect(guidance.mayEnd).toBe(grounds.length > 0)
      expect(guidance.vetoes['user-request']).toEqual(automaton.vetoes(id, 'user-request'))
      expect(guidance.vetoes['persistent-harm']).toEqual(automaton.vetoes(id, 'persistent-harm'))
    }
  })

  test('the end tool is offered only where the machine would take what it does', () => {
    const proposal = letterNamed('end.proposed')
    for (const { id, guidance } of given) {
      const mayPropose = automaton.step(id, proposal) >= 0
      expect(guidance.endTool).toBe(guidance.mayEnd ? 'end' : mayPropose ? 'propose' : 'none')
    }
    const offered = new Set(given.map(({ guidance }) => guidance.endTool))
    expect(offered).toEqual(new Set(policy.handshake ? ['none', 'propose', 'end'] : ['none', 'end']))
  })

  test('while the person may be at risk nothing is offered, and nothing is said of an end', () => {
    const atRisk = given.filter(({ state }) => state.risk === 'flagged')
    expect(atRisk.length).toBeGreaterThan(4)
    for (const { guidance } of atRisk) {
      expect(guidance).toMatchObject({ mayEnd: false, endTool: 'none' })
      expect(guidance.instructions).toMatch(/help and resources/)
      expect(guidance.instructions).not.toMatch(mentionsEnding)
    }
  })

  test('guidance cannot be changed by who gets it', () => {
    expect(given.every(({ guidance }) => Object.isFrozen(guidance))).toBe(true)
  })
})

const said = (policy: Policy, state: Partial<ThreadState>): string => {
  const automaton = automatonFor(policy)
  const begun = automaton.describe(0)
  return guidanceFor(automaton, automaton.find({ ...begun, ...state })).instructions
}

test.each<[string, RegExp, Partial<ThreadState>]>([
  ['a thread at ease', /^Engage as usual: .*Do not mention ending/, {}],
  [
    'harm',
    /Decline it calmly.*Mark your message as a redirection.*do not mention ending/,
    { lifecycle: 'redirecting.due' },
  ],
  [
    'failed redirections',
    /one clear warning: name the behaviour, offer a productive alternative/,
    { lifecycle: 'warning.due', failures: 3 },
  ],
  ['a wish to end', /^The user asks to end.*Ask them to confirm.*permanent/, { closing: 'requested' }],
  ['a question that waits', /was asked to confirm the end\. End only if they confirm/, { closing: 'asked' }],
  ['a confirmed wish', /has confirmed the end\. End the conversation now/, { closing: 'confirmed' }],
  [
    'an ignored warning',
    /last resort; you may also go on\.$/,
    { lifecycle: 'warning.ignored', failures: 3, ignored: 1 },
  ],
  [
    'an end',
    /^This thread has ended\. The user may start a new conversation, edit an earlier message/,
    { lifecycle: 'ended' },
  ],
  ['risk', /^The person may be at risk\. Engage supportively.*Mark your message as support/, { risk: 'flagged' }],
  ['risk after an end', /takes no more messages\. The person may be at risk/, { lifecycle: 'ended', risk: 'flagged' }],
])('After %s the instructions fit.', (_, words, state) => {
  expect(said(defaultPolicy, state)).toMatch(words)
})

test('Under a handshake the last resort is to propose first.', () => {
  const ignored = { lifecycle: 'warning.ignored', failures: 3, ignored: 1 } as const
  const shaken = { ...defaultPolicy, handshake: true }
  expect(said(shaken, ignored)).toMatch(/as a last resort.*You may first propose to end; a second call/)
  expect(said(shaken, { ...ignored, closing: 'proposed' })).not.toMatch(/propose/)
})
