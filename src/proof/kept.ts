/**
 * The invariants as assertions on the write path: those that need no history, checked on the step about to be stored.
 * They can only fail if we are wrong; then nothing is stored, and the error is thrown, never caught.
 */
import type { LifecycleEvent } from '#machines/events.js'
import { lookUp } from '../conversation/id-index.js'
import { isLatest, threadOf } from '../conversation/judge.js'
import { type Conversation, riskOf, type Thread } from '../conversation/state.js'
import type { ThreadLifeEvent } from '../lifecycle/alphabet.js'
import { automatonFor } from '../lifecycle/automaton.js'
import { noHistory } from './history.js'
import { type Invariant, invariants, type Step } from './invariants.js'

/** I1 is among them for its half that looks at the machine alone. */
const onStatesAlone = ['I1', 'I4', 'I6', 'I8', 'I12', 'I14']
const cheap: readonly Invariant[] = invariants.filter(({ id }) => onStatesAlone.includes(id))

function stepOf(before: Conversation, event: ThreadLifeEvent, after: Conversation): Step {
  const { policy } = before
  const automaton = automatonFor(policy)
  const then = threadOf(before, event) as Thread
  const now = lookUp(after.threads, then.threadId) as Thread
  const latest = isLatest(before, then, event)
  const heard = { policy, history: noHistory, remembered: noHistory, accepted: true, code: null }
  return {
    ...heard,
    before: automaton.describe(then.state),
    event: event.type === 'message.assessed' ? { ...event, latest } : event,
    after: automaton.describe(now.state),
  }
}

function isBornWell(event: LifecycleEvent, after: Conversation): boolean {
  if (event.type !== 'thread.forked') return true
  const born = lookUp(after.threads, event.data.threadId) as Thread
  const { lifecycle, risk } = automatonFor(after.policy).describe(born.state)
  return lifecycle !== 'ended' && risk === riskOf(after)
}

/**
 * The invariant that a step breaks, or `undefined` if it keeps them all.
 * @param before `null` for the opening, which breaks nothing.
 */
export function brokenBy(before: Conversation | null, event: LifecycleEvent, after: Conversation): string | undefined {
  if (!before || event.type === 'conversation.opened') return undefined
  if (event.type === 'thread.forked') return isBornWell(event, after) ? undefined : 'I8'
  const step = stepOf(before, event, after)
  return cheap.find(({ holds }) => !holds(step))?.id
}

/** Throws if a step that is about to be stored breaks an invariant. */
export function assertKept(before: Conversation | null, event: LifecycleEvent, after: Conversation): void {
  const id = brokenBy(before, event, after)
  if (id !== undefined) throw new Error(`invariant ${id} would be broken by ${event.type}; nothing was stored`)
}
