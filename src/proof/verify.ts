/**
 * The proof, for the very policy in force: the whole space of a thread is explored through the chart, and every
 * invariant is checked at every step. What holds there holds for all logs of any length; `docs/PROOF.md` says why, and
 * what is shown up to a bound only.
 */
import type { Policy } from '#machines/events.js'
import { type Automaton, automatonFor } from '../lifecycle/automaton.js'
import { engine, machineId } from '../lifecycle/machine-id.js'
import { logOf, storyOf } from './concrete.js'
import { type ConversationsBound, exploreConversations } from './conversations.js'
import { explore, roadTo, type Space } from './explore.js'
import { laws } from './laws.js'
import type { Counterexample, Property } from './property.js'
import { lockedOut, rarityBreaches } from './reachability.js'

export interface Verification {
  readonly ok: boolean
  readonly policy: Policy
  /** States of the machine that a thread can reach. */
  readonly states: number
  /** The same, told apart by what led there. */
  readonly points: number
  /** Events put to those points. */
  readonly steps: number
  /** The largest value of each counter that was met. */
  readonly caps: { readonly failures: number; readonly ignored: number; readonly calm: number }
  /** The chart's hash. */
  readonly machine: string
  readonly engine: string
  readonly properties: readonly Property[]
}

const allLogs = 'every log of any length, by exploring all states'

function counterexampleOf(policy: Policy, road: readonly number[]): Counterexample {
  return { log: logOf(policy, road), story: storyOf(road) }
}

/** The road of the first breach of each invariant: the shortest, since points are met in order of distance. */
function exploreWatching(automaton: Automaton): {
  readonly space: Space
  readonly breaches: Map<string, readonly number[]>
} {
  const breaches = new Map<string, readonly number[]>()
  const space = explore(automaton, (step, at, letter) => {
    for (const { id, holds } of laws) {
      if (!holds(step) && !breaches.has(id)) breaches.set(id, [...roadTo(at), letter])
    }
  })
  return { space, breaches }
}

function property(id: string, law: string, road: readonly number[] | undefined, policy: Policy): Property {
  const found = road && { counterexample: counterexampleOf(policy, road) }
  return { id, law, holds: road === undefined, over: allLogs, ...found }
}

function noLockOut(space: Space): Property {
  const point = lockedOut(space)
  const law = 'From every state that is not ended, engaging can be reached and a message edited. Nobody is locked out.'
  return property('I11', law, point && roadTo(point), space.automaton.policy)
}

function rarity(space: Space): Property {
  const law = 'Ended is reachable on each ground offered; on persistent harm by no road of fewer than R + W + 1 harms.'
  return property('I13', law, rarityBreaches(space)[0], space.automaton.policy)
}

function capsOf({ automaton, points }: Space): Verification['caps'] {
  const states = points.map(({ state }) => automaton.describe(state))
  const largest = (name: 'failures' | 'ignored' | 'calm') =>
    states.reduce((most, state) => Math.max(most, state[name]), 0)
  return { failures: largest('failures'), ignored: largest('ignored'), calm: largest('calm') }
}

/** What is shown of one thread for all logs, and of conversations up to a bound, is one property with both grounds. */
function joined(ofThread: Property, ofConversations: Property | undefined): Property {
  if (!ofConversations) return ofThread
  return {
    ...(ofThread.holds ? ofConversations : ofThread),
    law: `${ofThread.law} ${ofConversations.law}`,
    over: `${ofThread.over}; what it says of several threads: ${ofConversations.over}`,
  }
}

// SPEC's invariants first, then the duties, each by number.
const inOrder = ({ id }: Property): number => Number(id.slice(1)) + (id.startsWith('I') ? 0 : 100)
const byNumber = (a: Property, b: Property): number => inOrder(a) - inOrder(b)

/** The properties of one thread alone, on a given automaton: the policy's own, or one that was changed on purpose. */
export function verifyThread(automaton: Automaton): {
  readonly space: Space
  readonly properties: readonly Property[]
} {
  const { space, breaches } = exploreWatching(automaton)
  const { policy } = automaton
  const onSteps = laws.map(({ id, law }) => property(id, law, breaches.get(id), policy))
  return { space, properties: [...onSteps, noLockOut(space), rarity(space)].sort(byNumber) }
}

/**
 * Proves SPEC §5 for a policy, which must be within bounds.
 * @param bound how far conversations of several threads are explored beside; `null` leaves them out.
 * @returns every property with its grounds; `ok` if all hold. Pure; time is the caller's to take.
 */
export function verify(policy: Policy, bound: ConversationsBound | null = { threads: 3, events: 4 }): Verification {
  const { space, properties } = verifyThread(automatonFor(policy))
  const ofConversations = bound ? exploreConversations(policy, bound) : []
  const both = properties.map((one) =>
    joined(
      one,
      ofConversations.find(({ id }) => id === one.id),
    ),
  )
  const others = ofConversations.filter(({ id }) => !properties.some((one) => one.id === id))
  const all = [...both, ...others].sort(byNumber)
  return {
    ok: all.every(({ holds }) => holds),
    policy,
    states: new Set(space.points.map(({ state }) => state)).size,
    points: space.points.length,
    steps: space.steps,
    caps: capsOf(space),
    machine: machineId(),
    engine,
    properties: all,
  }
}
