/** Roads through the explored space of a thread: from any point, the fewest events to where something holds. */
import { letterNamed } from '../lifecycle/alphabet.js'
import type { StateId } from '../lifecycle/automaton.js'
import type { Point, Space } from './explore.js'

// An edit begins another thread: it is no step on this one's road.
const elsewhere = [letterNamed('thread.forked(edit)'), letterNamed('thread.forked(retry)')]

interface Reached {
  readonly point: Point
  readonly by: { readonly letter: number; readonly before: Reached } | null
}

function roadOf(last: Reached): readonly number[] {
  const road: number[] = []
  for (let at = last; at.by; at = at.by.before) road.push(at.by.letter)
  return road.reverse()
}

/**
 * The letters of a shortest road from a point to a state where the goal holds, on the same thread; empty if it holds
 * already, `undefined` if no road leads there.
 * @see breadth-first search; the space has at most `pointsMax` points
 */
export function roadFrom(
  space: Space,
  from: Point,
  isGoal: (state: StateId) => boolean,
): readonly number[] | undefined {
  const met = new Uint8Array(space.points.length)
  met[from.number] = 1
  const queue: Reached[] = [{ point: from, by: null }]
  for (const at of queue) {
    if (isGoal(at.point.state)) return roadOf(at)
    for (const { letter, point } of at.point.next) {
      if (met[point.number] === 1 || elsewhere.includes(letter)) continue
      met[point.number] = 1
      queue.push({ point, by: { letter, before: at } })
    }
  }
  return undefined
}

/** Follows a thread through the space, event by event, so that roads begin where its observer would stand. */
export class Follower {
  private readonly byState = new Map<StateId, Point>()

  constructor(readonly space: Space) {
    for (const point of space.points) if (!this.byState.has(point.state)) this.byState.set(point.state, point)
  }

  /** The point where every thread begins. */
  get start(): Point {
    return this.space.points[0] as Point
  }

  /**
   * The point after a step. Where the step is none of the space's (a branch begins under a risk raised since its cut), the
   * nearest point of the same state.
   * @param letter what the event was, or a negative number if it was none.
   */
  after(point: Point, letter: number, state: StateId): Point {
    const next = letter < 0 ? point : point.next.find((step) => step.letter === letter)?.point
    return next?.state === state ? next : (this.byState.get(state) ?? point)
  }
}
