/**
 * What a source tells of a conversation, in the words of the log but not yet in it: events with ids made from the
 * source's own, so that the same source always tells the same.
 */
import type { Actor, EventData, LifecycleEvent } from '#machines/events.js'
import type { Assessment } from '../../conversations/assessing.js'
import { machineId } from '../../lifecycle/machine-id.js'
import { defaultPolicy } from '../../lifecycle/policy.js'

/** An event before the log gives it a place; `saidAt` (RFC 3339) is when the source says it happened, if it does. */
export type DraftEvent = LifecycleEvent & { readonly id: string; readonly saidAt: string | null }

export interface Draft {
  readonly conversationId: string
  readonly events: readonly DraftEvent[]
  /** Messages that the source gives without their text, kept in their place and empty. */
  readonly emptied: number
}

/** How a user's message was judged, and by whom. */
export interface Judgement {
  readonly assessment: Assessment
  readonly actor: Actor
}

/** A message that its source left unassessed, taken for harmless because whoever imports it said so. */
export const assumedHarmless: Judgement = {
  assessment: { harm: 'none', risk: null },
  actor: { kind: 'assessor', id: 'assumed-harmless' },
}

type Spoken = EventData['message.received']

/** Collects a conversation's events. Each id names its kind first, so that no message's id can pass for another's event. */
export class Drafting {
  readonly events: DraftEvent[] = []
  private saidAt: string | null = null

  constructor(threadId: string) {
    const data = { threadId, policy: defaultPolicy, machine: machineId() }
    this.add('opening', { type: 'conversation.opened', actor: { kind: 'system' }, data })
  }

  /** When what comes next was said. The opening is as old as the first message. */
  at(saidAt: string | null): void {
    this.saidAt = saidAt
    const [opening] = this.events
    if (opening && this.events.length === 1) this.events[0] = { ...opening, saidAt }
  }

  receive(data: Spoken): void {
    this.add(`message:${data.messageId}`, { type: 'message.received', actor: { kind: 'user' }, data })
  }

  reply(data: Spoken): void {
    const sent = { ...data, purpose: 'reply' } as const
    this.add(`message:${data.messageId}`, { type: 'message.sent', actor: { kind: 'assistant' }, data: sent })
  }

  fork(data: EventData['thread.forked']): void {
    const id = data.edit ? `message:${data.edit.messageId}` : `thread:${data.threadId}`
    this.add(id, { type: 'thread.forked', actor: { kind: 'user' }, data })
  }

  assess(where: Pick<Spoken, 'threadId' | 'messageId'>, { assessment, actor }: Judgement): void {
    const data = { ...assessment, ...where }
    this.add(`assessment:${where.messageId}`, { type: 'message.assessed', actor, data })
  }

  private add(id: string, event: LifecycleEvent): void {
    this.events.push({ id, saidAt: this.saidAt, ...event })
  }
}
