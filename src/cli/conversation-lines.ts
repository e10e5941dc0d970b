/** A conversation at a glance: its branches, how each stands, and, where one ended, why. */
import { type Conversation, riskOf, type Thread, threadsOf } from '../conversation/state.js'
import { treeOf } from '../conversation/thread-tree.js'
import { automatonFor } from '../lifecycle/automaton.js'
import { paint, quoted, visible } from './paint.js'
import { countWords, endWords, stateWords, vetoWords } from './state-words.js'

const counted = (count: number): string => `${count} message${count === 1 ? '' : 's'}`

function bornFrom({ from }: Thread): string {
  return from ? paint.dim(`, cut at ${visible(from.messageId)}`) : ''
}

/** What is to be said of a thread beyond its state. */
function remarks(conversation: Conversation, thread: Thread): readonly string[] {
  const automaton = automatonFor(conversation.policy)
  const counts = countWords(automaton.describe(thread.state), conversation.policy)
  const vetoes = {
    'persistent-harm': automaton.vetoes(thread.state, 'persistent-harm'),
    'user-request': automaton.vetoes(thread.state, 'user-request'),
  }
  return [
    ...(thread.ended ? [endWords(thread.ended)] : []),
    ...(counts.length > 0 ? [counts.join(', ')] : []),
    ...(thread.ended ? [] : vetoWords(vetoes)),
  ]
}

/** The tree of threads, each with its state, its counters, its end or what stands in the way of one. */
export function* treeLines(conversation: Conversation): Generator<string> {
  const automaton = automatonFor(conversation.policy)
  for (const { thread, lead, under } of treeOf(threadsOf(conversation))) {
    const state = stateWords(automaton.describe(thread.state))
    const size = paint.dim(counted(thread.depth))
    yield `${paint.dim(lead)}${paint.bold(visible(thread.threadId))}  ${state}  ${size}${bornFrom(thread)}`
    for (const remark of remarks(conversation, thread)) yield `${paint.dim(under)}  ${remark}`
  }
}

/** The line above the tree. */
export function titleLine(conversationId: string, conversation: Conversation | null): string {
  const { version = 0, owner } = conversation ?? {}
  const isFlagged = conversation !== null && riskOf(conversation) === 'flagged'
  const risk = isFlagged ? paint.red('risk flagged') : 'risk clear'
  const whose = owner === undefined ? '' : `, owner ${quoted(owner)}`
  return `${paint.bold(`conversation ${quoted(conversationId)}`)}  version ${version}, ${risk}${whose}`
}

/** Title and tree; the title alone for a conversation that never began. */
export function* conversationLines(conversationId: string, conversation: Conversation | null): Generator<string> {
  yield titleLine(conversationId, conversation)
  if (conversation) yield* treeLines(conversation)
}
