/**
 * SPEC §4 a second time, read off its text as plainly as can be, to hold the library against: mutable, slow, and of no
 * use but to be right. It must share nothing with the library but the types of the log; when the two differ, one of
 * them has misread the page. It starts where the envelope is in order: gaps and double ids are the log's to judge.
 */
import type { ActorKind, LifecycleEvent, Policy } from '../../machines/events.js'
import { assess, type Condition, flag, fresh, ruleRefusal, speak } from './spec-oracle-thread.js'
import { vetoesAgainst } from './spec-oracle-vetoes.js'

interface Said {
  readonly id: string
  readonly role: 'user' | 'assistant'
  /** The line's condition just before this was added. */
  readonly before: Condition
}

/** A thread: its condition and its whole line, inherited messages included. */
interface Line {
  readonly id: string
  now: Condition
  said: Said[]
}

/** What `replay --json` prints, but for `conversationId`. */
export interface Report {
  readonly version: number
  readonly risk: string
  readonly threads: readonly unknown[]
}

const acceptedWhenEnded = 'risk.flagged risk.cleared end.declined feedback.given welfare.noted content.erased'.split(
  ' ',
)

const who: { readonly [type in LifecycleEvent['type']]: string } = {
  'conversation.opened': 'system',
  'message.received': 'user',
  'message.assessed': 'assessor',
  'assessment.failed': 'assessor',
  'message.sent': 'assistant',
  'risk.flagged': 'assessor operator assistant system',
  'risk.cleared': 'user assistant assessor operator system',
  'end.requested': 'user',
  'end.confirmed': 'user',
  'end.withdrawn': 'user',
  'end.proposed': 'assistant',
  'end.declined': 'system',
  'thread.ended': 'assistant user',
  'thread.forked': 'user',
  'feedback.given': 'user',
  'welfare.noted': 'assistant assessor',
  'content.erased': 'operator system',
}

const isWhole = (value: unknown, max: number) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max

function isPolicy({ redirections, warnings, calmTurns, handshake, userMayEnd, riskClearedBy }: Policy): boolean {
  const counters = isWhole(redirections, 10) && isWhole(warnings, 3) && isWhole(calmTurns, 10)
  const clearers = riskClearedBy.length > 0 && riskClearedBy.every((kind) => /^(operator|assessor)$/.test(kind))
  return counters && clearers && typeof handshake === 'boolean' && typeof userMayEnd === 'boolean'
}

export class SpecOracle {
  private policy: Policy | undefined
  private version = 0
  private risk: 'clear' | 'flagged' = 'clear'
  private readonly lines = new Map<string, Line>()
  private readonly messageIds = new Set<string>()

  /** Takes the event if the SPEC accepts it; else answers with the code, and nothing has changed. */
  offer(event: LifecycleEvent): string | undefined {
    const code = this.refusal(event)
    if (code === undefined) {
      this.version += 1
      this.take(event)
    }
    return code
  }

  report(): Report {
    const { policy } = this
    if (!policy) return { version: 0, risk: 'clear', threads: [] }
    const threads = [...this.lines.values()].map(({ id, now: { spokenFor, ...words }, said }) => ({
      threadId: id,
      ...words,
      messages: said.map((message) => message.id),
      vetoes: {
        'persistent-harm': vetoesAgainst('persistent-harm', words, policy),
        'user-request': vetoesAgainst('user-request', words, policy),
      },
    }))
    return { version: this.version, risk: this.risk, threads }
  }

  // "Codes, and which one when several apply", in its order.
  private refusal(event: LifecycleEvent): string | undefined {
    if (event.type === 'conversation.opened' && !isPolicy(event.data.policy)) return 'invalid-policy'
    if (!this.policy && event.type !== 'conversation.opened') return 'not-opened'
    if (this.policy && event.type === 'conversation.opened') return 'already-opened'
    const line = this.lineOf(event)
    if (this.policy && !line) return 'unknown-thread'
    if (!this.actorMay(event, event.actor.kind)) return 'not-permitted'
    if (!line || !this.policy) return undefined
    if (event.type === 'thread.forked') return this.forkRefusal(event, line)
    if (line.now.lifecycle === 'ended' && !acceptedWhenEnded.includes(event.type)) return 'ended'
    return this.idRefusal(event, line) ?? ruleRefusal(event, line.now, this.policy)
  }

  private actorMay(event: LifecycleEvent, kind: ActorKind): boolean {
    if (event.type === 'thread.ended' && kind === 'user') return event.data.ground === 'user-request'
    return who[event.type].split(' ').includes(kind)
  }

