/** Events in few words, for given(…): each names only what its test is about. The thread is `main` unless told. */
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
} from '../../machines/events.js'
import { withDefaults } from '../../src/lifecycle/policy.js'

type Finding = 'none' | 'harmful' | RiskKind

const by = (kind: ActorKind): Actor => ({ kind })

export const opened = (policy: Partial<Policy> = {}, threadId = 'main'): EventOf<'conversation.opened'> => ({
  type: 'conversation.opened',
  actor: by('system'),
  data: { threadId, policy: withDefaults(policy) },
})

export const received = (messageId: string, threadId = 'main'): EventOf<'message.received'> => ({
  type: 'message.received',
  actor: by('user'),
  data: { threadId, messageId, content: `${messageId} says the user` },
})

export function assessed(messageId: string, finding: Finding, threadId = 'main'): EventOf<'message.assessed'> {
  const isHarm = finding === 'none' || finding === 'harmful'
  const data = isHarm ? { harm: finding, risk: null } : { harm: 'none' as const, risk: finding }
  return { type: 'message.assessed', actor: by('assessor'), data: { threadId, messageId, ...data } }
}

export const unassessed = (messageId: string, threadId = 'main'): EventOf<'assessment.failed'> => ({
  type: 'assessment.failed',
  actor: by('assessor'),
  data: { threadId, messageId, error: 'the classifier did not answer' },
})

export function sent(messageId: string, purpose: Purpose = 'reply', threadId = 'main'): EventOf<'message.sent'> {
  const warning = purpose === 'warning' ? { warning: { behavior: 'insults', alternative: 'the question itself' } } : {}
  const data = { threadId, messageId, content: `${messageId} says the assistant`, purpose, ...warning }
  return { type: 'message.sent', actor: by('assistant'), data }
}

export const flagged = (kind: RiskKind = 'crisis', threadId?: string): EventOf<'risk.flagged'> => ({
  type: 'risk.flagged',
  actor: by('operator'),
  data: { kind, ...(threadId !== undefined && { threadId }) },
})

export const cleared = (kind: ActorKind = 'operator'): EventOf<'risk.cleared'> => ({
  type: 'risk.cleared',
  actor: by(kind),
  data: { reason: 'spoken with' },
})

export const requested = (threadId = 'main'): EventOf<'end.requested'> => ({
  type: 'end.requested',
  actor: by('user'),
  data: { threadId },
})

export const confirmed = (threadId = 'main'): EventOf<'end.confirmed'> => ({
  type: 'end.confirmed',
  actor: by('user'),
  data: { threadId },
})

export const withdrawn = (threadId = 'main'): EventOf<'end.withdrawn'> => ({
  type: 'end.withdrawn',
  actor: by('user'),
  data: { threadId },
})

export const proposed = (threadId = 'main'): EventOf<'end.proposed'> => ({
  type: 'end.proposed',
  actor: by('assistant'),
  data: { threadId, reason: 'every warning was ignored' },
})

export const declined = (vetoes: readonly Veto[], threadId = 'main'): EventOf<'end.declined'> => ({
  type: 'end.declined',
  actor: by('system'),
  data: { threadId, by: 'assistant', vetoes },
})

export const ended = (ground: Ground, threadId = 'main', kind: ActorKind = 'assistant'): EventOf<'thread.ended'> => ({
  type: 'thread.ended',
  actor: by(kind),
  data: { threadId, ground, reason: 'as the rules allow' },
})

/** A retry; with `edit`, a branch from an edited message. */
export function forked(
  threadId: string,
  from: { readonly messageId: string; readonly threadId?: string },
  edit?: string,
): EventOf<'thread.forked'> {
  const place = { threadId: from.threadId ?? 'main', messageId: from.messageId }
  const edited = edit === undefined ? {} : { edit: { messageId: edit, content: `${edit} says the user instead` } }
  return { type: 'thread.forked', actor: by('user'), data: { threadId, from: place, ...edited } }
}

export const feedback = (messageId?: string, threadId = 'main'): EventOf<'feedback.given'> => ({
  type: 'feedback.given',
  actor: by('user'),
  data: { threadId, rating: 'down', ...(messageId !== undefined && { messageId }) },
})

export const welfare = (threadId = 'main'): EventOf<'welfare.noted'> => ({
  type: 'welfare.noted',
  actor: by('assistant'),
  data: { threadId, signal: 'distress', intensity: 0.5 },
})

export const erased = (...messageIds: readonly string[]): EventOf<'content.erased'> => ({
  type: 'content.erased',
  actor: by('operator'),
  data: { messageIds, reason: 'asked for' },
})

/** The same event, said by another. */
export const saidBy = <E extends LifecycleEvent>(kind: ActorKind, event: E): E => ({ ...event, actor: by(kind) })

/** One exchange in which the user harms and the assistant answers so; its messages are `u<n>` and `a<n>`. */
export const harmThen = (n: number, purpose: Purpose, threadId = 'main'): readonly LifecycleEvent[] => [
  ...harm(n, threadId),
  sent(`a${n}`, purpose, threadId),
]

/** A message `u<n>` that is found harmful. */
export const harm = (n: number, threadId = 'main'): readonly LifecycleEvent[] => [
  received(`u${n}`, threadId),
  assessed(`u${n}`, 'harmful', threadId),
]

/** A message `u<n>` that is found harmless. */
export const calm = (n: number, threadId = 'main'): readonly LifecycleEvent[] => [
  received(`u${n}`, threadId),
  assessed(`u${n}`, 'none', threadId),
]

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** `count` failed redirections, messages `u1` to `u<count + 1>`: the last one makes the last of them fail. */
export const failedRedirections = (count: number): readonly LifecycleEvent[] => [
  ...range(count).flatMap((n) => harmThen(n, 'redirection')),
  ...harm(count + 1),
]

/** After the failed redirections: `count` warnings ignored, each one given and then met by harm. */
export function ignoredWarnings(count: number, redirections: number): readonly LifecycleEvent[] {
  const warnings = range(count).flatMap((n) => [sent(`w${redirections + n}`, 'warning'), ...harm(redirections + 1 + n)])
  return [...failedRedirections(redirections), ...warnings]
}
