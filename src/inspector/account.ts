/**
 * Why a thread may not end at a moment, or may: each veto with the event that caused it and what would lift it, and the
 * shortest roads from here. All of it is asked of the automaton and of its explored space; there is no rule here.
 */
import type { Ground, Veto } from '#machines/events.js'
import { letterNamed } from '../lifecycle/alphabet.js'
import type { Automaton, StateId } from '../lifecycle/automaton.js'
import { type Guidance, guidanceFor } from '../lifecycle/guidance.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import { explore, type Point } from '../proof/explore.js'
import { Destination, Follower } from '../proof/road.js'
import { lengthAt, type ThreadLine } from './thread-line.js'
import type { Timeline } from './timeline.js'

/** Letters, in order; `undefined` where no road leads there. */
export type Road = readonly number[] | undefined

/** One veto, why it stands, and how it would fall. */
export interface VetoAccount {
  readonly veto: Veto
  /** The version of the event since which it has stood without a break. */
  readonly since: number
  /**
   * The fewest events of a shortest road to this end after which it stands no more: they bring the end nearer, each by one.
   * `undefined` where no road leads there.
   */
  readonly lift: Road
}

export interface Account {
  readonly state: ThreadState
  readonly guidance: Guidance
  readonly vetoes: { readonly [G in Ground]: readonly VetoAccount[] }
  /** The shortest road to an end on each ground, the end itself included. Every road can be walked on this thread, event by event. */
  readonly toEnd: { readonly [G in Ground]: Road }
  readonly toEngaging: Road
}

const grounds: readonly Ground[] = ['persistent-harm', 'user-request']
const both = <T>(of: (ground: Ground) => T): { readonly [G in Ground]: T } => ({
  'persistent-harm': of('persistent-harm'),
  'user-request': of('user-request'),
})

/** The explored space of a policy, and where its roads lead to. */
interface Atlas {
  readonly follower: Follower
  readonly ends: { readonly [G in Ground]: Destination }
  readonly engaging: Destination
}

const atlases = new WeakMap<Automaton, Atlas>()

function charted(automaton: Automaton): Atlas {
  const space = explore(automaton)
  const to = (isGoal: (state: StateId) => boolean) => new Destination(space, isGoal)
  return {
    follower: new Follower(space),
    ends: both((ground) => to((state) => automaton.vetoes(state, ground).length === 0)),
    engaging: to((state) => automaton.describe(state).lifecycle === 'engaging'),
  }
}

/** The atlas of a policy, made once. */
function atlasOf(automaton: Automaton): Atlas {
  const known = atlases.get(automaton) ?? charted(automaton)
  atlases.set(automaton, known)
  return known
}

const pointsOf = new WeakMap<ThreadLine, readonly Point[]>()

/** Where an observer of the line stands after each of its events. */
function points(automaton: Automaton, line: ThreadLine): readonly Point[] {
  const known = pointsOf.get(line)
  if (known) return known
  const { follower } = atlasOf(automaton)
  const found: Point[] = []
  let at = follower.start
  for (let place = 0; place < line.versions.length; place++) {
    at = follower.after(at, line.letters[place] as number, line.states[place] as StateId)
    found.push(at)
  }
  pointsOf.set(line, found)
  return found
}

type Roads = Pick<Account, 'toEnd' | 'toEngaging'> & { readonly lifts: ReadonlyMap<string, Road> }
const roadsFrom = new WeakMap<Point, Roads>()

function searched(automaton: Automaton, point: Point): Roads {
  const { ends, engaging } = atlasOf(automaton)
  const withEnd = (ground: Ground) => {
    const road = ends[ground].roadFrom(point)
    return road && [...road, letterNamed(`thread.ended(${ground})`)]
  }
  const liftOf = (ground: Ground, veto: Veto) =>
    ends[ground].beginningFrom(point, ({ state }) => !automaton.vetoes(state, ground).includes(veto))
  const lifts = grounds.flatMap((ground) =>
    automaton.vetoes(point.state, ground).map((veto) => [`${ground} ${veto}`, liftOf(ground, veto)] as const),
  )
  return { toEnd: both(withEnd), toEngaging: engaging.roadFrom(point), lifts: new Map(lifts) }
}

function roadsOf(automaton: Automaton, point: Point): Roads {
  const known = roadsFrom.get(point) ?? searched(automaton, point)
  roadsFrom.set(point, known)
  return known
}

/** The version of the event since which a veto has stood on this line without a break. */
function since(timeline: Timeline, line: ThreadLine, last: number, ground: Ground, veto: Veto): number {
  const stands = (place: number) => timeline.automaton?.vetoes(line.states[place] as StateId, ground).includes(veto)
  let place = last
  while (place > 0 && stands(place - 1)) place -= 1
  const version = line.versions[place] as number
  // A branch is born under the risk of then, whatever its line met before: that risk was raised elsewhere.
  return veto === 'risk-flagged' && version <= line.bornAt ? (timeline.riskRaisedAt(line.bornAt) ?? version) : version
}

/** The account of a thread's line at a version; `undefined` where the thread is not born yet. */
export function accountOf(timeline: Timeline, line: ThreadLine, version: number): Account | undefined {
  const { automaton } = timeline
  const last = lengthAt(line, version) - 1
  if (!automaton || last < 0) return undefined
  const state = line.states[last] as StateId
  const { toEnd, toEngaging, lifts } = roadsOf(automaton, points(automaton, line)[last] as Point)
  const vetoes = both((ground) =>
    automaton.vetoes(state, ground).map((veto) => ({
      veto,
      since: since(timeline, line, last, ground, veto),
      lift: lifts.get(`${ground} ${veto}`),
    })),
  )
  return { state: automaton.describe(state), guidance: guidanceFor(automaton, state), vetoes, toEnd, toEngaging }
}
