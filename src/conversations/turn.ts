/** What a command answers: what happened, how the thread stands, and what to do next. */
import { lookUp } from '../conversation/id-index.js'
import type { Conversation, Thread } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import { type Guidance, guidanceFor } from '../lifecycle/guidance.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import type { RecordedEvent } from '../log/recorded-event.js'

export interface Turn {
  readonly conversationId: string
  /** The thread that the command was about; a fork's new one; the first one where all are meant. */
  readonly threadId: string
  /** The message that the command brought or spoke of, if any. */
  readonly messageId?: string
  /** The conversation's version after the command. */
  readonly version: number
  /** The event that the command appended; for a message that was assessed, the assessment. */
  readonly event: RecordedEvent
  readonly state: ThreadState
  readonly guidance: Guidance
}

function messageIn({ data }: RecordedEvent): string | undefined {
  if ('messageId' in data) return data.messageId
  return 'edit' in data ? data.edit?.messageId : undefined
}

/** The answer to a command whose event was `event`, the conversation being as it was just after. */
export function turnOf(conversationId: string, conversation: Conversation, event: RecordedEvent): Turn {
  const named = 'threadId' in event.data ? event.data.threadId : undefined
  const thread = lookUp(conversation.threads, named ?? conversation.rootThreadId) as Thread
  const automaton = automatonFor(conversation.policy)
  const messageId = messageIn(event)
  return {
    conversationId,
    threadId: thread.threadId,
    ...(messageId !== undefined && { messageId }),
    version: conversation.version,
    event,
    state: automaton.describe(thread.state),
    guidance: guidanceFor(automaton, thread.state),
  }
}
