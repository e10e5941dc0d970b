/** What `replay --json` prints of a conversation, made from rings 1 and 2 alone. */
import { type Conversation, riskOf, threadsOf, transcriptOf } from '../../src/conversation/state.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import type { Report } from './spec-oracle.js'

export function reportOf(conversation: Conversation | null): Report {
  if (!conversation) return { version: 0, risk: 'clear', threads: [] }
  const automaton = automatonFor(conversation.policy)
  const threads = threadsOf(conversation).map((thread) => ({
    threadId: thread.threadId,
    ...automaton.describe(thread.state),
    messages: transcriptOf(conversation, thread).map(({ messageId }) => messageId),
    vetoes: {
      'persistent-harm': automaton.vetoes(thread.state, 'persistent-harm'),
      'user-request': automaton.vetoes(thread.state, 'user-request'),
    },
  }))
  return { version: conversation.version, risk: riskOf(conversation), threads }
}
