/** The policy (SPEC §2): its defaults, its bounds, and the one check that every policy passes before it is in force. */
import type { Policy } from '#machines/events.js'

export const defaultPolicy: Policy = Object.freeze({
  redirections: 3,
  warnings: 1,
  calmTurns: 2,
  handshake: false,
  userMayEnd: true,
  riskClearedBy: Object.freeze(['operator'] as const),
})

/** Whole numbers, lowest and highest, both allowed. */
export const policyBounds = {
  redirections: { min: 1, max: 10 },
  warnings: { min: 1, max: 3 },
  calmTurns: { min: 1, max: 10 },
} as const

const counters = Object.entries(policyBounds)
const switches = ['handshake', 'userMayEnd'] as const
const fields: readonly string[] = [...Object.keys(policyBounds), ...switches, 'riskClearedBy']

function outOfBounds(policy: Record<string, unknown>): string | undefined {
  const counter = counters.find(([name, { min, max }]) => {
    const value = policy[name]
    return !(Number.isInteger(value) && (value as number) >= min && (value as number) <= max)
  })
  return counter && `${counter[0]} must be a whole number from ${counter[1].min} to ${counter[1].max}`
}

function wrongClearer(value: unknown): string | undefined {
  const fits =
    Array.isArray(value) && value.length > 0 && value.every((kind) => kind === 'operator' || kind === 'assessor')
  return fits ? undefined : 'riskClearedBy must name operator, assessor or both'
}

/**
 * Why this is not a policy that SPEC §2 allows, in one line; `undefined` if it is one.
 * All fields must be there: what a log records is the whole policy. `withDefaults` completes a partial one.
 */
export function policyFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the policy must be an object'
  const policy = value as Record<string, unknown>
  const unknown = Object.keys(policy).find((name) => !fields.includes(name))
  if (unknown !== undefined) return `${JSON.stringify(unknown)} is not a policy field`
  const switched = switches.find((name) => typeof policy[name] !== 'boolean')
  return outOfBounds(policy) ?? (switched && `${switched} must be true or false`) ?? wrongClearer(policy.riskClearedBy)
}

/** The given fields over the defaults. Not checked: see `policyFault`. */
export function withDefaults(partial: Partial<Policy>): Policy {
  return { ...defaultPolicy, ...partial }
}

/** The one form of all policies that are equal, whatever the order or number of those who may clear risk. */
export function plainPolicy(policy: Policy): Policy {
  const { redirections, warnings, calmTurns, handshake, userMayEnd } = policy
  const riskClearedBy = (['operator', 'assessor'] as const).filter((kind) => policy.riskClearedBy.includes(kind))
  return { redirections, warnings, calmTurns, handshake, userMayEnd, riskClearedBy }
}

/** Equal policies have equal keys. */
export const policyKey = (policy: Policy): string => JSON.stringify(plainPolicy(policy))