  // The thread an event is about; what names none is about the conversation, for which its first thread stands.
  private lineOf(event: LifecycleEvent): Line | undefined {
    const [first] = this.lines.values()
    if (event.type === 'thread.forked') return this.lines.get(event.data.from.threadId)
    if (event.type === 'content.erased' || event.type === 'risk.cleared') return first
    return event.data.threadId === undefined ? first : this.lines.get(event.data.threadId)
  }

  private forkRefusal(event: Extract<LifecycleEvent, { type: 'thread.forked' }>, line: Line): string | undefined {
    const { threadId, from, edit } = event.data
    if (this.lines.has(threadId)) return 'duplicate-thread'
    const cut = line.said.find(({ id }) => id === from.messageId)
    if (!cut) return 'unknown-message'
    if (edit ? cut.role !== 'user' : cut.role !== 'assistant') return 'wrong-role'
    return edit && this.messageIds.has(edit.messageId) ? 'duplicate-message' : undefined
  }

  private idRefusal(event: LifecycleEvent, line: Line): string | undefined {
    const find = (id: string) => line.said.findIndex((message) => message.id === id)
    const isUsers = (id: string) => line.said[find(id)]?.role === 'user'
    switch (event.type) {
      case 'message.received':
      case 'message.sent':
        return this.messageIds.has(event.data.messageId) ? 'duplicate-message' : undefined
      case 'message.assessed':
        if (!isUsers(event.data.messageId)) return 'unknown-message'
        return find(event.data.messageId) < line.now.spokenFor ? 'already-assessed' : undefined
      case 'assessment.failed':
        return isUsers(event.data.messageId) ? undefined : 'unknown-message'
      case 'feedback.given':
        return event.data.messageId !== undefined && find(event.data.messageId) < 0 ? 'unknown-message' : undefined
      case 'content.erased':
        return event.data.messageIds.every((id) => this.messageIds.has(id)) ? undefined : 'unknown-message'
      default:
        return undefined
    }
  }

  private take(event: LifecycleEvent): void {
    const line = this.lineOf(event)
    switch (event.type) {
      case 'conversation.opened':
        this.policy = event.data.policy
        this.lines.set(event.data.threadId, { id: event.data.threadId, now: { ...fresh }, said: [] })
        return
      case 'risk.flagged':
        this.flag()
        return
      case 'risk.cleared':
        this.risk = 'clear'
        for (const { now } of this.lines.values()) now.risk = 'clear'
        return
      case 'thread.forked':
        if (line) this.fork(event, line)
        return
      default:
        if (line && this.policy) this.live(event, line, this.policy)
    }
  }

  private flag(): void {
    this.risk = 'flagged'
    for (const { now } of this.lines.values()) flag(now)
  }

  private add(line: Line, id: string, role: 'user' | 'assistant', before: Condition): void {
    this.messageIds.add(id)
    line.said.push({ id, role, before })
  }

  private fork({ data }: Extract<LifecycleEvent, { type: 'thread.forked' }>, parent: Line): void {
    const cutAt = parent.said.findIndex(({ id }) => id === data.from.messageId)
    const before = parent.said[cutAt]?.before ?? fresh
    const line: Line = { id: data.threadId, now: { ...before }, said: parent.said.slice(0, cutAt) }
    this.lines.set(line.id, line)
    if (this.risk === 'flagged') flag(line.now)
    else line.now.risk = 'clear'
    if (!data.edit) return
    this.add(line, data.edit.messageId, 'user', { ...line.now })
    Object.assign(line.now, { lifecycle: 'forked', ignored: 0, closing: 'none', assessment: 'pending' })
  }

  private live(event: LifecycleEvent, line: Line, policy: Policy): void {
    const { now } = line
    switch (event.type) {
      case 'message.received':
        this.add(line, event.data.messageId, 'user', { ...now })
        now.assessment = 'pending'
        if (now.closing === 'confirmed') now.closing = 'asked'
        else if (now.closing === 'proposed') now.closing = 'none'
        return
      case 'message.sent':
        this.add(line, event.data.messageId, 'assistant', { ...now })
        speak(now, event.data.purpose)
        return
      case 'message.assessed': {
        const index = line.said.findIndex(({ id }) => id === event.data.messageId)
        now.spokenFor = index + 1
        if (!line.said.slice(index + 1).some(({ role }) => role === 'user')) now.assessment = 'current'
        if (event.data.risk !== null) this.flag()
        else if (now.risk === 'clear') assess(now, event.data.harm, policy)
        return
      }
      case 'end.requested':
        if (now.closing === 'none' || now.closing === 'proposed') now.closing = 'requested'
        return
      case 'end.confirmed':
        now.closing = 'confirmed'
        return
      case 'end.withdrawn':
        now.closing = 'none'
        return
      case 'end.proposed':
        now.closing = 'proposed'
        return
      case 'thread.ended':
        now.lifecycle = 'ended'
    }
  }
}
