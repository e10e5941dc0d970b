/**
 * The chart explored through XState's pure API alone: real transitions from the first snapshot on, never a resolved one,
 * so that the table has something to be compared with that it had no hand in.
 */
import { initialTransition, transition } from 'xstate'
import type { Policy } from '../../machines/events.js'
import type { ThreadEvent } from '../../machines/guards.js'
import { threadMachine } from '../../machines/thread.machine.js'
import { letters } from '../../src/lifecycle/alphabet.js'

export type Snapshot = Parameters<typeof transition<typeof threadMachine>>[1]

/** What the chart says to one event in one state. */
export interface Answer {
  /** The codes of the refusals it names; empty for an accepted event. */
  readonly refusals: readonly string[]
  /** What XState's own `can` says. */
  readonly can: boolean
  readonly next: Snapshot
}

export function ask(snapshot: Snapshot, event: ThreadEvent): Answer {
  const taken = threadMachine.getTransitionData(snapshot, event)
  const refusals = taken.flatMap(({ meta }) => (meta ? [meta.refuses] : []))
  return { refusals, can: snapshot.can(event), next: transition(threadMachine, snapshot, event)[0] }
}

/** A snapshot as one line of text: where the thread is, and its counters. */
export function placeOf({ value, context }: Pick<Snapshot, 'value' | 'context'>): string {
  const { failures, ignored, calm } = context
  return JSON.stringify([value, failures, ignored, calm])
}

export const firstSnapshot = (policy: Policy): Snapshot => initialTransition(threadMachine, { policy })[0]

const explored = new Map<Policy, readonly Snapshot[]>()

/** Every snapshot that words over the alphabet can reach, one for each place. */
export function reachableSnapshots(policy: Policy): readonly Snapshot[] {
  const known = explored.get(policy)
  if (known) return known
  const first = firstSnapshot(policy)
  const found = new Map([[placeOf(first), first]])
  for (const snapshot of found.values()) {
    for (const { event } of letters) {
      const { next } = ask(snapshot, event)
      if (!found.has(placeOf(next))) found.set(placeOf(next), next)
    }
  }
  explored.set(policy, [...found.values()])
  return [...found.values()]
}
