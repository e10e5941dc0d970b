/**
 * The words of the log (SPEC §3): what can happen to a conversation, and who may say so.
 *
 * The names below are the storage format: events under these names stand in logs that must be read for ever.
 * Never rename one; add a newer schema and an upcast instead.
 */

export type RiskKind = 'self-harm' | 'crisis' | 'harm-to-others'
export type Harm = 'none' | 'harmful'
export type Purpose = 'reply' | 'redirection' | 'warning' | 'support' | 'confirmation'
export type Ground = 'persistent-harm' | 'user-request'
export type ActorKind = 'user' | 'assistant' | 'assessor' | 'operator' | 'system'

/** Who did it; `id` is the caller's own name for them. */
export interface Actor {
  readonly kind: ActorKind
  readonly id?: string
}

/** SPEC §2: plain data, recorded in a conversation's first event, never changed for that conversation. */
export interface Policy {
  /** Failed redirections before a warning is due, 1 to 10. */
  readonly redirections: number
  /** Ignored warnings before ending is permitted, 1 to 3. */
  readonly warnings: number
  /** Consecutive harmless assessments that reset the failed redirections, 1 to 10. */
  readonly calmTurns: number
  /** Whether the assistant must propose the end and then ask again, with no user message between. */
  readonly handshake: boolean
  /** Whether a user may ask to end (SPEC R7). */
  readonly userMayEnd: boolean
  /** Whose `risk.cleared` counts; never the user's, never the assistant's. */
  readonly riskClearedBy: readonly ('operator' | 'assessor')[]
}

/** One block of a provider's structured content; any JSON object. */
export type ContentBlock = { readonly [key: string]: unknown }
/** What was said: plain text, or a provider's content blocks. */
export type Content = string | readonly ContentBlock[]
/** Content as a log gives it back: `null` once it was erased. What is written must have some. */
export type ErasableContent = Content | null

/** What a warning must say (SPEC R2): the behaviour, and something better to do. */
export interface Warning {
  readonly behavior: string
  readonly alternative: string
}

/** All that can stand in the way of an end, in the order in which SPEC §4 lists them. */
export const vetoes = [
  'already-ended',
  'risk-flagged',
  'assessment-pending',
  'redirections-remaining',
  'warning-not-given',
  'warning-not-ignored',
  'not-requested',
  'not-asked',
  'not-confirmed',
  'not-proposed',
] as const
export type Veto = (typeof vetoes)[number]

/** What each event says: SPEC §3, column "data". */
export interface EventData {
  'conversation.opened': {
    readonly threadId: string
    readonly policy: Policy
    readonly owner?: string
    readonly machine?: string
    readonly continuedFrom?: string
  }
  'message.received': { readonly threadId: string; readonly messageId: string; readonly content: ErasableContent }
  'message.assessed': {
    readonly threadId: string
    readonly messageId: string
    readonly harm: Harm
    readonly risk: RiskKind | null
    readonly categories?: readonly string[] | { readonly [category: string]: number | boolean }
    /** 0 to 1. */
    readonly confidence?: number
  }
  'assessment.failed': { readonly threadId: string; readonly messageId: string; readonly error: string }
  'message.sent': {
    readonly threadId: string
    readonly messageId: string
    readonly content: ErasableContent
    readonly purpose: Purpose
    readonly warning?: Warning
  }
  'risk.flagged': {
    readonly kind: RiskKind
    readonly threadId?: string
    readonly messageId?: string
    readonly note?: string
  }
  'risk.cleared': { readonly reason: string }
  'end.requested': { readonly threadId: string; readonly reason?: string }
  'end.confirmed': { readonly threadId: string }
  'end.withdrawn': { readonly threadId: string }
  'end.proposed': { readonly threadId: string; readonly reason: string }
  'end.declined': { readonly threadId: string; readonly by: 'assistant' | 'user'; readonly vetoes: readonly Veto[] }
  'thread.ended': { readonly threadId: string; readonly ground: Ground; readonly reason: string }
  'thread.forked': {
    readonly threadId: string
    readonly from: { readonly threadId: string; readonly messageId: string }
    readonly edit?: { readonly messageId: string; readonly content: ErasableContent }
  }
  'feedback.given': {
    readonly threadId: string
    readonly messageId?: string
    readonly rating: 'up' | 'down'
    readonly comment?: string
  }
  'welfare.noted': {
    readonly threadId: string
    readonly signal: string
    /** 0 to 1. */
    readonly intensity: number
    readonly note?: string
  }
  'content.erased': { readonly messageIds: readonly string[]; readonly reason: string }
}

export type EventType = keyof EventData

/** One thing that happened, and who did it: an event without the envelope that the log puts around it. */
export type LifecycleEvent = {
  [T in EventType]: { readonly type: T; readonly actor: Actor; readonly data: EventData[T] }
}[EventType]

/** The event of one type. */
export type EventOf<T extends EventType> = Extract<LifecycleEvent, { type: T }>

/**
 * Who may report what: SPEC §3, column "who". `risk.cleared` stands open here, for it is the policy that names whose
 * clearance counts; the chart's guard asks it.
 */
export const actorsOf: { readonly [T in EventType]: readonly ActorKind[] } = {
  'conversation.opened': ['system'],
  'message.received': ['user'],
  'message.assessed': ['assessor'],
  'assessment.failed': ['assessor'],
  'message.sent': ['assistant'],
  'risk.flagged': ['assessor', 'operator', 'assistant', 'system'],
  'risk.cleared': ['user', 'assistant', 'assessor', 'operator', 'system'],
  'end.requested': ['user'],
  'end.confirmed': ['user'],
  'end.withdrawn': ['user'],
  'end.proposed': ['assistant'],
  'end.declined': ['system'],
  'thread.ended': ['assistant', 'user'],
  'thread.forked': ['user'],
  'feedback.given': ['user'],
  'welfare.noted': ['assistant', 'assessor'],
  'content.erased': ['operator', 'system'],
}

/** Whether SPEC §3 lets this kind of actor report this event; a user ends only on the user's own request. */
export function actorMay(event: LifecycleEvent): boolean {
  if (!actorsOf[event.type].includes(event.actor.kind)) return false
  return !(event.type === 'thread.ended' && event.actor.kind === 'user' && event.data.ground !== 'user-request')
}
