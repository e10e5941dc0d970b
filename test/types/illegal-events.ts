/** Events that must not compile: each line below is a mistake that the types are there to catch. */
import type { Actor, EventOf, LifecycleEvent, Policy } from '../../machines/events.js'

const user: Actor = { kind: 'user' }
const assistant: Actor = { kind: 'assistant' }
const system: Actor = { kind: 'system' }

export const legal: LifecycleEvent = {
  type: 'message.received',
  actor: user,
  data: { threadId: 't', messageId: 'm', content: 'hello' },
}

// @ts-expect-error There is no such event.
export const unknownType: LifecycleEvent = { type: 'thread.deleted', actor: user, data: { threadId: 't' } }

// @ts-expect-error Every event says who did it.
export const nobody: LifecycleEvent = { type: 'end.confirmed', data: { threadId: 't' } }

// @ts-expect-error There is no such kind of actor.
export const stranger: Actor = { kind: 'admin' }

// @ts-expect-error A message has an id.
export const idless: EventOf<'message.received'>['data'] = { threadId: 't', content: 'hello' }

// @ts-expect-error Data of one type of event is not data of another.
export const mixed: LifecycleEvent = { type: 'end.proposed', actor: assistant, data: { threadId: 't', rating: 'up' } }

type Sent = EventOf<'message.sent'>['data']
// @ts-expect-error There is no such purpose.
export const threat: Sent = { threadId: 't', messageId: 'm', content: 'x', purpose: 'threat' }
// @ts-expect-error A warning offers an alternative.
export const bareWarning: Sent['warning'] = { behavior: 'insults' }

type Assessed = EventOf<'message.assessed'>['data']
// @ts-expect-error Harm is none or harmful; there is no more-or-less.
export const vague: Assessed = { threadId: 't', messageId: 'm', harm: 'mild', risk: null }
// @ts-expect-error No risk is said as null, not left out: what was not looked at is not known.
export const silent: Assessed = { threadId: 't', messageId: 'm', harm: 'none' }
// @ts-expect-error There is no such kind of risk.
export const otherRisk: Assessed = { threadId: 't', messageId: 'm', harm: 'none', risk: 'annoyance' }

// @ts-expect-error A thread ends on one of two grounds.
export const bored: EventOf<'thread.ended'>['data'] = { threadId: 't', ground: 'boredom', reason: 'r' }

// @ts-expect-error A refusal lists vetoes that exist.
export const invented: EventOf<'end.declined'>['data'] = { threadId: 't', by: 'user', vetoes: ['not-in-the-mood'] }

// @ts-expect-error A fork says where it comes from.
export const rootless: EventOf<'thread.forked'>['data'] = { threadId: 't2' }

// @ts-expect-error An optional field is left out, not set to undefined: the two would be hashed differently.
export const undefinedReason: EventOf<'end.requested'>['data'] = { threadId: 't', reason: undefined }

export function rewrite(event: EventOf<'conversation.opened'>, policy: Policy): void {
  // @ts-expect-error What happened does not change.
  event.data.policy = policy
  // @ts-expect-error A policy never changes for its conversation.
  policy.redirections = 1
}

export const openedBy: LifecycleEvent = {
  type: 'conversation.opened',
  actor: system,
  // @ts-expect-error A log records the whole policy, not the part that differs from the defaults.
  data: { threadId: 't', policy: { redirections: 1 } },
}
