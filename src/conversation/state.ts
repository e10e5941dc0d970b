/**
 * A conversation as its log tells it: a tree of messages, and threads that are lines through it.
 *
 * Each message remembers what it follows and how the thread stood just before it (`before`, one integer), so a branch
 * is born at any message without a replay and without a copy. Fields are mutable for the recipe in `evolve.ts` alone;
 * what callers get is frozen.
 */
import type { ErasableContent, Ground, Policy, Purpose, Warning } from '#machines/events.js'
import { automatonFor, type StateId } from '../lifecycle/automaton.js'
import type { Risk } from '../lifecycle/thread-state.js'
import { entriesOf, type IdIndex, lookUp } from './id-index.js'

/** Never changes: an erasure puts another in its place. */
export interface Message {
  readonly messageId: string
  readonly role: 'user' | 'assistant'
  /** `null` once erased. */
  readonly content: ErasableContent
  /** What an assistant's message was for; `null` for a user's. */
  readonly purpose: Purpose | null
  readonly warning: Warning | null
  /** The thread on which it was added; forks of that thread share it. */
  readonly threadId: string
  /** The message it follows; `null` for a first one. */
  readonly parentId: string | null
  /** Its place on the line, from 1. */
  readonly depth: number
  /** The thread's state just before it was added. */
  readonly before: StateId
  /** Depth of the last assessed message just before it was added; 0 for none. */
  readonly assessedBefore: number
  /** Depth of the latest user message just before it was added; 0 for none. */
  readonly userBefore: number
  /** The version of the event that added it. */
  readonly version: number
}

/** What a fork shares: the first `depth` messages of another thread's line. */
export interface SharedLine {
  readonly threadId: string
  readonly depth: number
}

export interface Thread {
  readonly threadId: string
  /** Order of birth in the conversation, from 0. */
  readonly ordinal: number
  state: StateId
  /** Its last message; `null` while it has none. */
  headId: string | null
  /** How many messages are on its line. */
  depth: number
  /** Depth of the last assessed message; 0 for none. */
  assessedDepth: number
  /** Depth of the latest user message; 0 for none. */
  userDepth: number
  readonly shares: SharedLine | null
  /** Where the user cut; `null` for the first thread. */
  readonly from: { readonly threadId: string; readonly messageId: string } | null
  /** How it ended. */
  ended: { readonly ground: Ground; readonly reason: string; readonly version: number } | null
}

export interface Conversation {
  /** Events so far. */
  version: number
  readonly policy: Policy
  readonly owner?: string
  readonly machine?: string
  readonly continuedFrom?: string
  readonly rootThreadId: string
  /** Threads so far. */
  threadCount: number
  threads: IdIndex<Thread>
  messages: IdIndex<Message>
}

/** Before its first event a conversation is nothing. */
export const initialState: Conversation | null = null

/** Whether the person is flagged at risk; every thread of the conversation agrees. */
export function riskOf(conversation: Conversation): Risk {
  const root = lookUp(conversation.threads, conversation.rootThreadId) as Thread
  return automatonFor(conversation.policy).describe(root.state).risk
}

/** All threads, in order of birth. */
export function threadsOf(conversation: Conversation): readonly Thread[] {
  return [...entriesOf(conversation.threads).values()].sort((a, b) => a.ordinal - b.ordinal)
}

/**
 * Whether a message is on a thread's line, its inherited part included.
 * Takes as many steps as forks are nested between the two, not as many as there are messages.
 */
export function isOnLine(conversation: Conversation, thread: Thread, message: Message): boolean {
  let line: Thread | undefined = thread
  while (line && line.threadId !== message.threadId) {
    const shares: SharedLine | null = line.shares
    if (!shares || message.depth > shares.depth) return false
    line = lookUp(conversation.threads, shares.threadId)
  }
  return line !== undefined
}

/** The message of this id if it is on the thread's line. */
export function messageOnLine(conversation: Conversation, thread: Thread, messageId: string): Message | undefined {
  const message = lookUp(conversation.messages, messageId)
  return message && isOnLine(conversation, thread, message) ? message : undefined
}

/** A thread's messages, first to last. */
export function transcriptOf(conversation: Conversation, thread: Thread): readonly Message[] {
  const line: Message[] = []
  // Not past its depth: a store that broke its contract could give back a log whose messages run in a circle.
  for (let id = thread.headId; id !== null && line.length < thread.depth; ) {
    const message: Message = lookUp(conversation.messages, id) as Message
    line.push(message)
    id = message.parentId
  }
  return line.reverse()
}
