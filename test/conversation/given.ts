/** The exported sentences, and how our own rulebook looks at a conversation that is not asked about in one. */
import type { Ground, LifecycleEvent, Veto } from '../../machines/events.js'
import { evolve } from '../../src/conversation/evolve.js'
import { lookUp } from '../../src/conversation/id-index.js'
import { judge } from '../../src/conversation/judge.js'
import { type Conversation, type Thread, transcriptOf } from '../../src/conversation/state.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import type { ThreadState } from '../../src/lifecycle/thread-state.js'

export { given, refused } from '../../src/testing/given.js'

/** The state after these events; says which one was refused, if one was. */
export function happened(...events: readonly LifecycleEvent[]): Conversation | null {
  return events.reduce<Conversation | null>((state, event, index) => {
    const refused = judge(state, event)
    if (refused) throw new Error(`event ${index + 1}, ${event.type}, was refused in given(…): ${refused.message}`)
    return evolve(state, event)
  }, null)
}

/** As `happened`, for events of which the first opens the conversation. */
export function conversationAfter(...events: readonly LifecycleEvent[]): Conversation {
  const state = happened(...events)
  if (!state) throw new Error('nothing happened')
  return state
}

export function threadIn(conversation: Conversation, threadId = 'main'): Thread {
  const thread = lookUp(conversation.threads, threadId)
  if (!thread) throw new Error(`there is no thread ${threadId}`)
  return thread
}

/** How a thread stands, in words. */
export const stateIn = (conversation: Conversation, threadId = 'main'): ThreadState =>
  automatonFor(conversation.policy).describe(threadIn(conversation, threadId).state)

/** The ids on a thread's line, first to last. */
export const lineIn = (conversation: Conversation, threadId = 'main'): readonly string[] =>
  transcriptOf(conversation, threadIn(conversation, threadId)).map(({ messageId }) => messageId)

export const vetoesIn = (conversation: Conversation, ground: Ground, threadId = 'main'): readonly Veto[] =>
  automatonFor(conversation.policy).vetoes(threadIn(conversation, threadId).state, ground)
