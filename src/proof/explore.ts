/**
 * The reachable space of one thread under a policy: every state with every history that can lead there, and every event
 * that can come next. The space is finite, so what is true at each step of it is true of every log of any length.
 *
 * An edit is an event like any other here: the new thread begins in a state, with a history, that its parent had just
 * before the cut, which is itself a point of this space. A retry is such a point, met again.
 */
import { type Letter, letters } from '../lifecycle/alphabet.js'
import { type Automaton, refusalIn, type StateId } from '../lifecycle/automaton.js'
import { canCome, type History, noHistory, remember } from './history.js'
import type { Step } from './invariants.js'

/** A point of the space: where a thread can be, with what an observer remembers. */
export interface Point {
  readonly number: number
  readonly state: StateId
  readonly history: History
  /** The point from which it was first reached, in the fewest events; `null` for the beginning. */
  readonly from: { readonly point: Point; readonly letter: number } | null
  /** Where each accepted letter leads; letters that cannot come or are refused are not here. */
  readonly next: { readonly letter: number; readonly point: Point }[]
}

export interface Space {
  readonly automaton: Automaton
  /** In order of distance from the beginning. */
  readonly points: readonly Point[]
  /** Events put to a point, accepted and refused. */
  readonly steps: number
}

/** Twenty times what any policy within bounds needs (2,434); a space that grows past it has no bounds. */
const pointsMax = 50_000

const numbers: { readonly [H in Exclude<keyof History, 'harmed'>]: (history: History) => number } = {
  failed: ({ failed }) => failed,
  // Tried implies harmed, so the two take one place.
  tried: ({ harmed, tried }) => (tried ? 2 : harmed ? 1 : 0),
  calm: ({ calm }) => calm,
  warned: ({ warned }) => warned,
  defied: ({ defied }) => defied,
  wish: ({ wish }) => ['none', 'requested', 'asked', 'confirmed'].indexOf(wish),
  proposed: ({ proposed }) => (proposed ? 1 : 0),
  unassessed: ({ unassessed }) => unassessed,
  flagged: ({ flagged }) => (flagged ? 1 : 0),
  ended: ({ ended }) => (ended ? 1 : 0),
}
const readers = Object.values(numbers)
/** Above the largest value that any field of a history takes, 10. */
const base = 16

// Ten fields of four bits, and the state above them, stay below the largest exact integer.
function keyOf(state: StateId, history: History): number {
  let key = state
  for (const read of readers) key = key * base + read(history)
  return key
}

class Exploration {
  readonly points: Point[] = []
  private readonly known = new Map<number, Point>()

  meet(state: StateId, history: History, from: Point['from']): Point {
    const key = keyOf(state, history)
    const met = this.known.get(key)
    if (met) return met
    if (this.points.length >= pointsMax) throw new Error(`the space has over ${pointsMax} points`)
    const point: Point = { number: this.points.length, state, history, from, next: [] }
    this.known.set(key, point)
    this.points.push(point)
    return point
  }
}

/** Hears every step of the space once. */
export type OnStep = (step: Step, at: Point, letter: number) => void

/**
 * Explores the whole space, nearest points first.
 * @param onStep hears each step as it is made, refused ones too.
 */
export function explore(automaton: Automaton, onStep: OnStep = () => {}): Space {
  const { policy } = automaton
  const exploration = new Exploration()
  exploration.meet(0, noHistory, null)
  let steps = 0
  for (const point of exploration.points) {
    const before = automaton.describe(point.state)
    for (const [letter, { event }] of (letters as readonly Letter[]).entries()) {
      if (!canCome(point.history, event)) continue
      steps += 1
      const answer = automaton.step(point.state, letter)
      const accepted = answer >= 0
      const after = accepted ? automaton.describe(answer) : before
      const history = accepted ? remember(point.history, event, policy) : point.history
      const code = accepted ? null : refusalIn(answer)
      onStep(
        { policy, history: point.history, before, event, accepted, code, after, remembered: history },
        point,
        letter,
      )
      if (!accepted) continue
      point.next.push({ letter, point: exploration.meet(answer, history, { point, letter }) })
    }
  }
  return { automaton, points: exploration.points, steps }
}

/** The letters that lead to a point in the fewest events. */
export function roadTo(point: Point): readonly number[] {
  const road: number[] = []
  for (let at = point; at.from; at = at.from.point) road.push(at.from.letter)
  return road.reverse()
}
