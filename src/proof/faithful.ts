/**
 * Is the space that is explored a true picture of conversations? A point of it stands for endlessly many logs. Here
 * several of them, got there by different roads, are played through the real decider, and every letter is put to each:
 * all must answer as the point does. A counter whose cap were too low would join logs that answer differently.
 */
import type { LifecycleEvent } from '#machines/events.js'
import { evolve } from '../conversation/evolve.js'
import { judge } from '../conversation/judge.js'
import { type Conversation, threadsOf } from '../conversation/state.js'
import { type Letter, letterNamed, letters } from '../lifecycle/alphabet.js'
import { type Automaton, automatonFor, refusalIn } from '../lifecycle/automaton.js'
import { stateKey } from '../lifecycle/thread-state.js'
import { type LogLine, logOf, logWithNext } from './concrete.js'
import { type Point, roadTo, type Space } from './explore.js'
import { canCome } from './history.js'

/** A log that does not answer as the point that stands for it. */
export interface Unlike {
  /** The letters of its road, by name. */
  readonly road: readonly string[]
  /** The letter that was put to it; `null` if the road itself led elsewhere. */
  readonly letter: string | null
  readonly expected: string
  readonly found: string
}

export interface Faithfulness {
  readonly points: number
  /** Logs that were played, all points together. */
  readonly representatives: number
  /** The fewest of one point. */
  readonly fewest: number
  /** Letters that were put to them. */
  readonly questions: number
  readonly unlike: readonly Unlike[]
}

/** Roads to a point beside the shortest and the one after another life. */
const otherRoadsMax = 2

type Road = readonly number[]

const eventIn = ({ type, actor, data }: LogLine): LifecycleEvent => ({ type, actor, data }) as unknown as LifecycleEvent

/** The conversation that a log tells, or goes on to tell, or why it is not accepted. */
function told(log: readonly LogLine[], from: Conversation | string | null = null): Conversation | string {
  if (typeof from === 'string') return from
  let conversation: Conversation | null = from
  for (const event of log.map(eventIn)) {
    const rejection = judge(conversation, event)
    if (rejection) return `refused: ${rejection.code}`
    conversation = evolve(conversation, event)
  }
  return conversation ?? 'nothing'
}

/** Where the thread stands whose life the log tells: the last one, for a fork goes on in a new one. */
function standing(conversation: Conversation | string): string {
  if (typeof conversation === 'string') return conversation
  const thread = threadsOf(conversation).at(-1)
  return thread ? stateKey(automatonFor(conversation.policy).describe(thread.state)) : 'nowhere'
}

// Nothing is left to assess: that is for the decider to see, who knows the messages, and has several codes for it.
const anyRefusal = 'refused'

const edit = letterNamed('thread.forked(edit)')
const retry = letterNamed('thread.forked(retry)')
const flag = letterNamed('risk.flagged')

function expectedOf(automaton: Automaton, { state, history }: Point, letter: number): string {
  if (!canCome(history, (letters[letter] as Letter).event)) return anyRefusal
  // What is born at risk hears of it at birth (SPEC §4): a retry then takes the step of that letter, which is here too.
  const step = automaton.step(state, letter === retry && history.flagged ? flag : letter)
  return step >= 0 ? stateKey(automaton.describe(step)) : `refused: ${refusalIn(step)}`
}

const isAsExpected = (expected: string, found: string): boolean =>
  expected === anyRefusal ? found.startsWith(anyRefusal) : found === expected

const unassessable = letterNamed('assessment.failed')
const earlier = new Set(letters.flatMap(({ event }, letter) => ('latest' in event && !event.latest ? [letter] : [])))

/**
 * Letters that can be put to a log as it is. A fork of an ended thread is cut where it had not ended, and so is no step
 * of this state; an assessment of an earlier message, and one that fails, need a message that waits for it.
 */
function isAskable({ history }: Point, letter: number): boolean {
  if (letter === edit || letter === retry) return !history.ended
  if (letter === unassessable) return history.unassessed > 0
  return !earlier.has(letter) || canCome(history, (letters[letter] as Letter).event)
}

/** From the beginning through a whole life, and back to the beginning, as risk and its clearance lead there. */
function anotherLife({ automaton, points }: Space): Road {
  const clear = letterNamed(`risk.cleared(${automaton.policy.riskClearedBy[0]})`)
  const warned = points.find(({ history }) => history.defied === automaton.policy.warnings && history.unassessed === 0)
  return [...(warned ? roadTo(warned) : []), flag, clear]
}

/** Different roads to each point: the shortest, others by their last step, and one that begins after another life. */
function roadsOf(space: Space): readonly (readonly Road[])[] {
  const roads: Road[][] = space.points.map((point) => [roadTo(point)])
  const life = anotherLife(space)
  // The farthest first, a stay at the point itself before them: they are most unlike the shortest road.
  for (const from of space.points.toReversed()) {
    for (const { letter, point } of from.next) {
      const known = roads[point.number] as Road[]
      const isRoad = isAskable(from, letter) && !(letter === retry && from.history.flagged)
      if (known.length <= otherRoadsMax && isRoad) known.push([...roadTo(from), letter])
    }
  }
  for (const point of space.points) (roads[point.number] as Road[]).push([...life, ...roadTo(point)])
  return roads
}

const named = (road: Road): readonly string[] => road.map((letter) => (letters[letter] as Letter).name)

/** The questions that one log is asked; what it answers otherwise than its point. */
function examine(automaton: Automaton, point: Point, road: Road, unlike: Unlike[]): number {
  const { policy } = automaton
  const { log, next } = logWithNext(policy, road)
  const conversation = told(log)
  const compare = (letter: string | null, expected: string, found: string) => {
    if (!isAsExpected(expected, found)) unlike.push({ road: named(road), letter, expected, found })
  }
  compare(null, stateKey(automaton.describe(point.state)), standing(conversation))
  const askable = letters.map((_, letter) => letter).filter((letter) => isAskable(point, letter))
  for (const letter of askable) {
    // An earlier message to assess has to be there from before: then the whole log is another one.
    const answer = earlier.has(letter) ? told(logOf(policy, [...road, letter])) : told(next(letter), conversation)
    compare((letters[letter] as Letter).name, expectedOf(automaton, point, letter), standing(answer))
  }
  return askable.length
}

/**
 * Puts every letter to several logs of every point of a space.
 * @param space of a policy's automaton; or, to see that this bites, of one that is not faithful.
 */
export function faithfulness(space: Space): Faithfulness {
  const unlike: Unlike[] = []
  const roads = roadsOf(space)
  let questions = 0
  for (const point of space.points) {
    for (const road of roads[point.number] as readonly Road[]) {
      questions += examine(space.automaton, point, road, unlike)
    }
  }
  const counts = roads.map(({ length }) => length)
  const representatives = counts.reduce((sum, count) => sum + count, 0)
  return { points: space.points.length, representatives, fewest: Math.min(...counts), questions, unlike }
}
