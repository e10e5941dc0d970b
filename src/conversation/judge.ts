/**
 * Would this event be accepted here? Structure (are the ids known, unique, on this line?) is judged on this page;
 * whether the moment allows it is asked of the machine. The order of the questions is SPEC §4's, "Codes".
 */
import { actorMay, type EventOf, type LifecycleEvent, type Veto } from '#machines/events.js'
import { letterOf, type ThreadLifeEvent } from '../lifecycle/alphabet.js'
import { automatonFor, refusalIn } from '../lifecycle/automaton.js'
import { policyFault } from '../lifecycle/policy.js'
import { lookUp } from './id-index.js'
import { type Rejection, rejection } from './rejection.js'
import { type Conversation, messageOnLine, type Thread } from './state.js'

type ForkEvent = EventOf<'thread.forked'>
type OtherEvent = Exclude<ThreadLifeEvent, ForkEvent>

/** The thread that an event is about: the one it names, else the first, where the event reaches them all. */
export function threadOf(conversation: Conversation, event: ThreadLifeEvent): Thread | undefined {
  const named = event.type === 'thread.forked' ? event.data.from : event.data
  const id = 'threadId' in named && named.threadId !== undefined ? named.threadId : conversation.rootThreadId
  return lookUp(conversation.threads, id)
}

/** Whether an event speaks of the latest user message of its thread. */
export function isLatest(conversation: Conversation, thread: Thread, event: ThreadLifeEvent): boolean {
  if (event.type !== 'message.assessed') return false
  return lookUp(conversation.messages, event.data.messageId)?.depth === thread.userDepth
}

const notPermitted = ({ type, actor }: LifecycleEvent): Rejection =>
  rejection('not-permitted', `${type} is not for the ${actor.kind} to say`)
const unknownMessage = (id: string): Rejection =>
  rejection('unknown-message', `there is no such message here: ${JSON.stringify(id)}`)
const duplicateMessage = (id: string): Rejection =>
  rejection('duplicate-message', `the conversation has a message ${JSON.stringify(id)} already`)

function judgeOpening(conversation: Conversation | null, event: EventOf<'conversation.opened'>): Rejection | undefined {
  const fault = policyFault(event.data.policy)
  if (fault !== undefined) return rejection('invalid-policy', fault)
  if (conversation) return rejection('already-opened', 'the conversation is open already')
  return actorMay(event) ? undefined : notPermitted(event)
}

function judgeFork(conversation: Conversation, thread: Thread, { data }: ForkEvent): Rejection | undefined {
  const { threadId, from, edit } = data
  if (lookUp(conversation.threads, threadId)) {
    return rejection('duplicate-thread', `the conversation has a thread ${JSON.stringify(threadId)} already`)
  }
  const cut = messageOnLine(conversation, thread, from.messageId)
  if (!cut) return unknownMessage(from.messageId)
  if (cut.role !== (edit ? 'user' : 'assistant')) {
    return rejection('wrong-role', edit ? 'only a user message can be edited' : 'only an assistant message is retried')
  }
  return edit && lookUp(conversation.messages, edit.messageId) ? duplicateMessage(edit.messageId) : undefined
}

function judgeAssessed(conversation: Conversation, thread: Thread, messageId: string): Rejection | undefined {
  const message = messageOnLine(conversation, thread, messageId)
  if (message?.role !== 'user') return unknownMessage(messageId)
  if (message.depth > thread.assessedDepth) return undefined
  return rejection('already-assessed', `message ${JSON.stringify(messageId)} was spoken for by an earlier assessment`)
}

function judgeIds(conversation: Conversation, thread: Thread, event: OtherEvent): Rejection | undefined {
  switch (event.type) {
    case 'message.received':
    case 'message.sent':
      return lookUp(conversation.messages, event.data.messageId) && duplicateMessage(event.data.messageId)
    case 'message.assessed':
      return judgeAssessed(conversation, thread, event.data.messageId)
    case 'assessment.failed': {
      const { messageId } = event.data
      return messageOnLine(conversation, thread, messageId)?.role === 'user' ? undefined : unknownMessage(messageId)
    }
    case 'feedback.given': {
      const { messageId } = event.data
      if (messageId === undefined || messageOnLine(conversation, thread, messageId)) return undefined
      return unknownMessage(messageId)
    }
    case 'content.erased': {
      const unknown = event.data.messageIds.find((id) => !lookUp(conversation.messages, id))
      return unknown === undefined ? undefined : unknownMessage(unknown)
    }
    default:
      return undefined
  }
}

function vetoesAgainst(conversation: Conversation, thread: Thread, event: OtherEvent): readonly Veto[] | undefined {
  if (event.type !== 'thread.ended' && event.type !== 'end.proposed') return undefined
  const ground = event.type === 'thread.ended' ? event.data.ground : 'persistent-harm'
  return automatonFor(conversation.policy).vetoes(thread.state, ground)
}

function askMachine(conversation: Conversation, thread: Thread, event: OtherEvent): Rejection | undefined {
  const letter = letterOf(event, isLatest(conversation, thread, event))
  const step = automatonFor(conversation.policy).step(thread.state, letter)
  if (step >= 0) return undefined
  const code = refusalIn(step)
  const text = `${event.type} is not accepted on thread ${JSON.stringify(thread.threadId)}: ${code}`
  return rejection(code, text, code === 'not-permitted' ? undefined : vetoesAgainst(conversation, thread, event))
}

/** Why the conversation would not accept this event, or `undefined` if it would. Reads, and changes nothing. */
export function judge(conversation: Conversation | null, event: LifecycleEvent): Rejection | undefined {
  if (event.type === 'conversation.opened') return judgeOpening(conversation, event)
  if (!conversation) return rejection('not-opened', 'the first event must be conversation.opened')
  const thread = threadOf(conversation, event)
  if (!thread) return rejection('unknown-thread', `${event.type} names a thread that is not there`)
  if (!actorMay(event)) return notPermitted(event)
  if (event.type === 'thread.forked') return judgeFork(conversation, thread, event)
  const refused = askMachine(conversation, thread, event)
  // A thread that has ended says so before its ids are looked at; any other refusal comes after them.
  return refused?.code === 'ended' ? refused : (judgeIds(conversation, thread, event) ?? refused)
}
