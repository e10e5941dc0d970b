/** The chart has no blind spot: each event is answered, each place and each guard is one that exists and matters. */

import { describe, expect, test } from 'vitest'
import { createActor, createMachine } from 'xstate'
import type { Policy } from '../../machines/events.js'
import { conjunctions, places } from '../../machines/guards.js'
import { threadMachine } from '../../machines/thread.machine.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { toMachine } from '../../src/lifecycle/thread-state.js'
import { reachableStates, Ways } from '../lifecycle/exploration.js'
import { manyWarnings, smallest, smallestHandshake, smallPolicies, userMayNotEnd } from '../lifecycle/policies.js'
import { ask, placeOf, reachableSnapshots, type Snapshot } from './chart-walk.js'

/** What this page reads of a state's configuration. */
interface Node {
  readonly initial?: unknown
  readonly type?: unknown
  readonly on?: { readonly [type: string]: unknown }
  readonly states?: { readonly [name: string]: Node }
}
const root: Node = threadMachine.config as Node

describe.each(smallPolicies.map((policy) => [JSON.stringify(policy), policy] as const))('Under %s', (_, policy) => {
  test('every event is either accepted or refused by name, in every state, and never both.', () => {
    const silent = reachableSnapshots(policy).flatMap((snapshot) =>
      letters
        .map(({ name, event }) => ({ name, ...ask(snapshot, event) }))
        .filter(({ can, refusals }) => refusals.length !== (can ? 0 : 1))
        .map(({ name, can, refusals }) => `${placeOf(snapshot)} ${name}: can=${can} refusals=${refusals}`),
    )
    expect(silent).toEqual([])
  })

  test('a refused event leaves the state as it was.', () => {
    for (const snapshot of reachableSnapshots(policy)) {
      const refused = letters.map(({ event }) => ask(snapshot, event)).filter(({ can }) => !can)
      expect(refused.map(({ next }) => placeOf(next))).toEqual(refused.map(() => placeOf(snapshot)))
    }
  })
})

test('Counters stay within the bounds of their policy.', () => {
  for (const policy of smallPolicies) {
    for (const { context } of reachableSnapshots(policy)) {
      expect(context.failures).toBeLessThanOrEqual(policy.redirections)
      expect(context.ignored).toBeLessThanOrEqual(policy.warnings)
      // The last calm turn resets the count, so it is never seen.
      expect(context.calm).toBeLessThan(policy.calmTurns)
    }
  }
})

function nodeAt(place: unknown): Node | undefined {
  let node: Node | undefined = root
  for (let rest: unknown = place; rest !== undefined; ) {
    const [name, inner] = typeof rest === 'string' ? [rest, undefined] : (Object.entries(rest as object)[0] ?? [''])
    node = node?.states?.[name]
    rest = inner
  }
  return node
}

test.each(Object.entries(places))('The place %s is a state of the chart.', (_, place) => {
  expect(nodeAt(place)).toBeDefined()
})

test('A place that is not there is found out.', () => {
  expect(nodeAt({ risk: 'flaged' })).toBeUndefined()
  expect(nodeAt({ lifecycle: { warning: 'gone' } })).toBeUndefined()
})

function guardNamesIn(node: Node): readonly string[] {
  const own = Object.values(node.on ?? {}).flat() as readonly { readonly guard?: string }[]
  const inner = Object.values(node.states ?? {}).flatMap(guardNamesIn)
  return [...own.flatMap(({ guard }) => (guard === undefined ? [] : [guard])), ...inner]
}

const guardNames = Object.keys(threadMachine.implementations.guards ?? {})

test('Every guard that the chart names has an implementation.', () => {
  const named = [...guardNamesIn(root), ...Object.values(conjunctions).flat()]
  expect(named.filter((name) => !guardNames.includes(name))).toEqual([])
})

/** The chart's states without its rules. */
function bare({ initial, type, states }: Node): Node {
  const inner = states && Object.fromEntries(Object.entries(states).map(([name, node]) => [name, bare(node)]))
  return {
    ...(initial !== undefined && { initial }),
    ...(type !== undefined && { type }),
    ...(inner && { states: inner }),
  }
}

/** A chart of the same states whose every event is accepted if and only if the one guard holds. */
function probeFor(guard: string) {
  const on = Object.fromEntries(letters.map(({ event }) => [event.type, { guard, actions: 'accept' }]))
  const config = { id: 'thread', ...bare(root), context: { policy: smallest, failures: 0, ignored: 0, calm: 0 }, on }
  return createMachine(config as Parameters<typeof createMachine>[0], threadMachine.implementations as never)
}

const explored = [smallestHandshake, userMayNotEnd, manyWarnings, smallest].flatMap((policy) =>
  reachableSnapshots(policy).map(({ value, context }) => ({ value, context })),
)

test.each(guardNames)('The guard %s is seen to hold and seen to fail.', (guard) => {
  const probe = probeFor(guard)
  const seen = new Set<boolean>()
  for (const place of explored) {
    const snapshot = probe.resolveState(place as never)
    for (const { event } of letters) seen.add(snapshot.can(event as never))
    if (seen.size === 2) break
  }
  expect([...seen].sort()).toEqual([false, true])
})

/** A word that visits every state that is not ended, then an ended one, and tries in each what is refused there. */
function tourOf(policy: Policy): readonly number[] {
  const automaton = automatonFor(policy)
  const ways = new Ways(automaton, () => true)
  const isEnded = (state: number) => automaton.describe(state).lifecycle === 'ended'
  const open = reachableStates(automaton).filter((state) => !isEnded(state))
  const word: number[] = []
  let here = 0
  for (const goal of [...open, ...reachableStates(automaton).filter(isEnded).slice(0, 1)]) {
    for (let next = ways.firstLetter(here, goal); next !== undefined; next = ways.firstLetter(here, goal)) {
      word.push(next)
      here = automaton.step(here, next)
    }
    word.push(...letters.map((_, letter) => letter).filter((letter) => automaton.step(here, letter) < 0))
  }
  return word
}

test.each([...smallPolicies])(
  'A bare XState actor keeps to the path of the table, whatever it is sent: %o',
  (policy) => {
    const automaton = automatonFor(policy)
    const actor = createActor(threadMachine, { input: { policy } }).start()
    const visited = new Set<number>()
    let state = 0
    for (const letter of tourOf(policy)) {
      actor.send((letters[letter] as (typeof letters)[number]).event)
      const step = automaton.step(state, letter)
      if (step >= 0) state = step
      visited.add(state)
      expect(placeOf(actor.getSnapshot())).toBe(placeOf(toMachine(automaton.describe(state), policy) as Snapshot))
    }
    actor.stop()
    const unseen = reachableStates(automaton).filter((id) => !visited.has(id))
    expect(unseen.filter((id) => automaton.describe(id).lifecycle !== 'ended')).toEqual([])
    expect(automaton.describe(state).lifecycle).toBe('ended')
  },
)
