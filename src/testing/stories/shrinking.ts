/**
 * Smaller stories that might still fail: some events left out, and with them what can no longer be said. The rest keeps
 * its ids, so what is left reads as before. Ends at a story of which no event can be spared.
 * @see Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input" (2002): delta debugging
 */
import type { LifecycleEvent, Policy } from '#machines/events.js'
import { defaultPolicy, policyKey } from '../../lifecycle/policy.js'
import { type Attempt, Story } from './story.js'

/** The story of these attempts, but for what was accepted before and now would not be. */
function retold(policy: Policy, attempts: Iterable<Attempt>): Story {
  const shorter = new Story(policy)
  for (const { event, code } of attempts) {
    const kept: number = shorter.attempts.length
    shorter.offer(event)
    const isNew = shorter.attempts.at(-1)?.code !== undefined && code === undefined
    if (isNew && shorter.fault === undefined) shorter.attempts.length = kept
  }
  return shorter
}

const without = ({ policy, attempts }: Story, from: number, to: number): Story =>
  retold(policy, [...attempts.slice(0, from), ...attempts.slice(to)])

/** The event with every id in it that is a key of `names` under its new name. */
function renamed(event: LifecycleEvent, names: ReadonlyMap<unknown, string>): LifecycleEvent {
  const rename = (data: object): object =>
    Object.fromEntries(
      Object.entries(data).map(([field, value]) => {
        if (field === 'from' || field === 'edit') return [field, value && rename(value)]
        return [field, field.endsWith('Id') ? (names.get(value) ?? value) : value]
      }),
    )
  return { ...event, data: rename(event.data) } as LifecycleEvent
}

/** The stories in which a fork was not made, and what came on its thread came on the one that it was cut from. */
function* unforked({ policy, attempts }: Story): Generator<Story> {
  for (let place = attempts.length - 1; place >= 0; place--) {
    const { event, code } = attempts[place] as Attempt
    if (event.type !== 'thread.forked' || code !== undefined) continue
    const { threadId, from, edit } = event.data
    const names = new Map([[threadId, from.threadId], ...(edit ? [[edit.messageId, from.messageId] as const] : [])])
    const after = attempts.slice(place + 1).map((later) => ({ ...later, event: renamed(later.event, names) }))
    yield retold(policy, [...attempts.slice(0, place), ...after])
  }
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

/**
 * Every story that is this one with something left out: half of it first, single events last.
 * @param keepsPolicy whether the policy must stay as it is; else the default one is tried first.
 */
export function* shorterStories(story: Story, keepsPolicy: boolean): Generator<Story> {
  if (!keepsPolicy) yield* plainer(story)
  const { length } = story.attempts
  for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what comes late leans on what came before, and is the cheapest to spare.
    for (let to = length; to > 0; to -= size) {
      const shorter = without(story, Math.max(0, to - size), to)
      if (shorter.attempts.length < length) yield shorter
    }
  }
  yield* unforked(story)
}
