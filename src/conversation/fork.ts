/** A fork: one event, one new thread, nothing copied (SPEC §4, `thread.forked`). */
import { freeze } from 'immer'
import type { ErasableContent, EventOf } from '#machines/events.js'
import { letterNamed } from '../lifecycle/alphabet.js'
import { type Automaton, refusalIn, type StateId } from '../lifecycle/automaton.js'
import type { Risk } from '../lifecycle/thread-state.js'
import { lookUp, put } from './id-index.js'
import { type Conversation, type Message, riskOf, type SharedLine, type Thread } from './state.js'

const flagged = letterNamed('risk.flagged')
const edited = letterNamed('thread.forked(edit)')

function stepped(automaton: Automaton, state: StateId, letter: number): StateId {
  const next = automaton.step(state, letter)
  if (next < 0) throw new Error(`a fork met a state that refuses it: ${refusalIn(next)}`)
  return next
}

/** Content as a message keeps it: blocks are frozen through and through. */
export const frozenContent = (content: ErasableContent): ErasableContent =>
  typeof content === 'string' ? content : freeze(content, true)

/** Risk is the person's: whatever it was at the cut, the new thread begins with the conversation's risk of now. */
export function withRiskOfNow(automaton: Automaton, state: StateId, risk: Risk): StateId {
  if (risk === 'flagged') return stepped(automaton, state, flagged)
  if (automaton.describe(state).risk === 'clear') return state
  return stepped(automaton, state, letterNamed(`risk.cleared(${automaton.policy.riskClearedBy[0]})`))
}

/** The line that owns the message before the cut: forks of forks at one place stay one step deep, however many. */
function sharedLine(conversation: Conversation, cut: Message): SharedLine | null {
  const depth = cut.depth - 1
  if (depth === 0) return null
  let owner = lookUp(conversation.threads, cut.threadId) as Thread
  while (owner.shares && depth <= owner.shares.depth) {
    owner = lookUp(conversation.threads, owner.shares.threadId) as Thread
  }
  return { threadId: owner.threadId, depth }
}

function threadAt(
  conversation: Conversation,
  cut: Message,
  { data }: EventOf<'thread.forked'>,
  state: StateId,
): Thread {
  return {
    threadId: data.threadId,
    ordinal: conversation.threadCount,
    state,
    headId: cut.parentId,
    depth: cut.depth - 1,
    assessedDepth: cut.assessedBefore,
    userDepth: cut.userBefore,
    shares: sharedLine(conversation, cut),
    from: data.from,
    ended: null,
  }
}

/** Adds the new thread, and the edited message if there is one. */
export function branch(draft: Conversation, event: EventOf<'thread.forked'>, automaton: Automaton): void {
  const { from, edit, threadId } = event.data
  const cut = lookUp(draft.messages, from.messageId) as Message
  const before = withRiskOfNow(automaton, cut.before, riskOf(draft))
  const thread = threadAt(draft, cut, event, before)
  draft.threadCount += 1
  put(draft.threads, threadId, thread)
  if (!edit) return
  const { messageId, content } = edit
  const { parentId, depth, assessedBefore, userBefore } = cut
  const place = { threadId, parentId, depth, before, assessedBefore, userBefore, version: draft.version }
  const said = { messageId, role: 'user', content: frozenContent(content), purpose: null, warning: null } as const
  put(draft.messages, messageId, Object.freeze({ ...said, ...place }))
  Object.assign(thread, { state: stepped(automaton, before, edited), headId: messageId, depth, userDepth: depth })
}
