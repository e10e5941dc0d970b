/** The first event: it carries the whole policy, which must be one that SPEC §2 allows. */
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent, Policy } from '../../machines/events.js'
import { judge } from '../../src/conversation/judge.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import { opened, received, saidBy } from './events.js'
import { conversationAfter, given, lineIn, refused } from './given.js'

/** An opening with whatever a foreign log may hold for a policy. */
const openedWith = (policy: unknown): LifecycleEvent => ({
  ...opened(),
  data: { threadId: 'main', policy: policy as Policy },
})

test('Its first thread is engaging, and empty.', () => {
  given(opened()).thenState({
    lifecycle: 'engaging',
    risk: 'clear',
    assessment: 'current',
    closing: 'none',
    failures: 0,
    ignored: 0,
    calm: 0,
  })
  expect(lineIn(conversationAfter(opened()))).toEqual([])
})

test('Opening is ordered by the system, and reported.', () => {
  const data = { threadId: 'main', policy: defaultPolicy, owner: 'anna' }
  given()
    .when({ type: 'openConversation', data })
    .then({ type: 'conversation.opened', actor: { kind: 'system' }, data })
})

test('Nothing can happen before.', () => {
  given().when(received('u1')).then(refused('not-opened'))
  given()
    .when({ type: 'confirmEnd', data: { threadId: 'main' } })
    .then(refused('not-opened'))
})

test('It happens once.', () => {
  given(opened()).when(opened()).then(refused('already-opened'))
})

test('Only the system opens.', () => {
  for (const kind of ['user', 'assistant', 'assessor', 'operator'] as const) {
    given().when(saidBy(kind, opened())).then(refused('not-permitted'))
  }
})

test('An invalid policy is named before all else that is wrong.', () => {
  const wrong = saidBy('user', openedWith({ ...defaultPolicy, warnings: 0 }))
  given().when(wrong).then(refused('invalid-policy'))
  given(opened()).when(wrong).then(refused('invalid-policy'))
})

test('That it is open already is named before who says so.', () => {
  given(opened()).when(saidBy('user', opened())).then(refused('already-opened'))
})

describe.each([
  ['redirections', 1, 10],
  ['warnings', 1, 3],
  ['calmTurns', 1, 10],
] as const)('The bounds of %s', (field, min, max) => {
  test.each([min, max])('allow %i.', (value) => {
    given()
      .when(openedWith({ ...defaultPolicy, [field]: value }))
      .thenAccepted()
  })

  test.each([min - 1, max + 1, 1.5, -1, Number.NaN, '1', null, undefined])('do not allow %s.', (value) => {
    given()
      .when(openedWith({ ...defaultPolicy, [field]: value }))
      .then(refused('invalid-policy'))
  })
})

test.each([['operator'], ['assessor'], ['operator', 'assessor'], ['assessor', 'operator']])(
  'Risk may be cleared by %s %s.',
  (...riskClearedBy) => {
    given()
      .when(openedWith({ ...defaultPolicy, riskClearedBy }))
      .thenAccepted()
  },
)

test.each([
  ['by nobody', { riskClearedBy: [] }],
  ['by the user', { riskClearedBy: ['user'] }],
  ['by the assistant too', { riskClearedBy: ['operator', 'assistant'] }],
  ['by a word', { riskClearedBy: 'operator' }],
])('Risk may not be cleared %s.', (_, change) => {
  given()
    .when(openedWith({ ...defaultPolicy, ...change }))
    .then(refused('invalid-policy'))
})

test.each([
  ['a switch that is no switch', { ...defaultPolicy, handshake: 'yes' }],
  ['a field too many', { ...defaultPolicy, patience: 3 }],
  ['a field too few', { redirections: 3, warnings: 1 }],
  ['a list', [defaultPolicy]],
  ['nothing', null],
])('A policy cannot be %s.', (_, policy) => {
  given().when(openedWith(policy)).then(refused('invalid-policy'))
})

test('The rejection says in words what is wrong.', () => {
  expect(judge(null, openedWith({ ...defaultPolicy, warnings: 4 }))?.message).toContain('warnings')
})
