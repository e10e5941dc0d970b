/**
 * A policy's automaton, known whole: every state a thread can come to, every letter that can come there, and the ways
 * from one state to another. It is read off the machine; no rule is written here.
 */
import type { Policy } from '#machines/events.js'
import { letterNamed, letters } from '../../lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../../lifecycle/automaton.js'
import { policyKey } from '../../lifecycle/policy.js'
import { type Lifecycle, stateKey, type ThreadState } from '../../lifecycle/thread-state.js'
import { explore } from '../../proof/explore.js'

const edited = letterNamed('thread.forked(edit)')
const retried = letterNamed('thread.forked(retry)')

interface Road {
  readonly letter: number
  readonly to: StateId
}

const unreached = 0x7fff

export class Atlas {
  readonly automaton: Automaton
  /** Every state that a thread can come to, nearest first. */
  readonly states: readonly StateId[]
  /** The letters that can come in a state, accepted or refused, by state. */
  private readonly coming = new Map<StateId, number[]>()
  private readonly numbers: ReadonlyMap<string, StateId>
  private readonly roads = new Map<StateId, Road[]>()
  private readonly back = new Map<StateId, StateId[]>()
  private readonly distances = new Map<StateId, Int16Array>()

  constructor(policy: Policy) {
    this.automaton = automatonFor(policy)
    const seen = new Set<number>()
    explore(this.automaton, (_, { state }, letter) => {
      const edge = state * letters.length + letter
      if (!seen.has(edge) && this.isPut(state, letter)) this.meet(state, letter)
      seen.add(edge)
    })
    this.states = [...this.coming.keys()]
    this.numbers = new Map(this.states.map((state) => [stateKey(this.automaton.describe(state)), state]))
  }

  /** The number of a state given in words; `undefined` if no thread can come there. */
  numberOf(state: ThreadState): StateId | undefined {
    return this.numbers.get(stateKey(state))
  }

  /** The letters that can come in a state, accepted or refused. */
  lettersAt(state: StateId): readonly number[] {
    return this.coming.get(state) ?? []
  }

  /** Those of them that lead elsewhere, and those after which the thread stands as it stood. */
  split(state: StateId): { readonly moving: readonly number[]; readonly staying: readonly number[] } {
    const moves = (letter: number) => {
      const to = this.automaton.step(state, letter)
      return to >= 0 && to !== state
    }
    const all = this.lettersAt(state)
    return { moving: all.filter(moves), staying: all.filter((letter) => !moves(letter)) }
  }

  /** States by lifecycle, so that the few that are ended can be aimed at as often as the many that are not. */
  statesIn(lifecycle: Lifecycle): readonly StateId[] {
    return this.states.filter((state) => this.automaton.describe(state).lifecycle === lifecycle)
  }

  /** The letters with which a shortest way from one state to another can begin; none if there is no way, or no need. */
  towards(from: StateId, goal: StateId): readonly number[] {
    const distance = this.distancesTo(goal)
    const here = distance[from] ?? unreached
    if (here === 0 || here === unreached) return []
    const nearer = ({ to }: Road) => distance[to] === here - 1
    return (this.roads.get(from) ?? []).filter(nearer).map(({ letter }) => letter)
  }

  // A thread that has ended is forked where it was open; and a retry begins where its parent was.
  private isPut(state: StateId, letter: number): boolean {
    const isFork = letter === edited || letter === retried
    return !isFork || this.automaton.describe(state).lifecycle !== 'ended'
  }

  private meet(state: StateId, letter: number): void {
    const list = this.coming.get(state) ?? []
    this.coming.set(state, list)
    list.push(letter)
    const to = this.automaton.step(state, letter)
    if (to < 0 || to === state || !this.isRoad(letter)) return
    this.roads.set(state, [...(this.roads.get(state) ?? []), { letter, to }])
    this.back.set(to, [...(this.back.get(to) ?? []), state])
  }

  // To assess an earlier message two must be waiting, which a state alone does not tell.
  private isRoad(letter: number): boolean {
    const event = letters[letter]?.event
    return event?.type !== 'message.assessed' || event.latest
  }

  private distancesTo(goal: StateId): Int16Array {
    const known = this.distances.get(goal)
    if (known) return known
    const distance = new Int16Array(this.automaton.size).fill(unreached)
    distance[goal] = 0
    const queue = [goal]
    for (const state of queue) {
      for (const from of this.back.get(state) ?? []) {
        if (distance[from] !== unreached) continue
        distance[from] = (distance[state] as number) + 1
        queue.push(from)
      }
    }
    this.distances.set(goal, distance)
    return distance
  }
}

const atlases = new Map<string, Atlas>()

/** The atlas of a policy; equal policies share one. The first time takes a tenth of a second, for the largest policy two. */
export function atlasOf(policy: Policy): Atlas {
  const key = policyKey(policy)
  const atlas = atlases.get(key) ?? new Atlas(policy)
  atlases.set(key, atlas)
  return atlas
}
