/** What a caller sees of a thread: its state, its messages, what to do next, and where it stands among its branches. */
import type { ErasableContent, Ground, Purpose, Warning } from '#machines/events.js'
import { lookUp } from '../conversation/id-index.js'
import { type Conversation, type Message, type Thread, threadsOf, transcriptOf } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import { type Guidance, guidanceFor } from '../lifecycle/guidance.js'
import type { ThreadState } from '../lifecycle/thread-state.js'

export interface MessageView {
  readonly messageId: string
  readonly role: 'user' | 'assistant'
  /** `null` once erased. */
  readonly content: ErasableContent
  /** What an assistant's message was for; `null` for a user's. */
  readonly purpose: Purpose | null
  readonly warning: Warning | null
  /** The thread on which it was said; another one's for what a fork shares. */
  readonly threadId: string
  /** The version of the event that added it. */
  readonly version: number
  /** How the thread stood when the next message came, or stands now. */
  readonly state: ThreadState
}

export interface ThreadView {
  readonly conversationId: string
  readonly threadId: string
  readonly version: number
  readonly owner?: string
  readonly state: ThreadState
  readonly guidance: Guidance
  readonly messages: readonly MessageView[]
  /** From the first thread to this one, each with the message at which it was cut from the one before. */
  readonly lineage: readonly { readonly threadId: string; readonly from: Thread['from'] }[]
  /** The threads whose own line begins at the same place, this one included, in order of birth. */
  readonly siblings: readonly string[]
  readonly ended: { readonly ground: Ground; readonly reason: string; readonly version: number } | null
}

function messageViews(conversation: Conversation, thread: Thread): readonly MessageView[] {
  const automaton = automatonFor(conversation.policy)
  const messages = transcriptOf(conversation, thread)
  return messages.map((message, place) => {
    const { messageId, role, content, purpose, warning, threadId, version } = message
    const state = automaton.describe(messages[place + 1]?.before ?? thread.state)
    return { messageId, role, content, purpose, warning, threadId, version, state }
  })
}

function lineageOf(conversation: Conversation, thread: Thread): ThreadView['lineage'] {
  const line: Thread[] = []
  for (
    let at: Thread | undefined = thread;
    at;
    at = at.from ? lookUp(conversation.threads, at.from.threadId) : undefined
  ) {
    line.push(at)
  }
  return line.reverse().map(({ threadId, from }) => ({ threadId, from }))
}

/** The message after which a fork's own line begins; `null` for the beginning of the conversation. */
const cutAfter = (conversation: Conversation, { from }: Thread): string | null | undefined =>
  from ? (lookUp(conversation.messages, from.messageId) as Message).parentId : undefined

// The thread on which a cut message was said is a branch at that place as well as those that were cut there.
function siblingsOf(conversation: Conversation, thread: Thread): readonly string[] {
  const after = cutAfter(conversation, thread)
  if (after === undefined) return [thread.threadId]
  const cuts = threadsOf(conversation).filter((other) => other.from && cutAfter(conversation, other) === after)
  const cutFrom = cuts.map((other) => (lookUp(conversation.messages, other.from?.messageId ?? '') as Message).threadId)
  return threadsOf(conversation)
    .map(({ threadId }) => threadId)
    .filter((id) => cutFrom.includes(id) || cuts.some(({ threadId }) => threadId === id))
}

/** A thread as callers see it. Reads the whole line: its cost grows with the thread's length. */
export function viewThread(conversationId: string, conversation: Conversation, thread: Thread): ThreadView {
  const automaton = automatonFor(conversation.policy)
  return {
    conversationId,
    threadId: thread.threadId,
    version: conversation.version,
    ...(conversation.owner !== undefined && { owner: conversation.owner }),
    state: automaton.describe(thread.state),
    guidance: guidanceFor(automaton, thread.state),
    messages: messageViews(conversation, thread),
    lineage: lineageOf(conversation, thread),
    siblings: siblingsOf(conversation, thread),
    ended: thread.ended,
  }
}
