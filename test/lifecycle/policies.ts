/** Policies small enough to be explored whole, which together turn every switch and meet every counter's first bounds. */
import type { Policy } from '../../machines/events.js'
import { defaultPolicy, withDefaults } from '../../src/lifecycle/policy.js'

export const smallest: Policy = withDefaults({ redirections: 1, warnings: 1, calmTurns: 1 })
export const smallestHandshake: Policy = withDefaults({ redirections: 1, warnings: 1, calmTurns: 1, handshake: true })
export const manyWarnings: Policy = withDefaults({
  redirections: 2,
  warnings: 2,
  calmTurns: 2,
  handshake: true,
  riskClearedBy: ['operator', 'assessor'],
})
export const userMayNotEnd: Policy = withDefaults({
  redirections: 2,
  calmTurns: 3,
  userMayEnd: false,
  riskClearedBy: ['assessor'],
})
/** The greatest that SPEC §2 allows. */
export const greatest: Policy = withDefaults({ redirections: 10, warnings: 3, calmTurns: 10, handshake: true })

/** Explored whole where a test does so. */
export const smallPolicies: readonly Policy[] = [smallest, smallestHandshake, manyWarnings, userMayNotEnd]

/** For stories: the small ones, the default, and some with more warnings than redirections and the other way round. */
export const storyPolicies: readonly Policy[] = [
  ...smallPolicies,
  defaultPolicy,
  withDefaults({ redirections: 1, warnings: 3, calmTurns: 2, riskClearedBy: ['assessor', 'operator'] }),
  withDefaults({ redirections: 3, warnings: 2, calmTurns: 3, handshake: true, riskClearedBy: ['assessor'] }),
  withDefaults({ redirections: 3, warnings: 1, calmTurns: 1, handshake: true, userMayEnd: false }),
]
