/** What a simulation came to, so that nobody trusts one that met nothing. */
import type { LifecycleEvent } from '#machines/events.js'
import { letterOf, letters } from '../../lifecycle/alphabet.js'
import type { ThreadState } from '../../lifecycle/thread-state.js'

type Counted = Exclude<keyof SimulationCoverage, 'states'>
type Counts = { readonly [name: string]: number }

export interface SimulationCoverage {
  /** States of the machine that threads came to, told apart by policy. */
  readonly states: number
  /** Threads' lifecycles, after each event on them. */
  readonly lifecycles: Counts
  readonly closings: Counts
  /** Letters of the machine's alphabet, by name. */
  readonly letters: Counts
  /** Why commands were refused, by code, errors of the store included. */
  readonly refusals: Counts
  /** Commands sent, by kind. */
  readonly commands: Counts
  /** Users, by character. */
  readonly characters: Counts
  /** Forks after an end, ends by ground, risk cleared, and the like. */
  readonly milestones: Counts
}

export class Census {
  private readonly counts = new Map<Counted, Map<string, number>>()
  // An automaton describes each of its states by one object.
  private readonly states = new Set<ThreadState>()
  private readonly lettersMet = new Float64Array(letters.length)

  count(what: Counted, name: string, times = 1): void {
    let names = this.counts.get(what)
    if (!names) {
      names = new Map()
      this.counts.set(what, names)
    }
    names.set(name, (names.get(name) ?? 0) + times)
  }

  countStep(event: LifecycleEvent, latest: boolean, state: ThreadState): void {
    this.states.add(state)
    this.count('lifecycles', state.lifecycle)
    this.count('closings', state.closing)
    if (event.type === 'conversation.opened') return
    const letter = letterOf(event, latest)
    this.lettersMet[letter] = (this.lettersMet[letter] ?? 0) + 1
  }

  coverage(): SimulationCoverage {
    for (const [letter, times] of this.lettersMet.entries()) {
      if (times > 0) this.count('letters', letters[letter]?.name ?? '', times)
    }
    this.lettersMet.fill(0)
    const of = (what: Counted): Counts =>
      Object.fromEntries([...(this.counts.get(what) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)))
    return {
      states: this.states.size,
      lifecycles: of('lifecycles'),
      closings: of('closings'),
      letters: of('letters'),
      refusals: of('refusals'),
      commands: of('commands'),
      characters: of('characters'),
      milestones: of('milestones'),
    }
  }
}
