/**
 * The chart as the machine configuration that Stately's editor and its extension for VS Code import, and that XState's
 * `createMachine` takes: the machine's own, as JSON. Kept is everything but code: states, transitions, guards and actions by
 * name, tags, descriptions, refusals (`meta`). What guards and actions do stays in `machines/`.
 */
import { threadMachine } from '#machines/thread.machine.js'
import { defaultPolicy } from '../lifecycle/policy.js'

/** JSON text. The counters begin at 0 under the default policy, since a configuration has no input. */
export function chartStately(): string {
  const context = { policy: defaultPolicy, failures: 0, ignored: 0, calm: 0 }
  return `${JSON.stringify({ ...threadMachine.config, context }, null, 2)}\n`
}
