/**
 * Stories by chance, led by the table: most of what is tried is accepted, or is a step towards a state drawn by lot, so
 * that ends, warnings and confirmations are met as often as small talk; the rest may be anything.
 */
import fc from 'fast-check'
import type { Policy } from '../../machines/events.js'
import { threadsOf } from '../../src/conversation/state.js'
import { letterNamed, letters } from '../../src/lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../../src/lifecycle/automaton.js'
import { isWalkable, reachableStates, stepsFrom, Ways } from '../lifecycle/exploration.js'
import { storyPolicies } from '../lifecycle/policies.js'
import { Stage } from './casting.js'
import { Chance } from './chance.js'
import * as say from './events.js'
import { Story } from './story.js'

/** One stretch of a story; what its numbers choose depends on the conversation as it then stands. */
type Stretch =
  /** Up to so many steps of one thread towards one state, and there a reply, to be retried, or what is refused there. */
  | { readonly to: 'somewhere'; readonly steps: number; readonly chance: number }
  /** One event that some thread would accept. */
  | { readonly to: 'something-accepted'; readonly chance: number }
  /** A branch or a retry. */
  | { readonly to: 'a-fork'; readonly chance: number }
  /** Any event, right or wrong. */
  | { readonly to: 'anything'; readonly chance: number }

const reply = letterNamed('message.sent(reply)')

/** A letter that is refused in a state: first why, then which, since many are refused for the same reason. */
function refusedIn(automaton: Automaton, state: StateId, chance: Chance): number {
  const refused = letters.map((_, letter) => letter).filter((letter) => automaton.step(state, letter) < 0)
  const why = chance.of([...new Set(refused.map((letter) => automaton.step(state, letter)))])
  return chance.of(refused.filter((letter) => automaton.step(state, letter) === why))
}

/** One automaton, known whole, with its states by what is worth aiming at. */
class Atlas {
  readonly automaton: Automaton
  readonly ways: Ways
  private readonly aims: readonly (readonly StateId[])[]

  constructor(policy: Policy) {
    this.automaton = automatonFor(policy)
    this.ways = new Ways(this.automaton, isWalkable)
    const reachable = reachableStates(this.automaton)
    const where = (lifecycle: string) => reachable.filter((id) => this.automaton.describe(id).lifecycle === lifecycle)
    const lifecycles = ['engaging', 'redirecting.due', 'redirecting.tried', 'warning.due', 'warning.given']
    this.aims = [...lifecycles, 'warning.ignored', 'warning.ignored', 'ended'].map(where)
  }

  aim(chance: Chance): StateId {
    return chance.of(chance.of(this.aims))
  }
}

const atlases = new Map<Policy, Atlas>()

function atlasOf(policy: Policy): Atlas {
  const atlas = atlases.get(policy) ?? new Atlas(policy)
  atlases.set(policy, atlas)
  return atlas
}

class Teller {
  readonly story: Story
  private readonly atlas: Atlas

  constructor(policy: Policy) {
    this.story = new Story(policy)
    this.atlas = atlasOf(policy)
  }

  tell(stretch: Stretch): void {
    const chance = new Chance(stretch.chance)
    const { state } = this.story
    if (!state) return
    const { threadId } = chance.of(threadsOf(state))
    switch (stretch.to) {
      case 'somewhere':
        this.walk(threadId, stretch.steps, chance)
        break
      case 'something-accepted':
        this.play(threadId, chance, (state) => chance.of(stepsFrom(this.atlas.automaton, state)).letter)
        break
      case 'a-fork':
        this.fork(threadId, chance)
        break
      case 'anything':
        this.story.offer(this.stage(threadId, chance).castAnything())
    }
  }

  private stage(threadId: string, chance: Chance): Stage {
    const { state } = this.story
    const thread = state && threadsOf(state).find((candidate) => candidate.threadId === threadId)
    if (!thread) throw new Error(`the story has lost its thread ${threadId}`)
    return new Stage(state, thread, chance)
  }

  private play(threadId: string, chance: Chance, choose: (state: StateId) => number | undefined): boolean {
    const stage = this.stage(threadId, chance)
    const letter = choose(stage.thread.state)
    const event = letter === undefined ? undefined : stage.cast(letter)
    if (event) this.story.offer(event)
    return event !== undefined
  }

  private walk(threadId: string, steps: number, chance: Chance): void {
    const goal = this.atlas.aim(chance)
    const towards = (state: StateId) => this.atlas.ways.firstLetter(state, goal)
    for (let step = 0; step < steps && this.story.fault === undefined; step++) {
      if (!this.play(threadId, chance, towards)) break
    }
    const replies = chance.of([true, false])
    this.play(threadId, chance, (state) => (replies ? reply : refusedIn(this.atlas.automaton, state, chance)))
  }

  private fork(threadId: string, chance: Chance): void {
    const stage = this.stage(threadId, chance)
    const event = stage.castFork(chance.of([true, false])) ?? stage.castFork(true)
    if (event) this.story.offer(event)
  }
}

const chance = fc.nat()
const steps = fc.integer({ min: 1, max: 20 })

const stretch: fc.Arbitrary<Stretch> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ to: fc.constant('somewhere'), steps, chance }) },
  { weight: 2, arbitrary: fc.record({ to: fc.constant('something-accepted'), chance }) },
  { weight: 2, arbitrary: fc.record({ to: fc.constant('a-fork'), chance }) },
  { weight: 3, arbitrary: fc.record({ to: fc.constant('anything'), chance }) },
)

interface Plot {
  readonly policy: Policy
  readonly isLate: boolean
  readonly stretches: readonly Stretch[]
}

function tell({ policy, isLate, stretches }: Plot): Story {
  const teller = new Teller(policy)
  // Now and then somebody speaks before the conversation is open.
  if (isLate) teller.story.offer(say.received('u0'))
  teller.story.offer(say.opened(policy))
  for (const one of stretches) teller.tell(one)
  return teller.story
}

const plot: fc.Arbitrary<Plot> = fc.record({
  policy: fc.constantFrom(...storyPolicies),
  isLate: fc.nat(20).map((lot) => lot === 20),
  stretches: fc.array(stretch, { minLength: 1, maxLength: 24, size: 'max' }),
})

/** A story under one of the policies. Unbiased, for small numbers would choose the first of everything. */
export const stories: fc.Arbitrary<Story> = fc.noBias(plot).map(tell)
