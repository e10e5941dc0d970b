/** Policies that must not compile. Bounds are checked when a conversation is opened; kinds and names are checked here. */
import type { Policy } from '../../machines/events.js'
import { defaultPolicy, withDefaults } from '../../src/lifecycle/policy.js'

export const legal: Policy = withDefaults({ redirections: 5, riskClearedBy: ['operator', 'assessor'] })

// @ts-expect-error Counts are numbers.
withDefaults({ redirections: 'three' })
// @ts-expect-error A misspelt field is no field.
withDefaults({ redirection: 3 })
// @ts-expect-error Risk is never cleared by the user.
withDefaults({ riskClearedBy: ['user'] })
// @ts-expect-error Risk is never cleared by the assistant.
withDefaults({ riskClearedBy: ['operator', 'assistant'] })
// @ts-expect-error Who may clear risk is a list.
withDefaults({ riskClearedBy: 'operator' })
// @ts-expect-error A switch is true or false.
withDefaults({ handshake: 'yes' })
// @ts-expect-error A policy is whole.
export const partial: Policy = { redirections: 3, warnings: 1 }
// @ts-expect-error The defaults are everybody's.
defaultPolicy.userMayEnd = false
