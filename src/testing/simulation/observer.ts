/**
 * Holds each event of a conversation against SPEC §5, with a memory of its own for each thread (`proof/history.ts`) that
 * knows nothing of the machine. It sees the conversation before and after the event, and must change neither.
 */
import type { EventOf, LifecycleEvent } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'
import { lookUp } from '../../conversation/id-index.js'
import { threadOf } from '../../conversation/judge.js'
import type { Conversation, Message, Thread } from '../../conversation/state.js'
import { letterNamed, type ThreadLifeEvent } from '../../lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../../lifecycle/automaton.js'
import { canCome, type History, noHistory, remember } from '../../proof/history.js'
import type { Step } from '../../proof/invariants.js'
import { laws } from '../../proof/laws.js'

const flagged = letterNamed('risk.flagged')
const raised: ThreadEvent = { type: 'risk.flagged' }

/** A thread as it was: numbers and ids, nothing that changes later. */
export interface ThreadPicture {
  readonly threadId: string
  readonly state: StateId
  readonly headId: string | null
  readonly depth: number
}

const pictureOf = ({ threadId, state, headId, depth }: Thread): ThreadPicture => ({ threadId, state, headId, depth })

const isSame = (a: ThreadPicture, b: ThreadPicture): boolean =>
  a.state === b.state && a.headId === b.headId && a.depth === b.depth

/** What was judged of one event before it was taken. */
interface Heard {
  readonly event: ThreadLifeEvent
  /** The thread that the event names. */
  readonly thread: Thread
  readonly latest: boolean
}

const isRiskEvent = (event: LifecycleEvent): event is EventOf<'risk.flagged' | 'risk.cleared'> =>
  event.type === 'risk.flagged' || event.type === 'risk.cleared'

export class Observer {
  /** The threads as they are now, in order of birth. */
  threads: readonly ThreadPicture[] = []
  private readonly histories = new Map<string, History>()
  /** What was remembered just before each message. */
  private readonly before = new Map<string, History>()
  /** Each thread's latest message by the user, and what it was just before each message; `null` for none. */
  private readonly lastUser = new Map<string, string | null>()
  private readonly lastUserBefore = new Map<string, string | null>()

  /** To be called before the conversation takes the event. */
  hear(conversation: Conversation | null, event: LifecycleEvent): Heard | undefined {
    if (!conversation || event.type === 'conversation.opened') return undefined
    const thread = threadOf(conversation, event)
    const latest = event.type === 'message.assessed' && event.data.messageId === this.lastUser.get(event.data.threadId)
    return thread && { event, thread, latest }
  }

  /** To be called after the conversation took the event that was heard. Names the law that is broken, if one is. */
  see(heard: Heard | undefined, after: Conversation): string | undefined {
    const { threads } = this
    const automaton = automatonFor(after.policy)
    if (!heard) {
      this.threads = [pictureOf(lookUp(after.threads, after.rootThreadId) as Thread)]
      this.histories.set(after.rootThreadId, noHistory)
      this.lastUser.set(after.rootThreadId, null)
      return undefined
    }
    const { event } = heard
    const known = threads.map(({ threadId }) => pictureOf(lookUp(after.threads, threadId) as Thread))
    let broken: string | undefined
    for (const [place, was] of threads.entries()) {
      const is = known[place] as ThreadPicture
      const met = this.metBy(was.threadId, heard)
      if (met) broken ??= this.step(automaton, met, was, is)
      else if (!isSame(was, is)) broken ??= 'I9'
    }
    if (event.type === 'thread.forked') {
      const born = lookUp(after.threads, event.data.threadId) as Thread
      broken ??= this.birth(automaton, event, after, born)
      this.threads = [...known, pictureOf(born)]
    } else {
      this.threads = known
    }
    return broken
  }

