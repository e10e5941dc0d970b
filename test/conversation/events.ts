/** The exported words for events, and the longer phrases of our own rulebook. */
import type { LifecycleEvent, Purpose } from '../../machines/events.js'
import { assessed, received, sent } from '../../src/testing/events.js'

export * from '../../src/testing/events.js'

/** One exchange in which the user harms and the assistant answers so; its messages are `u<n>` and `a<n>`. */
export const harmThen = (n: number, purpose: Purpose, threadId = 'main'): readonly LifecycleEvent[] => [
  ...harm(n, threadId),
  sent(`a${n}`, purpose, threadId),
]

/** A message `u<n>` that is found harmful. */
export const harm = (n: number, threadId = 'main'): readonly LifecycleEvent[] => [
  received(`u${n}`, threadId),
  assessed(`u${n}`, 'harmful', threadId),
]

/** A message `u<n>` that is found harmless. */
export const calm = (n: number, threadId = 'main'): readonly LifecycleEvent[] => [
  received(`u${n}`, threadId),
  assessed(`u${n}`, 'none', threadId),
]

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** `count` failed redirections, messages `u1` to `u<count + 1>`: the last one makes the last of them fail. */
export const failedRedirections = (count: number): readonly LifecycleEvent[] => [
  ...range(count).flatMap((n) => harmThen(n, 'redirection')),
  ...harm(count + 1),
]

/** After the failed redirections: `count` warnings ignored, each one given and then met by harm. */
export function ignoredWarnings(count: number, redirections: number): readonly LifecycleEvent[] {
  const warnings = range(count).flatMap((n) => [sent(`w${redirections + n}`, 'warning'), ...harm(redirections + 1 + n)])
  return [...failedRedirections(redirections), ...warnings]
}
