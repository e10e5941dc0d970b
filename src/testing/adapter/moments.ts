/** Threads as adapters meet them, with the conversation around each, from stories that come everywhere. */

import { isLeft } from 'fp-ts/lib/Either.js'
import type { Policy } from '#machines/events.js'
import { decide } from '../../conversation/decide.js'
import { evolve } from '../../conversation/evolve.js'
import { type Conversation, type Thread, threadsOf } from '../../conversation/state.js'
import { type ThreadView, viewThread } from '../../conversations/thread-view.js'
import { type Automaton, automatonFor, type StateId } from '../../lifecycle/automaton.js'
import { guidanceFor } from '../../lifecycle/guidance.js'
import type { Carried, Intent } from '../../llm/adapter.js'
import type { Arbitrary, FastCheck } from '../fast-check.js'
import { atlasOf } from '../stories/atlas.js'
import { printed, type Story } from '../stories/story.js'
import { stateWords } from '../words.js'
import { commandOf } from './dialect.js'

export interface Moment {
  readonly conversation: Conversation
  readonly view: ThreadView
  /** What guidance says here, in a word or two. */
  readonly stance: string
}

/** What guidance says of a state, as far as adapters treat it differently: its stance, and what the end tool may do. */
function stanceOf(automaton: Automaton, state: StateId): string {
  const { stance, endTool } = guidanceFor(automaton, state)
  return endTool === 'none' ? stance : `${stance}, to ${endTool}`
}

/** Every stance that a thread can come to under one of these policies. */
export function stancesUnder(policies: readonly Policy[]): ReadonlySet<string> {
  const atlases = policies.map(atlasOf)
  return new Set(atlases.flatMap(({ automaton, states }) => states.map((state) => stanceOf(automaton, state))))
}

/** One thread of a story at one version. First the stance is chosen, then where. */
function momentOf({ states, policy }: Story, lot: number): Moment | undefined {
  const byStance = new Map<string, { readonly conversation: Conversation; readonly thread: Thread }[]>()
  const automaton = automatonFor(policy)
  for (const conversation of states) {
    for (const thread of threadsOf(conversation)) {
      const stance = stanceOf(automaton, thread.state)
      byStance.set(stance, [...(byStance.get(stance) ?? []), { conversation, thread }])
    }
  }
  const rarest = [...byStance].sort(([, a], [, b]) => a.length - b.length)
  // Every other time the rarest: what matters most is where an end is open, and few threads come there.
  const kinds = Math.max(1, 2 * rarest.length)
  const [stance, there = []] = rarest[Math.max(0, (lot % kinds) - rarest.length)] ?? []
  const chosen = there[Math.floor(lot / kinds) % Math.max(1, there.length)]
  if (!chosen || stance === undefined) return undefined
  const { conversation, thread } = chosen
  const moment = { conversation, stance, view: viewThread('conversation-1', conversation, thread) }
  const words = () => `${thread.threadId}: ${stateWords(moment.view.state, conversation.policy)} (${stance})`
  return Object.defineProperty(moment, printed, { value: words, enumerable: false })
}

/** Moments of such stories; they shrink to a short story's. */
export const momentsOf = (fc: FastCheck, stories: Arbitrary<Story>): Arbitrary<Moment> =>
  fc
    .tuple(stories, fc.nat())
    .map(([story, lot]) => momentOf(story, lot))
    .filter((moment) => moment !== undefined)

/** Carries intents out, one after the other, as a door would: each against what the one before has led to. */
export function carryOut({ conversation, view }: Moment, intents: readonly Intent[]): readonly Carried[] {
  let state = conversation
  return intents.map((intent, place) => {
    const decided = decide(commandOf(intent, view.threadId, `said-${place}-${state.version}`), state)
    if (isLeft(decided)) return { intent, outcome: { refused: decided.left.code } }
    state = decided.right.reduce<Conversation>(evolve, state)
    return { intent, outcome: 'accepted' }
  })
}
