/** What requests may say and what answers look like, as JSON Schema: requests are checked by it, and the document is made of it. */
import Type from 'typebox'
import { vetoes } from '#machines/events.js'
import { type ReviewReason, reasonFields } from '../conversations/listing/review-queue.js'
import { lifecycles } from '../lifecycle/thread-state.js'

const closed = { additionalProperties: false } as const
// A union of a mapped list is of type `never` to TypeScript, hence told outright.
const one = <const T extends string>(...values: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...values] })
const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()])

const id = Type.String({ minLength: 1, maxLength: 512 })
const text = Type.String({ minLength: 1 })
const note = Type.String({ maxLength: 2_000 })
const version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const limit = (maximum: number) => Type.Optional(Type.Integer({ minimum: 1, maximum }))
const cursor = Type.Optional(Type.String({ minLength: 1, maxLength: 2_048 }))

const riskKind = one('self-harm', 'crisis', 'harm-to-others')
const ground = one('persistent-harm', 'user-request')
const veto = one(...vetoes)
const lifecycle = one(...lifecycles)
const risk = one('clear', 'flagged')
const purpose = one('reply', 'redirection', 'warning', 'support', 'confirmation')
const cut = Type.Object({ threadId: id, messageId: id })
const ended = Type.Object({ ground, reason: Type.String(), version })

/** Bodies of requests. A field that is not named here is refused. */
export const bodies = {
  nothing: Type.Object({}, closed),
  open: Type.Object({ continuedFrom: Type.Optional(id) }, closed),
  message: Type.Object({ content: text }, closed),
  fork: Type.Object({ messageId: id, content: text }, closed),
  retry: Type.Object({ messageId: id }, closed),
  requestEnd: Type.Object({ reason: Type.Optional(note) }, closed),
  feedback: Type.Object(
    { rating: one('up', 'down'), messageId: Type.Optional(id), comment: Type.Optional(note) },
    closed,
  ),
  flagRisk: Type.Object(
    { kind: riskKind, threadId: Type.Optional(id), messageId: Type.Optional(id), note: Type.Optional(note) },
    closed,
  ),
  clearRisk: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 2_000 }) }, closed),
} as const

/** Parameters after `?`. */
export const queries = {
  atVersion: Type.Object({ version: Type.Optional(version) }, closed),
  list: Type.Object(
    {
      owner: Type.Optional(Type.String({ maxLength: 256 })),
      state: Type.Optional(lifecycle),
      risk: Type.Optional(risk),
      after: cursor,
      limit: limit(200),
    },
    closed,
  ),
  review: Type.Object(
    {
      reason: Type.Optional(one(...(Object.keys(reasonFields) as ReviewReason[]))),
      after: cursor,
      limit: limit(200),
    },
    closed,
  ),
  events: Type.Object({ fromVersion: Type.Optional(version), limit: limit(1_000) }, closed),
  from: Type.Object({ fromVersion: Type.Optional(version) }, closed),
} as const

const state = Type.Object({
  lifecycle,
  risk,
  assessment: one('current', 'pending'),
  closing: one('none', 'requested', 'asked', 'confirmed', 'proposed'),
  failures: Type.Integer(),
  ignored: Type.Integer(),
  calm: Type.Integer(),
})
const guidance = Type.Object({
  stance: one('engage', 'redirect', 'warn', 'support', 'confirm-end', 'last-resort', 'closed'),
  mayEnd: Type.Boolean(),
  grounds: Type.Array(ground),
  vetoes: Type.Object({ 'persistent-harm': Type.Array(veto), 'user-request': Type.Array(veto) }),
  endTool: one('none', 'propose', 'end'),
  purpose,
  instructions: Type.Optional(Type.String({ description: 'For operators alone.' })),
})
const content = orNull(Type.Union([Type.String(), Type.Array(Type.Object({}))]))
const warning = orNull(Type.Object({ behavior: Type.String(), alternative: Type.String() }))
const message = Type.Object({
  messageId: id,
  role: one('user', 'assistant'),
  content,
  purpose: orNull(purpose),
  warning,
  threadId: id,
  version,
  state,
})
const next = orNull(Type.String())
const served = Type.Object({ name: Type.String(), isDemo: Type.Boolean() })

/** What is answered. More fields may come. */
export const answers = {
  turn: Type.Object({
    conversationId: id,
    threadId: id,
    messageId: Type.Optional(id),
    version,
    state,
    guidance,
  }),
  conversation: Type.Object({
    conversationId: id,
    version,
    owner: Type.Optional(Type.String()),
    continuedFrom: Type.Optional(id),
    risk,
    policy: Type.Object({}),
    rootThreadId: id,
    threads: Type.Array(
      Type.Object({ threadId: id, from: orNull(cut), messages: Type.Integer(), state, ended: orNull(ended) }),
    ),
  }),
  thread: Type.Object({
    conversationId: id,
    threadId: id,
    version,
    owner: Type.Optional(Type.String()),
    state,
    guidance,
    messages: Type.Array(message),
    lineage: Type.Array(Type.Object({ threadId: id, from: orNull(cut) })),
    siblings: Type.Array(id),
    ended: orNull(ended),
  }),
  list: Type.Object({
    conversations: Type.Array(Type.Object({ conversationId: id, version, state: lifecycle, risk })),
    next,
  }),
  review: Type.Object({ entries: Type.Array(Type.Object({ conversationId: id, version })), next }),
  events: Type.Object({ events: Type.Array(Type.Object({ version, type: Type.String() })) }),
  about: Type.Object({ name: Type.String(), version: Type.String(), model: served, assessor: served }),
  document: Type.Object({ openapi: Type.String() }),
  stream: Type.String({ description: 'Server-sent events; see the description of the operation.' }),
  problem: Type.Object({
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    vetoes: Type.Optional(Type.Array(veto)),
  }),
} as const
