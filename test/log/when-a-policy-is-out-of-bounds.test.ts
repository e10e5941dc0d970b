/** A conversation is opened under a policy that SPEC §2 allows, whole, or not at all. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultPolicy, policyBounds, policyFault } from '../../src/lifecycle/policy.js'
import { parseEvent } from '../../src/log/codec.js'
import { anyPolicy } from './arbitrary-events.js'
import { leftOf } from './recorded.js'
import { specimenOf, without } from './specimens.js'

const under = (policy: unknown) =>
  parseEvent({ ...specimenOf('conversation.opened'), data: { threadId: 'main', policy } })
const expectInvalid = (policy: unknown) =>
  expect(leftOf(under(policy)).code, JSON.stringify(policy)).toBe('invalid-policy')

test('The bounds are those of SPEC §2.', () => {
  expect(policyBounds).toEqual({
    redirections: { min: 1, max: 10 },
    warnings: { min: 1, max: 3 },
    calmTurns: { min: 1, max: 10 },
  })
})

test.each(Object.entries(policyBounds))(
  '%s is allowed at both bounds and refused beyond each.',
  (field, { min, max }) => {
    for (const value of [min, max]) expect(under({ ...defaultPolicy, [field]: value })._tag).toBe('Right')
    for (const value of [min - 1, max + 1, min + 0.5, -min, Number.NaN, `${min}`, null, [min], true]) {
      expectInvalid({ ...defaultPolicy, [field]: value })
    }
  },
)

test.each(['handshake', 'userMayEnd'])('%s is true or false, and nothing like it.', (field) => {
  for (const value of [true, false]) expect(under({ ...defaultPolicy, [field]: value })._tag).toBe('Right')
  for (const value of [0, 1, 'true', null, []]) expectInvalid({ ...defaultPolicy, [field]: value })
})

test('Risk may be cleared by the operator, the assessor or both; never by nobody, the user or the assistant.', () => {
  for (const kinds of [['operator'], ['assessor'], ['operator', 'assessor'], ['assessor', 'operator']]) {
    expect(under({ ...defaultPolicy, riskClearedBy: kinds })._tag).toBe('Right')
  }
  const wrong = [
    [],
    ['user'],
    ['assistant'],
    ['system'],
    ['operator', 'user'],
    'operator',
    null,
    {},
    [null],
    [['operator']],
  ]
  for (const kinds of wrong) expectInvalid({ ...defaultPolicy, riskClearedBy: kinds })
})

test('Every field is there, and no other.', () => {
  for (const field of Object.keys(defaultPolicy)) expectInvalid(without(defaultPolicy, field))
  expectInvalid({ ...defaultPolicy, patience: 3 })
  expectInvalid({ ...defaultPolicy, constructor: 3 })
  expectInvalid(JSON.parse(JSON.stringify(defaultPolicy).replace('{', '{"__proto__":{},')))
  expectInvalid({})
})

test('Every policy within the bounds is allowed.', () => {
  fc.assert(fc.property(anyPolicy, (policy) => under(policy)._tag === 'Right'))
})

test.each([
  [7, 'the policy must be an object'],
  [null, 'the policy must be an object'],
  [[], 'the policy must be an object'],
  [{ ...defaultPolicy, redirects: 3 }, '"redirects" is not a policy field'],
  [{ ...defaultPolicy, warnings: 4 }, 'warnings must be a whole number from 1 to 3'],
  [{ ...defaultPolicy, handshake: 'yes' }, 'handshake must be true or false'],
  [{ ...defaultPolicy, userMayEnd: 1 }, 'userMayEnd must be true or false'],
  [{ ...defaultPolicy, riskClearedBy: [] }, 'riskClearedBy must name operator, assessor or both'],
])('%j: %s', (policy, fault) => {
  expect(policyFault(policy)).toBe(fault)
})
