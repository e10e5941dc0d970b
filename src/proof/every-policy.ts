/**
 * SPEC §2 bounds the policies, so they are finitely many, and what is claimed of every policy can be had by proving it
 * of each. The chart's steps are shared between them (`shared-chart.ts`); the exploration and the laws are not.
 */
import type { Policy } from '#machines/events.js'
import { defaultPolicy, policyBounds } from '../lifecycle/policy.js'
import { SharedChart } from './shared-chart.js'
import { verifyThread } from './verify.js'

type Bounds = { readonly min: number; readonly max: number }

const within = ({ min, max }: Bounds): readonly number[] =>
  Array.from({ length: max - min + 1 }, (_, place) => min + place)
const corners = ({ min, max }: Bounds): readonly number[] => [min, max]

function policiesOf(values: (bounds: Bounds) => readonly number[]): readonly Policy[] {
  const { redirections: most, warnings: loudest, calmTurns: calmest } = policyBounds
  const clearers = [['operator'], ['assessor'], ['operator', 'assessor']] as const
  return values(most).flatMap((redirections) =>
    values(loudest).flatMap((warnings) =>
      values(calmest).flatMap((calmTurns) =>
        [false, true].flatMap((handshake) =>
          [false, true].flatMap((userMayEnd) =>
            clearers.map((riskClearedBy) => {
              return { redirections, warnings, calmTurns, handshake, userMayEnd, riskClearedBy }
            }),
          ),
        ),
      ),
    ),
  )
}

/** All 3,600 policies within SPEC §2's bounds, each once: who may clear risk counts as a set. */
export const everyPolicy = (): readonly Policy[] => policiesOf(within)

/** The policies whose every number is its least or its greatest: 96. */
export const cornerPolicies = (): readonly Policy[] => policiesOf(corners)

/** What was proved of several policies. */
export interface Sweep {
  readonly policies: number
  /** States with what led there, all policies together. */
  readonly points: number
  readonly steps: number
  /** Policies under which some property does not hold, and which: none, we trust. `verify` tells the way there. */
  readonly failing: readonly { readonly policy: Policy; readonly ids: readonly string[] }[]
}

/** Proves the properties of a thread under each of these policies. Conversations of several threads are left out. */
export function verifyEach(policies: readonly Policy[]): Sweep {
  const chart = new SharedChart(defaultPolicy)
  const failing: Sweep['failing'][number][] = []
  let points = 0
  let steps = 0
  for (const policy of policies) {
    const { space, properties } = verifyThread(chart.under(policy))
    const broken = properties.filter(({ holds }) => !holds)
    if (broken.length > 0) failing.push({ policy, ids: broken.map(({ id }) => id) })
    points += space.points.length
    steps += space.steps
  }
  return { policies: policies.length, points, steps, failing }
}

/** Sweeps over parts, as one over the whole. */
export function together(sweeps: readonly Sweep[]): Sweep {
  const sum = (count: (sweep: Sweep) => number) => sweeps.reduce((total, sweep) => total + count(sweep), 0)
  return {
    policies: sum(({ policies }) => policies),
    points: sum(({ points }) => points),
    steps: sum(({ steps }) => steps),
    failing: sweeps.flatMap(({ failing }) => failing),
  }
}
