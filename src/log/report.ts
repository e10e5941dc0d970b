/** A conversation in the form that `colloquy replay --json` prints: each thread's state, messages and vetoes. */
import type { Ground, Veto } from '#machines/events.js'
import { type Conversation, riskOf, type Thread, threadsOf, transcriptOf } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import type { Risk, ThreadState } from '../lifecycle/thread-state.js'

export interface ThreadReport extends ThreadState {
  readonly threadId: string
  /** Message ids, first to last, the inherited part included. */
  readonly messages: readonly string[]
  readonly vetoes: { readonly [G in Ground]: readonly Veto[] }
}

export interface ConversationReport {
  readonly conversationId: string
  /** Of the last accepted event; 0 if there is none. */
  readonly version: number
  readonly risk: Risk
  /** The first event that was not accepted. */
  readonly rejected: { readonly version: number; readonly code: string } | null
  /** In order of birth. */
  readonly threads: readonly ThreadReport[]
}

/** One thread as the report shows it. */
export function reportThread(conversation: Conversation, thread: Thread): ThreadReport {
  const automaton = automatonFor(conversation.policy)
  return {
    threadId: thread.threadId,
    ...automaton.describe(thread.state),
    messages: transcriptOf(conversation, thread).map(({ messageId }) => messageId),
    vetoes: {
      'persistent-harm': automaton.vetoes(thread.state, 'persistent-harm'),
      'user-request': automaton.vetoes(thread.state, 'user-request'),
    },
  }
}

/** The whole conversation; before its first event it has no threads, and risk is clear. */
export function reportConversation(
  conversationId: string,
  state: Conversation | null,
  rejected: ConversationReport['rejected'] = null,
): ConversationReport {
  if (!state) return { conversationId, version: 0, risk: 'clear', rejected, threads: [] }
  const threads = threadsOf(state).map((thread) => reportThread(state, thread))
  return { conversationId, version: state.version, risk: riskOf(state), rejected, threads }
}
