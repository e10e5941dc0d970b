/** The first event: it carries the whole policy, which must be one that SPEC §2 allows. */
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent, Policy } from '../../machines/events.js'
import { judge } from '../../src/conversation/judge.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import { opened, received, saidBy } from './events.js'
import { conversationAfter, given, lineIn } from './given.js'

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
    .thenEvents({ type: 'conversation.opened', actor: { kind: 'system' }, data })
})

test('Nothing can happen before.', () => {
  given().whenLogged(received('u1')).thenRefused('not-opened')
  given()
    .when({ type: 'confirmEnd', data: { threadId: 'main' } })
    .thenRefused('not-opened')
})

test('It happens once.', () => {
  given(opened()).whenLogged(opened()).thenRefused('already-opened')
})

test('Only the system opens.', () => {
  for (const kind of ['user', 'assistant', 'assessor', 'operator'] as const) {
    given().whenLogged(saidBy(kind, opened())).thenRefused('not-permitted')
  }
})

test('An invalid policy is named before all else that is wrong.', () => {
  const wrong = saidBy('user', openedWith({ ...defaultPolicy, warnings: 0 }))
  given().whenLogged(wrong).thenRefused('invalid-policy')
  given(opened()).whenLogged(wrong).thenRefused('invalid-policy')
})

test('That it is open already is named before who says so.', () => {
  given(opened()).whenLogged(saidBy('user', opened())).thenRefused('already-opened')
})

describe.each([
  ['redirections', 1, 10],
  ['warnings', 1, 3],
  ['calmTurns', 1, 10],
] as const)('The bounds of %s', (field, min, max) => {
  test.each([min, max])('allow %i.', (value) => {
    given()
      .whenLogged(openedWith({ ...defaultPolicy, [field]: value }))
      .thenAccepted()
  })

  test.each([min - 1, max + 1, 1.5, -1, Number.NaN, '1', null, undefined])('do not allow %s.', (value) => {
    given()
      .whenLogged(openedWith({ ...defaultPolicy, [field]: value }))
      .thenRefused('invalid-policy')
  })
})

test.each([['operator'], ['assessor'], ['operator', 'assessor'], ['assessor', 'operator']])(
  'Risk may be cleared by %s %s.',
  (...riskClearedBy) => {
    given()
      .whenLogged(openedWith({ ...defaultPolicy, riskClearedBy }))
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
    .whenLogged(openedWith({ ...defaultPolicy, ...change }))
    .thenRefused('invalid-policy')
})

test.each([
  ['a switch that is no switch', { ...defaultPolicy, handshake: 'yes' }],
  ['a field too many', { ...defaultPolicy, patience: 3 }],
  ['a field too few', { redirections: 3, warnings: 1 }],
  ['a list', [defaultPolicy]],
  ['nothing', null],
])('A policy cannot be %s.', (_, policy) => {
  given().whenLogged(openedWith(policy)).thenRefused('invalid-policy')
})

test('The rejection says in words what is wrong.', () => {
  expect(judge(null, openedWith({ ...defaultPolicy, warnings: 4 }))?.message).toContain('warnings')
})
