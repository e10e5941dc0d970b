/**
 * Which runs a back-test makes: each policy as it is, and around it what shows how much hangs on its numbers. A run
 * that several ask for is made once.
 */
import type { Policy } from '#machines/events.js'
import { policyBounds, policyKey } from '../../lifecycle/policy.js'

export interface NamedPolicy {
  readonly name: string
  readonly policy: Policy
}

/** A policy, and the score from which a message is harmful; `null`: each label's own. */
export interface Run {
  readonly policy: Policy
  readonly threshold: number | null
}

/** Which run answers for these values; each index is one of `Plan.runs`. */
export interface PlannedPolicy extends NamedPolicy {
  readonly run: number
  readonly redirectionsByWarnings: readonly {
    readonly redirections: number
    readonly warnings: number
    readonly run: number
  }[]
  readonly calmTurns: readonly { readonly calmTurns: number; readonly run: number }[]
  /** Empty if no message is judged by a score. */
  readonly thresholds: readonly { readonly threshold: number; readonly run: number }[]
}

export interface Plan {
  readonly policies: readonly PlannedPolicy[]
  readonly runs: readonly Run[]
}

const range = ({ min, max }: { readonly min: number; readonly max: number }): readonly number[] =>
  Array.from({ length: max - min + 1 }, (_, place) => min + place)

const thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

/** @param isScored whether labels are named by whose scores messages are judged. */
export function planFor(policies: readonly NamedPolicy[], isScored: boolean): Plan {
  const runs: Run[] = []
  const places = new Map<string, number>()
  const runOf = (policy: Policy, threshold: number | null = null): number => {
    const key = `${policyKey(policy)} ${threshold}`
    const known = places.get(key)
    if (known !== undefined) return known
    places.set(key, runs.length)
    return runs.push({ policy, threshold }) - 1
  }
  const planned = policies.map(({ name, policy }) => ({
    name,
    policy,
    run: runOf(policy),
    redirectionsByWarnings: range(policyBounds.redirections).flatMap((redirections) =>
      range(policyBounds.warnings).map((warnings) => {
        return { redirections, warnings, run: runOf({ ...policy, redirections, warnings }) }
      }),
    ),
    calmTurns: range(policyBounds.calmTurns).map((calmTurns) => ({ calmTurns, run: runOf({ ...policy, calmTurns }) })),
    thresholds: isScored ? thresholds.map((threshold) => ({ threshold, run: runOf(policy, threshold) })) : [],
  }))
  return { policies: planned, runs }
}
