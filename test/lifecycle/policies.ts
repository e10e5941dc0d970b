/** Policies small enough to be explored whole, which together turn every switch and meet every counter's first bounds. */
import type { Policy } from '../../machines/events.js'
import { withDefaults } from '../../src/lifecycle/policy.js'

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
