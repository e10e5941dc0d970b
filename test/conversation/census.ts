/** Counts what stories came to, and insists that they came to all there is: a property that never met a case proves nothing of it. */
import { expect } from 'vitest'
import { lookUp } from '../../src/conversation/id-index.js'
import type { RejectionCode } from '../../src/conversation/rejection.js'
import { type Conversation, riskOf, type Thread, threadsOf } from '../../src/conversation/state.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { lifecycles } from '../../src/lifecycle/thread-state.js'
import { momentsOf, type Story } from '../../src/testing/stories/story.js'

/** All that `judge` can answer; `already-ended` is a veto only, since `ended` comes before it. */
const codes: readonly RejectionCode[] = [
  'invalid-policy',
  'not-opened',
  'already-opened',
  'unknown-thread',
  'not-permitted',
  'duplicate-thread',
  'unknown-message',
  'wrong-role',
  'duplicate-message',
  'ended',
  'already-assessed',
  'risk-flagged',
  'warning-not-due',
  'confirmation-not-due',
  'risk-not-flagged',
  'not-asked',
  'not-requested',
  'assessment-pending',
  'redirections-remaining',
  'warning-not-given',
  'warning-not-ignored',
  'not-confirmed',
  'not-proposed',
]

const everything: readonly string[] = [
  ...lifecycles.map((lifecycle) => `a thread in ${lifecycle}`),
  ...lifecycles.map((lifecycle) => `a fork of a thread in ${lifecycle}`),
  ...lifecycles.filter((lifecycle) => lifecycle !== 'ended').map((lifecycle) => `a fork born in ${lifecycle}`),
  ...['none', 'requested', 'asked', 'confirmed', 'proposed'].map((closing) => `closing ${closing}`),
  ...codes.map((code) => `refused ${code}`),
  'ended on persistent-harm',
  'ended on user-request',
  'a fork of a fork',
  'a fork while risk is flagged',
  'a fork at the first message',
  'a fork unlike its parent in risk at the cut',
  'risk flagged beside an ended thread',
  'risk cleared',
]

export class Census {
  private readonly seen = new Map<string, number>()

  count(story: Story): void {
    for (const { code } of story.attempts) if (code !== undefined) this.see(`refused ${code}`)
    for (const state of story.states) this.countThreads(state)
    for (const { event } of momentsOf(story, 'thread.ended')) this.see(`ended on ${event.data.ground}`)
    for (const _ of momentsOf(story, 'risk.cleared')) this.see('risk cleared')
    for (const { event, at } of momentsOf(story, 'thread.forked')) {
      const [before, after] = [story.states[at - 1], story.states[at]]
      if (before && after) this.countFork(before, after, event.data.threadId, event.data.from)
    }
  }

  /** What was seen, most frequent first, for whoever tunes the stories. */
  get table(): string {
    const rows = [...this.seen].sort(([, a], [, b]) => b - a)
    return rows.map(([what, times]) => `${times} ${what}`).join('\n')
  }

  /** Insists on these; on all that a story can come to, unless told. */
  expectWidth(needed: readonly string[] = everything): void {
    const missing = needed.filter((what) => !this.seen.has(what))
    expect(missing, `never met; what was met:\n${this.table}`).toEqual([])
  }

  private see(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1)
  }

  private countThreads(conversation: Conversation): void {
    const automaton = automatonFor(conversation.policy)
    for (const { state } of threadsOf(conversation)) {
      const { lifecycle, closing, risk } = automaton.describe(state)
      this.see(`a thread in ${lifecycle}`)
      this.see(`closing ${closing}`)
      if (lifecycle === 'ended' && risk === 'flagged') this.see('risk flagged beside an ended thread')
    }
  }

  private countFork(before: Conversation, after: Conversation, born: string, from: Thread['from']): void {
    const automaton = automatonFor(before.policy)
    const parent = from && lookUp(before.threads, from.threadId)
    const cut = from && lookUp(before.messages, from.messageId)
    const child = lookUp(after.threads, born)
    if (!parent || !cut || !child) return
    this.see(`a fork of a thread in ${automaton.describe(parent.state).lifecycle}`)
    this.see(`a fork born in ${automaton.describe(child.state).lifecycle}`)
    if (parent.from) this.see('a fork of a fork')
    if (cut.depth === 1) this.see('a fork at the first message')
    const risk = riskOf(before)
    if (risk === 'flagged') this.see('a fork while risk is flagged')
    if (automaton.describe(cut.before).risk !== risk) this.see('a fork unlike its parent in risk at the cut')
  }
}
