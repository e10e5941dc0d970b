/**
 * Events in few words, for `given(…)` and for stories: each names only what its test is about, and the rest is as it
 * mostly is. The thread is `main` unless told. None checks anything: a test must be able to say what is wrong.
 */
import type {
  Actor,
  ActorKind,
  EventOf,
  Ground,
  LifecycleEvent,
  Policy,
  Purpose,
  RiskKind,
  Veto,
} from '#machines/events.js'
import { withDefaults } from '../lifecycle/policy.js'

/** What an assessment found: no harm, harm, or risk of a kind. */
export type Label = 'none' | 'harmful' | RiskKind

const by = (kind: ActorKind): Actor => ({ kind })

/** The conversation opens, under the default policy but for these fields. */
export const opened = (policy: Partial<Policy> = {}, threadId = 'main'): EventOf<'conversation.opened'> => ({
  type: 'conversation.opened',
  actor: by('system'),
  data: { threadId, policy: withDefaults(policy) },
})

/** The user says `messageId`. */
export const received = (messageId: string, threadId = 'main'): EventOf<'message.received'> => ({
  type: 'message.received',
  actor: by('user'),
  data: { threadId, messageId, content: `${messageId} says the user` },
})

/** A message is found harmless (`none`), harmful, or to show risk of a kind. */
export function assessed(messageId: string, finding: Label, threadId = 'main'): EventOf<'message.assessed'> {
  const isHarm = finding === 'none' || finding === 'harmful'
  const data = isHarm ? { harm: finding, risk: null } : { harm: 'none' as const, risk: finding }
  return { type: 'message.assessed', actor: by('assessor'), data: { threadId, messageId, ...data } }
}

/** The assessor fails on a message (`assessment.failed`). */
export const unassessed = (messageId: string, threadId = 'main'): EventOf<'assessment.failed'> => ({
  type: 'assessment.failed',
  actor: by('assessor'),
  data: { threadId, messageId, error: 'the classifier did not answer' },
})

/** The assistant says `messageId`; a warning names a behaviour and an alternative. */
export function sent(messageId: string, purpose: Purpose = 'reply', threadId = 'main'): EventOf<'message.sent'> {
  const warning = purpose === 'warning' ? { warning: { behavior: 'insults', alternative: 'the question itself' } } : {}
  const data = { threadId, messageId, content: `${messageId} says the assistant`, purpose, ...warning }
  return { type: 'message.sent', actor: by('assistant'), data }
}

/** The operator flags risk; it reaches every thread, whichever is named. */
export const flagged = (kind: RiskKind = 'crisis', threadId?: string): EventOf<'risk.flagged'> => ({
  type: 'risk.flagged',
  actor: by('operator'),
  data: { kind, ...(threadId !== undefined && { threadId }) },
})

/** The risk is cleared, by the operator unless told. */
export const cleared = (kind: ActorKind = 'operator'): EventOf<'risk.cleared'> => ({
  type: 'risk.cleared',
  actor: by(kind),
  data: { reason: 'spoken with' },
})

/** The user asks to end. */
export const requested = (threadId = 'main'): EventOf<'end.requested'> => ({
  type: 'end.requested',
  actor: by('user'),
  data: { threadId },
})

/** The user confirms the end. */
export const confirmed = (threadId = 'main'): EventOf<'end.confirmed'> => ({
  type: 'end.confirmed',
  actor: by('user'),
  data: { threadId },
})

/** The user no longer asks to end. */
export const withdrawn = (threadId = 'main'): EventOf<'end.withdrawn'> => ({
  type: 'end.withdrawn',
  actor: by('user'),
  data: { threadId },
})

/** The assistant proposes to end, as a policy with `handshake` requires. */
export const proposed = (threadId = 'main'): EventOf<'end.proposed'> => ({
  type: 'end.proposed',
  actor: by('assistant'),
  data: { threadId, reason: 'every warning was ignored' },
})

/** An end that the assistant asked for was refused for these vetoes. */
export const declined = (vetoes: readonly Veto[], threadId = 'main'): EventOf<'end.declined'> => ({
  type: 'end.declined',
  actor: by('system'),
  data: { threadId, by: 'assistant', vetoes },
})

/** The thread is ended, by the assistant unless told. */
export const ended = (ground: Ground, threadId = 'main', kind: ActorKind = 'assistant'): EventOf<'thread.ended'> => ({
  type: 'thread.ended',
  actor: by(kind),
  data: { threadId, ground, reason: 'as the rules allow' },
})

/** The new thread `threadId`, cut from another at a message: a retry; with `edit`, the id of the message said instead. */
export function forked(
  threadId: string,
  from: { readonly messageId: string; readonly threadId?: string },
  edit?: string,
): EventOf<'thread.forked'> {
  const place = { threadId: from.threadId ?? 'main', messageId: from.messageId }
  const edited = edit === undefined ? {} : { edit: { messageId: edit, content: `${edit} says the user instead` } }
  return { type: 'thread.forked', actor: by('user'), data: { threadId, from: place, ...edited } }
}

/** The user's thumb goes down, for a message or for the thread. */
export const feedback = (messageId?: string, threadId = 'main'): EventOf<'feedback.given'> => ({
  type: 'feedback.given',
  actor: by('user'),
  data: { threadId, rating: 'down', ...(messageId !== undefined && { messageId }) },
})

/** The assistant notes a sign of distress. */
export const welfare = (threadId = 'main'): EventOf<'welfare.noted'> => ({
  type: 'welfare.noted',
  actor: by('assistant'),
  data: { threadId, signal: 'distress', intensity: 0.5 },
})

/** Messages' content is erased by the operator. */
export const erased = (...messageIds: readonly string[]): EventOf<'content.erased'> => ({
  type: 'content.erased',
  actor: by('operator'),
  data: { messageIds, reason: 'asked for' },
})

/** The same event, said by another. */
export const saidBy = <E extends LifecycleEvent>(kind: ActorKind, event: E): E => ({ ...event, actor: by(kind) })