  /** What an event is to a thread; nothing, where it is another's alone. */
  private metBy(threadId: string, { event, thread, latest }: Heard): ThreadEvent | undefined {
    if (isRiskEvent(event)) return event
    if (event.type === 'thread.forked') return undefined
    const isOwn = thread.threadId === threadId
    if (event.type !== 'message.assessed') return isOwn ? event : undefined
    if (isOwn) return { ...event, latest }
    return event.data.risk === null ? undefined : raised
  }

  private step(automaton: Automaton, event: ThreadEvent, was: ThreadPicture, is: ThreadPicture): string | undefined {
    const history = this.histories.get(was.threadId) as History
    const remembered = remember(history, event, automaton.policy)
    this.histories.set(was.threadId, remembered)
    if (is.headId !== was.headId && is.headId !== null) {
      this.before.set(is.headId, history)
      this.lastUserBefore.set(is.headId, this.lastUser.get(was.threadId) ?? null)
      if (event.type === 'message.received') this.lastUser.set(was.threadId, is.headId)
    }
    // Only what is unassessed can be assessed, whatever the acceptor says.
    if (!canCome(history, event)) return 'accepted'
    return brokenIn(automaton, { event, before: was.state, after: is.state, history, remembered })
  }

  /** I8: born of its cut, with exactly the messages before it, and with the risk of now. */
  private birth(
    automaton: Automaton,
    event: EventOf<'thread.forked'>,
    after: Conversation,
    born: Thread,
  ): string | undefined {
    const { from, edit, threadId } = event.data
    const cut = lookUp(after.messages, from.messageId) as Message
    const isFlagged = this.histories.get(after.rootThreadId)?.flagged === true
    const { history, state } = this.cutWithRiskOfNow(automaton, cut, isFlagged)
    const forked: ThreadEvent = edit ? { type: 'thread.forked', data: { edit } } : { type: 'thread.forked', data: {} }
    const remembered = remember(history, forked, automaton.policy)
    this.histories.set(threadId, remembered)
    const lastUser = this.lastUserBefore.get(cut.messageId) ?? null
    this.lastUser.set(threadId, edit?.messageId ?? lastUser)
    if (edit) this.before.set(edit.messageId, history)
    if (edit) this.lastUserBefore.set(edit.messageId, lastUser)
    const { lifecycle, risk } = automaton.describe(born.state)
    const holdsTheLine = edit
      ? born.headId === edit.messageId && born.depth === cut.depth
      : born.headId === cut.parentId && born.depth === cut.depth - 1
    if (!holdsTheLine || lifecycle === 'ended' || (risk === 'flagged') !== isFlagged) return 'I8'
    return brokenIn(automaton, { event: forked, before: state, after: born.state, history, remembered })
  }

  private cutWithRiskOfNow(
    automaton: Automaton,
    cut: Message,
    isFlagged: boolean,
  ): { readonly history: History; readonly state: StateId } {
    const history = this.before.get(cut.messageId) as History
    const stepped = (letter: number) => Math.max(0, automaton.step(cut.before, letter))
    if (isFlagged) {
      return { history: remember(history, raised, automaton.policy), state: stepped(flagged) }
    }
    if (!history.flagged) return { history, state: cut.before }
    const [kind = 'operator'] = automaton.policy.riskClearedBy
    const cleared = { type: 'risk.cleared', actor: { kind } } as const
    return {
      history: remember(history, cleared, automaton.policy),
      state: stepped(letterNamed(`risk.cleared(${kind})`)),
    }
  }
}

interface Move {
  readonly event: ThreadEvent
  readonly before: StateId
  readonly after: StateId
  readonly history: History
  readonly remembered: History
}

function brokenIn(automaton: Automaton, move: Move): string | undefined {
  const step: Step = {
    ...move,
    policy: automaton.policy,
    before: automaton.describe(move.before),
    after: automaton.describe(move.after),
    accepted: true,
    code: null,
  }
  return laws.find(({ holds }) => !holds(step))?.id
}
