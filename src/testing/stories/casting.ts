/** Turns a letter, or mere chance, into a concrete event for a conversation as it now stands. */
import type { ActorKind, EventOf, LifecycleEvent, Purpose, RiskKind } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'
import { type Conversation, type Message, type Thread, threadsOf, transcriptOf } from '../../conversation/state.js'
import { letters } from '../../lifecycle/alphabet.js'
import { automatonFor } from '../../lifecycle/automaton.js'
import * as say from '../events.js'
import type { Chance } from './chance.js'

const riskKinds: readonly RiskKind[] = ['self-harm', 'crisis', 'harm-to-others']
const purposes: readonly Purpose[] = ['reply', 'redirection', 'warning', 'support', 'confirmation']
const actorKinds: readonly ActorKind[] = ['user', 'assistant', 'assessor', 'operator', 'system']
const grounds = ['persistent-harm', 'user-request'] as const

type Assessment = Extract<ThreadEvent, { type: 'message.assessed' }>

/** A conversation, one of its threads, and ids that nobody has used. */
export class Stage {
  readonly line: readonly Message[]

  constructor(
    readonly conversation: Conversation,
    readonly thread: Thread,
    private readonly chance: Chance,
  ) {
    this.line = transcriptOf(conversation, thread)
  }

  private get users(): readonly Message[] {
    return this.line.filter(({ role }) => role === 'user')
  }

  // Most often assessed already, or spoken for.
  private get firstSaid(): string | undefined {
    return this.users[0]?.messageId
  }

  private freshMessage(letter: string): string {
    return `${letter}${this.conversation.version}`
  }

  private freshThread(): string {
    return `t${this.conversation.version}`
  }

  private lifecycleBefore({ before }: Message): string {
    return automatonFor(this.conversation.policy).describe(before).lifecycle
  }

  /** An event of this letter; `undefined` if the line has no message that it could name. */
  cast(letter: number): LifecycleEvent | undefined {
    const event = letters[letter]?.event
    const { threadId } = this.thread
    switch (event?.type) {
      case 'message.received':
        return say.received(this.freshMessage('u'), threadId)
      case 'message.sent':
        return say.sent(this.freshMessage('a'), event.data.purpose, threadId)
      case 'message.assessed':
        return this.assessed(event)
      case 'risk.cleared':
        return say.cleared(event.actor.kind)
      case 'thread.ended':
        return say.ended(event.data.ground, threadId, this.endingActor(event.data.ground))
      case 'thread.forked':
        return this.castFork(event.data.edit !== undefined)
      default:
        return event && this.plain(event.type)
    }
  }

  private plain(type: ThreadEvent['type']): LifecycleEvent | undefined {
    const { threadId } = this.thread
    switch (type) {
      case 'assessment.failed':
        return this.users.length > 0 ? say.unassessed(this.chance.of(this.users).messageId, threadId) : undefined
      case 'risk.flagged':
        return say.flagged(this.chance.of(riskKinds), this.chance.of([threadId, undefined]))
      case 'end.requested':
        return say.requested(threadId)
      case 'end.confirmed':
        return say.confirmed(threadId)
      case 'end.withdrawn':
        return say.withdrawn(threadId)
      case 'end.proposed':
        return say.proposed(threadId)
      case 'end.declined':
        return say.declined(['assessment-pending'], threadId)
      case 'feedback.given':
        return say.feedback(this.chance.of([undefined, ...this.line])?.messageId, threadId)
      case 'welfare.noted':
        return say.welfare(threadId)
      default:
        return say.erased(...this.line.slice(-2).map(({ messageId }) => messageId))
    }
  }

  private assessed({ data, latest }: Assessment): LifecycleEvent | undefined {
    const waiting = this.users.filter(({ depth }) => depth > this.thread.assessedDepth)
    const last = waiting.at(-1)
    const earlier = waiting.slice(0, -1)
    const message = latest ? last : earlier.length > 0 ? this.chance.of(earlier) : undefined
    const finding = data.risk === null ? data.harm : this.chance.of(riskKinds)
    return message && say.assessed(message.messageId, finding, this.thread.threadId)
  }

  private endingActor(ground: 'persistent-harm' | 'user-request'): ActorKind {
    return ground === 'user-request' ? this.chance.of(['assistant', 'user']) : 'assistant'
  }

  /** A branch from an edit, or a retry, at any message of the line that allows it; `undefined` if none does. */
  castFork(isEdit: boolean): EventOf<'thread.forked'> | undefined {
    const cuts = this.line.filter(({ role }) => (role === 'user') === isEdit)
    if (cuts.length === 0) return undefined
    // First how the thread stood there, then where: else the rare places would hardly be met.
    const stood = this.chance.of([...new Set(cuts.map((cut) => this.lifecycleBefore(cut)))])
    const there = cuts.filter((cut) => this.lifecycleBefore(cut) === stood)
    return this.forkAt(this.chance.of(there).messageId, isEdit)
  }

  /** A branch from an edit, or a retry, at this message. */
  forkAt(messageId: string, isEdit: boolean): EventOf<'thread.forked'> {
    const from = { threadId: this.thread.threadId, messageId }
    return say.forked(this.freshThread(), from, isEdit ? this.freshMessage('u') : undefined)
  }

  /** Any event at all, most of them not accepted: ids and actors may be right or wrong. */
  castAnything(): LifecycleEvent {
    const { chance } = this
    const event = this.anything()
    return chance.onceIn(3) ? say.saidBy(chance.of(actorKinds), event) : event
  }

  private anything(): LifecycleEvent {
    const { chance } = this
    const known = threadsOf(this.conversation).map(({ threadId }) => threadId)
    const threadId = chance.of([this.thread.threadId, ...known, 'nowhere'])
    const onLine = this.line.map(({ messageId }) => messageId)
    const messageId = chance.of([this.freshMessage('m'), 'nothing', 'u1', ...onLine])
    const makers: readonly (() => LifecycleEvent)[] = [
      () => say.opened(chance.of([{}, { redirections: 0 }, { warnings: 4 }, { riskClearedBy: [] }])),
      () => say.received(messageId, threadId),
      () => say.sent(messageId, chance.of(purposes), threadId),
      () => say.assessed(messageId, chance.of(['none', 'harmful', ...riskKinds]), threadId),
      () => say.assessed(this.firstSaid ?? messageId, chance.of(['none', 'harmful']), this.thread.threadId),
      () => say.unassessed(messageId, threadId),
      () => say.flagged(chance.of(riskKinds), threadId),
      () => say.cleared(chance.of(actorKinds)),
      () => say.requested(threadId),
      () => say.confirmed(threadId),
      () => say.withdrawn(threadId),
      () => say.proposed(threadId),
      () => say.declined([], threadId),
      () => say.ended(chance.of(grounds), threadId, chance.of(['assistant', 'user'])),
      () => this.anyFork(threadId, messageId),
      () => say.feedback(messageId, threadId),
      () => say.welfare(threadId),
      () => say.erased(messageId),
    ]
    return chance.of(makers)()
  }

  private anyFork(threadId: string, messageId: string): LifecycleEvent {
    const { chance } = this
    const newThread = chance.of([this.freshThread(), this.freshThread(), threadId])
    const edit = chance.of([undefined, this.freshMessage('e'), 'u1'])
    return say.forked(newThread, { threadId, messageId }, edit)
  }
}
