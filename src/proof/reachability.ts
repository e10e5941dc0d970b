/**
 * The invariants that no single step can show (SPEC I11, I13), decided by search over the whole space: who can still
 * get where, and in how many harmful assessments at the least.
 */
import type { Ground } from '#machines/events.js'
import { letterNamed, letters } from '../lifecycle/alphabet.js'
import { type Point, roadTo, type Space } from './explore.js'

const endings: { readonly [G in Ground]: number } = {
  'persistent-harm': letterNamed('thread.ended(persistent-harm)'),
  'user-request': letterNamed('thread.ended(user-request)'),
}
const edit = letterNamed('thread.forked(edit)')

const lifecycleAt = ({ automaton }: Space, point: Point) => automaton.describe(point.state).lifecycle
const isHarmful = (letter: number): boolean => letters[letter]?.name.startsWith('message.assessed(harmful') ?? false

/** For each point, by number, the points from which it is reached in one step. */
function arrivals({ points }: Space): readonly (readonly number[])[] {
  const from: number[][] = points.map(() => [])
  for (const point of points) for (const { point: to } of point.next) from[to.number]?.push(point.number)
  return from
}

/** By number: whether some road leads from the point to one of the goals. Searched backwards from the goals. */
function canReach(space: Space, isGoal: (point: Point) => boolean): readonly boolean[] {
  const from = arrivals(space)
  const reached = space.points.map(isGoal)
  const frontier = space.points.filter(isGoal).map(({ number }) => number)
  for (let number = frontier.pop(); number !== undefined; number = frontier.pop()) {
    for (const earlier of from[number] ?? []) {
      if (reached[earlier]) continue
      reached[earlier] = true
      frontier.push(earlier)
    }
  }
  return reached
}

/**
 * I11: a point that has not ended, and from which engaging can't be reached or a message can't be edited; `undefined`
 * if there is none. (A thread that has ended can be forked where it had not: its messages all came before the end.)
 */
export function lockedOut(space: Space): Point | undefined {
  const reached = canReach(space, (point) => lifecycleAt(space, point) === 'engaging')
  const isFree = (point: Point) => reached[point.number] && point.next.some(({ letter }) => letter === edit)
  return space.points.find((point) => lifecycleAt(space, point) !== 'ended' && !isFree(point))
}

/** The point from which a thread is ended on this ground in the fewest events, or `undefined` if it never is. */
function endedOn(space: Space, ground: Ground): Point | undefined {
  return space.points.find((point) => point.next.some(({ letter }) => letter === endings[ground]))
}

/**
 * I13: the fewest harmful assessments on any road from the beginning to an end on persistent harm; `Infinity` if there
 * is no such road.
 * @see Dijkstra's algorithm for steps that cost nothing or one: a queue with two ends
 */
export function fewestHarms(space: Space): number {
  const harms = new Float64Array(space.points.length).fill(Number.POSITIVE_INFINITY)
  harms[0] = 0
  let level: Point[] = space.points.slice(0, 1)
  for (let cost = 0; level.length > 0; cost++) {
    const dearer: Point[] = []
    for (const point of level) {
      if (harms[point.number] !== cost) continue
      for (const { letter, point: to } of point.next) {
        const total = cost + (isHarmful(letter) ? 1 : 0)
        if (total >= (harms[to.number] as number)) continue
        harms[to.number] = total
        if (total === cost) level.push(to)
        else dearer.push(to)
      }
    }
    level = dearer
  }
  const lasts = space.points.filter((point) => point.next.some(({ letter }) => letter === endings['persistent-harm']))
  return Math.min(...lasts.map(({ number }) => harms[number] as number), Number.POSITIVE_INFINITY)
}

/** Roads that show I13 broken; none if it holds. A road of no events shows that some end is out of reach, or should be. */
export function rarityBreaches(space: Space): readonly (readonly number[])[] {
  const { policy } = space.automaton
  const forHarm = endedOn(space, 'persistent-harm')
  const asAsked = endedOn(space, 'user-request')
  const isReachable = forHarm !== undefined && (asAsked !== undefined) === policy.userMayEnd
  if (!isReachable) return [[]]
  const isRare = fewestHarms(space) === policy.redirections + policy.warnings + 1
  return isRare ? [] : [[...roadTo(forHarm as Point), endings['persistent-harm']]]
}
