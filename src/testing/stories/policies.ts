/** Policies small enough that a story comes everywhere soon, which together turn every switch and meet every counter's bounds. */
import type { Policy } from '#machines/events.js'
import { defaultPolicy, withDefaults } from '../../lifecycle/policy.js'

/** The default policy first; then the smallest ones, and some with more warnings than redirections and the other way round. */
export const variedPolicies: readonly Policy[] = [
  defaultPolicy,
  withDefaults({ redirections: 1, warnings: 1, calmTurns: 1 }),
  withDefaults({ redirections: 1, warnings: 1, calmTurns: 1, handshake: true }),
  withDefaults({
    redirections: 2,
    warnings: 2,
    calmTurns: 2,
    handshake: true,
    riskClearedBy: ['operator', 'assessor'],
  }),
  withDefaults({ redirections: 2, calmTurns: 3, userMayEnd: false, riskClearedBy: ['assessor'] }),
  withDefaults({ redirections: 1, warnings: 3, calmTurns: 2, riskClearedBy: ['assessor', 'operator'] }),
  withDefaults({ redirections: 3, warnings: 2, calmTurns: 3, handshake: true, riskClearedBy: ['assessor'] }),
  withDefaults({ redirections: 3, warnings: 1, calmTurns: 1, handshake: true, userMayEnd: false }),
]
