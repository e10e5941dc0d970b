/**
 * Smaller stories that might still fail: some events left out, and with them what can no longer be said. The rest keeps
 * its ids, so what is left reads as before. Ends at a story of which no event can be spared.
 * @see Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (2002): delta debugging
 */
import type { LifecycleEvent, Policy } from '#machines/events.js'
import { defaultPolicy, policyKey } from '../lifecycle/policy.js'
import { type Attempt, Story } from './story.js'

/** The story with these attempts left out, and any that was accepted before and now would not be. */
function without(story: Story, from: number, to: number): Story {
  const shorter = new Story(story.policy)
  for (const [place, { event, code }] of story.attempts.entries()) {
    if (place >= from && place < to) continue
    const kept: number = shorter.attempts.length
    shorter.offer(event)
    const now = shorter.attempts.at(-1) as Attempt
    const isNew = now.code !== undefined && code === undefined
    if (isNew && shorter.fault === undefined) shorter.attempts.length = kept
  }
  return shorter
}

const underPolicy = (event: LifecycleEvent, policy: Policy): LifecycleEvent =>
  event.type === 'conversation.opened' && policyKey(event.data.policy) === policyKey(policy)
    ? { ...event, data: { ...event.data, policy: defaultPolicy } }
    : event

/** The same under the default policy, which every reader knows. */
function* plainer({ policy, attempts }: Story): Generator<Story> {
  if (policyKey(policy) === policyKey(defaultPolicy)) return
  const plain = Story.of(
    defaultPolicy,
    attempts.map(({ event }) => underPolicy(event, policy)),
  )
  if (plain.attempts.every(({ code }, place) => code === undefined || attempts[place]?.code !== undefined)) yield plain
}

/** Every story that is this one with something left out: half of it first, single events last. */
export function* shorterStories(story: Story): Generator<Story> {
  yield* plainer(story)
  const { length } = story.attempts
  for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what comes late leans on what came before, and is the cheapest to spare.
    for (let to = length; to > 0; to -= size) {
      const shorter = without(story, Math.max(0, to - size), to)
      if (shorter.attempts.length < length) yield shorter
    }
  }
}
