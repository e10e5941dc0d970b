/**
 * Holds the laws against a whole conversation as it goes: an observer who hears every event, remembers each thread's
 * line for itself, and sees how the machine says the threads stand. For logs that are there already (an audit), and for
 * tests; the proof needs no log. It must never ask the machine what to think.
 */
import type { LifecycleEvent } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'
import { lookUp } from '../conversation/id-index.js'
import { threadOf } from '../conversation/judge.js'
import { type Conversation, type Message, riskOf, type Thread, threadsOf } from '../conversation/state.js'
import type { ThreadLifeEvent } from '../lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../lifecycle/automaton.js'
import { canCome, type History, noHistory, remember } from './history.js'
import type { Step } from './invariants.js'
import { laws } from './laws.js'

/** A law that a step broke, and on which thread. */
export interface Breach {
  readonly id: string
  readonly law: string
  readonly threadId: string
}

const comesInOrder = { id: 'canCome', law: 'Only what is unassessed is assessed.' }
const staysAsItWas = { id: 'I9', law: 'A fork leaves every other thread as it was.' }
const isBornWhole = {
  id: 'I8',
  law: 'A fork is born with exactly the messages before the cut, and flagged if the conversation is.',
}

/** A thread as it was last seen, and what is remembered of its line. */
interface Line {
  readonly state: StateId
  readonly headId: string | null
  readonly history: History
  /** The user's latest message on it. */
  readonly latestUser: string | null
}

/** What was remembered of a line just before one of its messages: there a fork begins. */
type Cut = Pick<Line, 'history' | 'latestUser'>
const unseen: Cut = { history: noHistory, latestUser: null }

const flagged: ThreadEvent = { type: 'risk.flagged' }

/** Risk is the person's, whichever thread it was seen on. */
function withRiskOfNow(history: History, conversation: Conversation): History {
  if (riskOf(conversation) === 'flagged') return remember(history, flagged, conversation.policy)
  return history.flagged ? { ...history, flagged: false } : history
}

export class Observer {
  private readonly lines = new Map<string, Line>()
  private readonly cuts = new Map<string, Cut>()

  /**
   * Hears an accepted event.
   * @param after the conversation just after it. It is read now, and not kept.
   * @returns the laws that the step broke; none if all is well.
   */
  hear(event: LifecycleEvent, after: Conversation): readonly Breach[] {
    if (event.type === 'conversation.opened') return this.begin(after)
    if (event.type === 'thread.forked') return this.hearFork(event, after)
    if (event.type === 'risk.flagged' || event.type === 'risk.cleared') return this.hearEverywhere(event, after)
    if (event.type === 'content.erased') return []
    const thread = threadOf(after, event) as Thread
    const heard = this.hearOn(thread, this.told(event, thread.threadId), after)
    const showsRisk = event.type === 'message.assessed' && event.data.risk !== null
    return showsRisk ? [...heard, ...this.hearEverywhere(flagged, after, thread.threadId)] : heard
  }

  private begin(after: Conversation): readonly Breach[] {
    for (const { threadId, state, headId } of threadsOf(after)) {
      this.lines.set(threadId, { ...unseen, state, headId })
    }
    return []
  }

  private told(event: ThreadLifeEvent, threadId: string): ThreadEvent {
    const line = this.lineOf(threadId)
    if (event.type === 'message.received' || event.type === 'message.sent') {
      this.cuts.set(event.data.messageId, line)
    }
    if (event.type === 'message.received') this.lines.set(threadId, { ...line, latestUser: event.data.messageId })
    if (event.type !== 'message.assessed') return event
    return { ...event, latest: event.data.messageId === line.latestUser }
  }

  private hearEverywhere(event: ThreadEvent, after: Conversation, except?: string): readonly Breach[] {
    return threadsOf(after)
      .filter(({ threadId }) => threadId !== except)
      .flatMap((thread) => this.hearOn(thread, event, after))
  }

  private hearOn(thread: Thread, event: ThreadEvent, after: Conversation): readonly Breach[] {
    const { threadId, state, headId } = thread
    const { state: before, history, latestUser } = this.lineOf(threadId)
    const remembered = remember(history, event, after.policy)
    this.lines.set(threadId, { state, headId, history: remembered, latestUser })
    if (!canCome(history, event)) return [{ ...comesInOrder, threadId }]
    const automaton = automatonFor(after.policy)
    return brokenIn(stepOf(automaton, event, { before, after: state, history, remembered }), threadId)
  }

  private hearFork(event: Extract<LifecycleEvent, { type: 'thread.forked' }>, after: Conversation): readonly Breach[] {
    const { threadId, from, edit } = event.data
    const born = lookUp(after.threads, threadId) as Thread
    const cut = lookUp(after.messages, from.messageId) as Message
    const { history: then, latestUser } = this.cuts.get(cut.messageId) ?? unseen
    const history = withRiskOfNow(then, after)
    const remembered = remember(history, event, after.policy)
    const before = edit ? (lookUp(after.messages, edit.messageId) as Message).before : born.state
    if (edit) this.cuts.set(edit.messageId, { history, latestUser })
    const line = { state: born.state, headId: born.headId, history: remembered }
    this.lines.set(threadId, { ...line, latestUser: edit?.messageId ?? latestUser })
    const step = stepOf(automatonFor(after.policy), event, { before, after: born.state, history, remembered })
    const isWhole = isBornAt(cut, born, after, edit?.messageId ?? cut.parentId)
    const breaches = [...brokenIn(step, threadId), ...this.movedBeside(threadId, after)]
    return isWhole ? breaches : [...breaches, { ...isBornWhole, threadId }]
  }

  /** Threads that a fork should have left alone. */
  private movedBeside(born: string, after: Conversation): readonly Breach[] {
    return threadsOf(after)
      .filter(({ threadId, state, headId }) => {
        const line = this.lineOf(threadId)
        return threadId !== born && (line.state !== state || line.headId !== headId)
      })
      .map(({ threadId }) => ({ ...staysAsItWas, threadId }))
  }

  private lineOf(threadId: string): Line {
    const line = this.lines.get(threadId)
    if (!line) throw new Error(`thread ${JSON.stringify(threadId)} was never born`)
    return line
  }
}

function isBornAt(cut: Message, born: Thread, after: Conversation, headId: string | null): boolean {
  const depth = headId === cut.parentId ? cut.depth - 1 : cut.depth
  const parent = headId === null ? null : (lookUp(after.messages, headId) as Message)
  const hangsRight = headId === cut.parentId || parent?.parentId === cut.parentId
  const { risk } = automatonFor(after.policy).describe(born.state)
  return born.headId === headId && born.depth === depth && hangsRight && risk === riskOf(after)
}

function stepOf(
  automaton: Automaton,
  event: ThreadEvent,
  seen: { readonly before: StateId; readonly after: StateId; readonly history: History; readonly remembered: History },
): Step {
  const before = automaton.describe(seen.before)
  const after = automaton.describe(seen.after)
  return { ...seen, policy: automaton.policy, before, event, accepted: true, code: null, after }
}

const brokenIn = (step: Step, threadId: string): readonly Breach[] =>
  laws.filter(({ holds }) => !holds(step)).map(({ id, law }) => ({ id, law, threadId }))
