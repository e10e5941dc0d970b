/** What a caller sees of a conversation without reading a word of it: whose it is, how it stands, and its threads. */
import type { Policy } from '#machines/events.js'
import { type Conversation, riskOf, type Thread, threadsOf } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import type { Risk, ThreadState } from '../lifecycle/thread-state.js'

export interface ConversationView {
  readonly conversationId: string
  readonly version: number
  readonly owner?: string
  readonly continuedFrom?: string
  readonly risk: Risk
  readonly policy: Policy
  readonly rootThreadId: string
  /** In order of birth. */
  readonly threads: readonly {
    readonly threadId: string
    /** Where the user cut; `null` for the first one. */
    readonly from: Thread['from']
    /** How many messages are on its line. */
    readonly messages: number
    readonly state: ThreadState
    readonly ended: Thread['ended']
  }[]
}

/** Its cost grows with the number of threads, not with that of messages. */
export function viewConversation(conversationId: string, conversation: Conversation): ConversationView {
  const { version, owner, continuedFrom, policy, rootThreadId } = conversation
  const automaton = automatonFor(policy)
  return {
    conversationId,
    version,
    ...(owner !== undefined && { owner }),
    ...(continuedFrom !== undefined && { continuedFrom }),
    risk: riskOf(conversation),
    policy,
    rootThreadId,
    threads: threadsOf(conversation).map(({ threadId, from, depth, state, ended }) => ({
      threadId,
      from,
      messages: depth,
      state: automaton.describe(state),
      ended,
    })),
  }
}
