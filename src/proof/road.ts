/** Roads through the explored space of a thread: from any point, the fewest events to where something holds. */
import { type Letter, letters } from '../lifecycle/alphabet.js'
import type { StateId } from '../lifecycle/automaton.js'
import type { Point, Space } from './explore.js'

/**
 * Whether an event is a step on a road. An edit begins another thread. Nobody is to be found at risk so that something
 * else may come. And how many earlier messages wait for an assessment, the space does not count past two; the latest
 * speaks for them all, so that a road leads wherever one led that assesses them one by one.
 */
function isStep({ event }: Letter): boolean {
  if (event.type === 'message.assessed') return event.latest && event.data.risk === null
  return event.type !== 'thread.forked' && event.type !== 'risk.flagged'
}

const steps: readonly boolean[] = letters.map(isStep)
const unreached = -1

interface Reached {
  readonly point: Point
  readonly by: { readonly letter: number; readonly before: Reached } | null
}

function roadOf(last: Reached): readonly number[] {
  const road: number[] = []
  for (let at = last; at.by; at = at.by.before) road.push(at.by.letter)
  return road.reverse()
}

/** Where roads lead to: the points of a space at which a goal holds, and how far every point is from the nearest. */
export class Destination {
  /** Events still to come, by point; `unreached` where no road leads here. */
  private readonly distances: Int32Array

  /** @see breadth-first search, backwards from the goal; the space has at most `pointsMax` points */
  constructor({ points }: Space, isGoal: (state: StateId) => boolean) {
    this.distances = new Int32Array(points.length).fill(unreached)
    const before = points.map((): Point[] => [])
    for (const point of points) {
      for (const { letter, point: after } of point.next) if (steps[letter]) before[after.number]?.push(point)
    }
    const queue = points.filter(({ state }) => isGoal(state))
    for (const { number } of queue) this.distances[number] = 0
    for (const { number } of queue) {
      for (const earlier of before[number] ?? []) {
        if (this.distances[earlier.number] !== unreached) continue
        this.distances[earlier.number] = (this.distances[number] as number) + 1
        queue.push(earlier)
      }
    }
  }

  /**
   * The letters of a shortest road here from a point, on the same thread; empty if the goal holds already, `undefined` if
   * no road leads here. It finds nobody at risk, and assesses no message but the latest.
   */
  roadFrom(point: Point): readonly number[] | undefined {
    return this.beginningFrom(point, ({ number }) => this.distances[number] === 0)
  }

  /**
   * The shortest beginning of a shortest road here after which something holds; `undefined` if no road leads here.
   * @param holds must hold where the road ends.
   */
  beginningFrom(from: Point, holds: (point: Point) => boolean): readonly number[] | undefined {
    if (this.distances[from.number] === unreached) return undefined
    const queue: Reached[] = [{ point: from, by: null }]
    const met = new Set([from])
    for (const at of queue) {
      if (holds(at.point)) return roadOf(at)
      for (const { letter, point } of this.onwards(at.point)) {
        if (met.has(point)) continue
        met.add(point)
        queue.push({ point, by: { letter, before: at } })
      }
    }
    return undefined
  }

  /** The steps that lead nearer. */
  private onwards({ number, next }: Point): Point['next'] {
    const nearer = (this.distances[number] as number) - 1
    return nearer < 0
      ? []
      : next.filter(({ letter, point }) => steps[letter] && this.distances[point.number] === nearer)
  }
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
