/**
 * Watches a conversation from outside: hears each event and each answer, reads the threads' states as they are reported,
 * and tells the steps that the laws judge. It remembers as the proof's observer does, thread by thread, and copies that
 * memory at a fork. What it judges is not asked how it works.
 */
import { actorMay, type LifecycleEvent, type Policy } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'
import { letterNamed, letterOf, letters, type ThreadLifeEvent } from '../../lifecycle/alphabet.js'
import type { RefusalCode } from '../../lifecycle/automaton.js'
import type { ThreadState } from '../../lifecycle/thread-state.js'
import type { ConversationReport, ThreadReport } from '../../log/report.js'
import { type History, noHistory, remember } from '../../proof/history.js'
import type { Step } from '../../proof/invariants.js'
import { type Atlas, atlasOf } from '../stories/atlas.js'

/** One event as one thread met it. */
export interface Witnessed {
  readonly threadId: string
  readonly letter: number
  readonly step: Step
}

/** What is known of a line of messages at one point. */
interface Line {
  readonly history: History
  readonly latestUser: string | undefined
}

/** A line, and how its thread stood, just before a message was added. */
interface Cut extends Line {
  readonly state: ThreadState
}

const structural: readonly string[] = [
  'invalid-event',
  'invalid-policy',
  'version-gap',
  'duplicate-event',
  'not-opened',
  'already-opened',
  'unknown-thread',
  'duplicate-thread',
  'unknown-message',
  'wrong-role',
  'duplicate-message',
  'already-assessed',
]

const flagged: ThreadEvent = { type: 'risk.flagged' }
const reachesAll = (event: LifecycleEvent): boolean =>
  event.type === 'risk.flagged' || event.type === 'risk.cleared' || event.type === 'content.erased'

/** One thread in a report. */
export const threadIn = (report: ConversationReport, threadId: string): ThreadReport | undefined =>
  report.threads.find((thread) => thread.threadId === threadId)

export class Witness {
  private readonly lines = new Map<string, Line>()
  private readonly cuts = new Map<string, Cut>()
  private readonly atlas: Atlas

  constructor(private readonly policy: Policy) {
    this.atlas = atlasOf(policy)
  }

  /**
   * Hears one event and how it was answered.
   * @param code why it was refused; `null` if it was accepted.
   * @returns the steps that threads took by it; none where the refusal is about ids or order, which no machine knows.
   */
  hear(
    event: LifecycleEvent,
    code: string | null,
    reports: { readonly before: ConversationReport; readonly after: ConversationReport },
  ): readonly Witnessed[] {
    if (event.type === 'conversation.opened') {
      if (code === null) this.lines.set(event.data.threadId, { history: noHistory, latestUser: undefined })
      return []
    }
    if (code !== null && (structural.includes(code) || !actorMay(event))) return []
    if (event.type === 'thread.forked') return code === null ? this.hearFork(event, reports) : []
    const steps = this.stepsOf(event, code, reports)
    if (code === null) this.keep(event, steps, reports.before)
    return steps
  }

  private hearFork(
    event: Extract<LifecycleEvent, { type: 'thread.forked' }>,
    { before, after }: { readonly before: ConversationReport; readonly after: ConversationReport },
  ): readonly Witnessed[] {
    const { threadId, from, edit } = event.data
    const cut = this.cuts.get(from.messageId)
    const born = threadIn(after, threadId)
    if (!cut || !born) return []
    const there = this.withRiskOfNow(cut, before.risk === 'flagged')
    const taken = this.step(there, { event, code: null, after: born })
    this.lines.set(threadId, {
      history: taken.step.remembered,
      latestUser: edit?.messageId ?? cut.latestUser,
    })
    if (edit) this.cuts.set(edit.messageId, there)
    return [{ ...taken, threadId }]
  }

  // The new thread begins with the conversation's risk of now: flagged anew if it is, cleared if it was and is no more.
  private withRiskOfNow(cut: Cut, isFlagged: boolean): Cut {
    if (!isFlagged && !cut.history.flagged) return cut
    const kind = this.policy.riskClearedBy[0] ?? 'operator'
    const event: ThreadEvent = isFlagged ? flagged : { type: 'risk.cleared', actor: { kind } }
    const letter = letterNamed(isFlagged ? 'risk.flagged' : `risk.cleared(${kind})`)
    const known = this.atlas.numberOf(cut.state)
    const next = known === undefined ? -1 : this.atlas.automaton.step(known, letter)
    const state = next >= 0 ? this.atlas.automaton.describe(next) : cut.state
    return { ...cut, state, history: remember(cut.history, event, this.policy) }
  }

  private stepsOf(
    event: Exclude<ThreadLifeEvent, { type: 'thread.forked' }>,
    code: string | null,
    { before, after }: { readonly before: ConversationReport; readonly after: ConversationReport },
  ): readonly Witnessed[] {
    const named = 'threadId' in event.data ? event.data.threadId : undefined
    const risk = event.type === 'message.assessed' && event.data.risk !== null && code === null
    return before.threads.flatMap((thread) => {
      const { threadId } = thread
      const line = this.lines.get(threadId)
      const now = threadIn(after, threadId)
      if (!line || !now) return []
      const isAbout = reachesAll(event) || threadId === named
      if (!isAbout && !risk) return []
      const met = { event: isAbout ? event : flagged, code, after: now }
      return [{ ...this.step({ ...line, state: thread }, met), threadId }]
    })
  }

  private step(
    { history, state, latestUser }: Cut,
    met: { readonly event: ThreadLifeEvent | ThreadEvent; readonly code: string | null; readonly after: ThreadState },
  ): Omit<Witnessed, 'threadId'> {
    const { policy } = this
    const accepted = met.code === null
    const latest = met.event.type === 'message.assessed' && named(met.event) === latestUser
    const letter = letterOf(met.event as ThreadLifeEvent, latest)
    const { event } = letters[letter] as (typeof letters)[number]
    const remembered = accepted ? remember(history, event, policy) : history
    const code = met.code as RefusalCode | null
    return { letter, step: { policy, history, before: state, event, accepted, code, after: met.after, remembered } }
  }

  private keep(
    event: Exclude<ThreadLifeEvent, { type: 'thread.forked' }>,
    steps: readonly Witnessed[],
    before: ConversationReport,
  ): void {
    if (event.type === 'message.received' || event.type === 'message.sent') {
      const { threadId, messageId } = event.data
      const line = this.lines.get(threadId)
      const state = threadIn(before, threadId)
      if (line && state) this.cuts.set(messageId, { ...line, state })
    }
    for (const { threadId, step } of steps) {
      const isSaid = event.type === 'message.received' && event.data.threadId === threadId
      const latestUser = isSaid ? event.data.messageId : this.lines.get(threadId)?.latestUser
      this.lines.set(threadId, { history: step.remembered, latestUser })
    }
  }
}

const named = (event: ThreadLifeEvent | ThreadEvent): string | undefined =>
  'data' in event && 'messageId' in event.data ? event.data.messageId : undefined
