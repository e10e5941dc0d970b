/** One event of each type with every field that it can have, and which of them it cannot do without. */
import type { EventData, EventType } from '../../machines/events.js'
import { actorsOf } from '../../machines/events.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'

type Full = { readonly [T in EventType]: Required<EventData[T]> }

const here = { threadId: 'main', messageId: 'm1' }

/** Every field present. */
export const fullData: Full = {
  'conversation.opened': { threadId: 'main', policy: defaultPolicy, owner: 'o', machine: 'm', continuedFrom: 'c0' },
  'message.received': { ...here, content: 'hello' },
  'message.assessed': { ...here, harm: 'harmful', risk: null, categories: ['insult'], confidence: 0.5 },
  'assessment.failed': { ...here, error: 'late' },
  'message.sent': {
    ...here,
    content: [{ type: 'text', text: 'stop' }],
    purpose: 'warning',
    warning: { behavior: 'insults', alternative: 'the question' },
  },
  'risk.flagged': { ...here, kind: 'crisis', note: 'seen' },
  'risk.cleared': { reason: 'spoken with' },
  'end.requested': { threadId: 'main', reason: 'done' },
  'end.confirmed': { threadId: 'main' },
  'end.withdrawn': { threadId: 'main' },
  'end.proposed': { threadId: 'main', reason: 'ignored' },
  'end.declined': { threadId: 'main', by: 'user', vetoes: ['not-asked'] },
  'thread.ended': { threadId: 'main', ground: 'user-request', reason: 'asked' },
  'thread.forked': { threadId: 'b', from: here, edit: { messageId: 'm2', content: 'instead' } },
  'feedback.given': { ...here, rating: 'up', comment: 'good' },
  'welfare.noted': { threadId: 'main', signal: 'distress', intensity: 0.5, note: 'n' },
  'content.erased': { messageIds: ['m1'], reason: 'asked for' },
}

/** Fields of `data` that may be missing; every other one is required. */
export const optionalFields: { readonly [T in EventType]: readonly string[] } = {
  'conversation.opened': ['owner', 'machine', 'continuedFrom'],
  'message.received': [],
  'message.assessed': ['categories', 'confidence'],
  'assessment.failed': [],
  'message.sent': [],
  'risk.flagged': ['threadId', 'messageId', 'note'],
  'risk.cleared': [],
  'end.requested': ['reason'],
  'end.confirmed': [],
  'end.withdrawn': [],
  'end.proposed': [],
  'end.declined': [],
  'thread.ended': [],
  'thread.forked': ['edit'],
  'feedback.given': ['messageId', 'comment'],
  'welfare.noted': ['note'],
  'content.erased': [],
}

/** An event as loose JSON, to be spoilt. */
export interface Specimen {
  readonly type: string
  readonly data: { readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** A whole event of this type, every field of its envelope and its data present. */
export const specimenOf = (type: EventType): Specimen => ({
  id: 'e1',
  conversationId: 'c1',
  version: 1,
  type,
  schema: 1,
  recordedAt: '2026-01-01T00:00:00.000Z',
  actor: { kind: actorsOf[type][0], id: 'someone' },
  data: fullData[type],
  causationId: 'e0',
  correlationId: 'r1',
  hash: 'ab',
})

/** The same object without one field. */
export function without<O extends object>(object: O, field: string): O {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field)) as O
}
