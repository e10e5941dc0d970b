/**
 * How a conversation changes when an event has happened. One recipe, two runners: live, immer's `produce` runs it on
 * frozen state (`evolve`, `evolveWithPatches`); in bulk it runs on a private plain object (`fold.ts`). A property holds
 * the two equal. What comes here was accepted before: a refusal at this point means that we are wrong, and is thrown.
 */
import { current, enableMapSet, enablePatches, freeze, isDraft, type Patch, produce, produceWithPatches } from 'immer'
import type { EventOf, LifecycleEvent } from '#machines/events.js'
import { letterNamed, letterOf, type ThreadLifeEvent } from '../lifecycle/alphabet.js'
import { type Automaton, automatonFor, refusalIn, type StateId } from '../lifecycle/automaton.js'
import { branch, frozenContent } from './fork.js'
import { edit, emptyIndex, entriesOf, isCrowded, lookUp, put, settle } from './id-index.js'
import type { Conversation, Message, Thread } from './state.js'

enableMapSet()
enablePatches()

const riskFlagged = letterNamed('risk.flagged')

/** The state after a step that must be accepted. */
export function stepOrThrow(automaton: Automaton, state: StateId, letter: number): StateId {
  const next = automaton.step(state, letter)
  if (next >= 0) return next
  throw new Error(`a log holds an event that the machine does not accept: ${refusalIn(next)}`)
}

type Spoken = EventOf<'message.received'> | EventOf<'message.sent'>
type ThreadEvent = Exclude<
  ThreadLifeEvent,
  EventOf<'risk.flagged' | 'risk.cleared' | 'content.erased' | 'thread.forked'>
>

/** Adds a message at the thread's head, remembering how the thread stood before. */
function speak(draft: Conversation, thread: Thread, event: Spoken): void {
  const { messageId, threadId, content } = event.data
  const message: Message = Object.freeze({
    messageId,
    role: event.type === 'message.received' ? 'user' : 'assistant',
    content: frozenContent(content),
    purpose: event.type === 'message.sent' ? event.data.purpose : null,
    warning: event.type === 'message.sent' && event.data.warning ? freeze(event.data.warning) : null,
    threadId,
    parentId: thread.headId,
    depth: thread.depth + 1,
    before: thread.state,
    assessedBefore: thread.assessedDepth,
    userBefore: thread.userDepth,
    version: draft.version,
  })
  put(draft.messages, messageId, message)
  thread.headId = messageId
  thread.depth = message.depth
  if (message.role === 'user') thread.userDepth = message.depth
}

/** Risk belongs to the person: what is said of it on one thread reaches all the others. */
function broadcast(draft: Conversation, letter: number, automaton: Automaton, except?: string): void {
  for (const threadId of entriesOf(draft.threads).keys()) {
    if (threadId === except) continue
    const thread = edit(draft.threads, threadId)
    thread.state = stepOrThrow(automaton, thread.state, letter)
  }
}

function assess(draft: Conversation, thread: Thread, event: EventOf<'message.assessed'>, automaton: Automaton): void {
  const { depth } = lookUp(draft.messages, event.data.messageId) as Message
  thread.state = stepOrThrow(automaton, thread.state, letterOf(event, depth === thread.userDepth))
  thread.assessedDepth = depth
  if (event.data.risk !== null) broadcast(draft, riskFlagged, automaton, thread.threadId)
}

function evolveThread(draft: Conversation, event: ThreadEvent, automaton: Automaton): void {
  const thread = edit(draft.threads, event.data.threadId)
  if (event.type === 'message.assessed') {
    assess(draft, thread, event, automaton)
    return
  }
  const next = stepOrThrow(automaton, thread.state, letterOf(event, false))
  if (event.type === 'message.received' || event.type === 'message.sent') speak(draft, thread, event)
  if (event.type === 'thread.ended') {
    const { ground, reason } = event.data
    thread.ended = { ground, reason, version: draft.version }
  }
  thread.state = next
}

function erase(draft: Conversation, messageId: string): void {
  const message = lookUp(draft.messages, messageId) as Message
  // Copied from a draft, the new message would keep its warning's draft, which immer revokes when the step is done.
  const value = isDraft(message) ? (current(message as object) as Message) : message
  put(draft.messages, messageId, Object.freeze({ ...value, content: null }))
}

/** The recipe. Changes `draft`, which must be an immer draft or nobody else's. */
export function recipe(draft: Conversation, event: ThreadLifeEvent, automaton: Automaton): void {
  draft.version += 1
  switch (event.type) {
    case 'risk.flagged':
    case 'risk.cleared':
      broadcast(draft, letterOf(event, false), automaton)
      break
    case 'content.erased':
      for (const messageId of event.data.messageIds) erase(draft, messageId)
      break
    case 'thread.forked':
      branch(draft, event, automaton)
      break
    default:
      evolveThread(draft, event, automaton)
  }
}

/** The conversation as its first event opens it. */
export function open({ data }: EventOf<'conversation.opened'>): Conversation {
  const { threadId, policy, ...rest } = data
  const threads = emptyIndex<Thread>()
  const root = { threadId, ordinal: 0, state: 0, headId: null, depth: 0, assessedDepth: 0, userDepth: 0 }
  put(threads, threadId, { ...root, shares: null, from: null, ended: null })
  // The policy is kept as the automaton's own, so that equal policies are one object and found by identity.
  const shared = automatonFor(policy).policy
  return {
    ...rest,
    version: 1,
    policy: shared,
    rootThreadId: threadId,
    threadCount: 1,
    threads,
    messages: emptyIndex(),
  }
}

/** Opens, or answers with what is open; an opening twice, or none, is our mistake. */
export function opened(state: Conversation | null, event: LifecycleEvent): Conversation {
  const isOpening = event.type === 'conversation.opened'
  if (isOpening === (state !== null)) throw new Error(isOpening ? 'opened twice' : `${event.type} before the opening`)
  return isOpening ? open(event) : (state as Conversation)
}

// Outside of immer: what settles is kept for good, and a draft is revoked when its step is done. So patches tell what
// happened, and nothing of how it is kept.
function settled(state: Conversation): Conversation {
  const { threads, messages } = state
  if (!isCrowded(threads) && !isCrowded(messages)) return state
  const kept = {
    threads: isCrowded(threads) ? settle(threads) : threads,
    messages: isCrowded(messages) ? settle(messages) : messages,
  }
  return freeze({ ...state, ...kept }, true)
}

/**
 * The conversation after an accepted event: frozen, sharing with the one before all that did not change.
 * Throws if the event would not be accepted; `judge` tells beforehand.
 */
export function evolve(state: Conversation | null, event: LifecycleEvent): Conversation {
  const current = opened(state, event)
  if (event.type === 'conversation.opened') return produce(current, () => {})
  return settled(produce(current, (draft) => recipe(draft, event, automatonFor(current.policy))))
}

/** As `evolve`, with the JSON patches (RFC 6902 paths as arrays) that lead from the state before to the one after. */
export function evolveWithPatches(
  state: Conversation,
  event: ThreadLifeEvent,
): { readonly state: Conversation; readonly patches: readonly Patch[] } {
  const automaton = automatonFor(state.policy)
  const [next, patches] = produceWithPatches(state, (draft) => recipe(draft, event, automaton))
  return { state: settled(next), patches }
}
