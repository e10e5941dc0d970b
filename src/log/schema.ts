/**
 * What an event must look like, as JSON Schema: SPEC §3 in a form that a machine checks. A type test holds these equal
 * to the types in `machines/events.ts`. Fields that the schema does not name are refused: nothing unknown is kept
 * unread, and nothing is dropped in silence.
 */
import Type from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { type EventType, vetoes } from '#machines/events.js'
import { currentSchema } from './recorded-event.js'

const strict = { additionalProperties: false } as const
const id = Type.String({ minLength: 1 })
const text = Type.String()
const spoken = Type.String({ minLength: 1 })
const one = <const T extends string>(...values: readonly T[]) => Type.Union(values.map((value) => Type.Literal(value)))
const riskKind = one('self-harm', 'crisis', 'harm-to-others')
const ground = one('persistent-harm', 'user-request')
const share = Type.Number({ minimum: 0, maximum: 1 })
const content = Type.Union([Type.String(), Type.Array(Type.Object({}))])
const erasable = Type.Union([content, Type.Null()])
const threadOnly = Type.Object({ threadId: id }, strict)

// The policy's bounds are `policyFault`'s to check, which has a code of its own for them.
const fixed = {
  'conversation.opened': Type.Object(
    {
      threadId: id,
      policy: Type.Object({}),
      owner: Type.Optional(text),
      machine: Type.Optional(text),
      continuedFrom: Type.Optional(text),
    },
    strict,
  ),
  'message.assessed': Type.Object(
    {
      threadId: id,
      messageId: id,
      harm: one('none', 'harmful'),
      risk: Type.Union([riskKind, Type.Null()]),
      categories: Type.Optional(
        Type.Union([Type.Array(text), Type.Record(Type.String(), Type.Union([Type.Number(), Type.Boolean()]))]),
      ),
      confidence: Type.Optional(share),
    },
    strict,
  ),
  'assessment.failed': Type.Object({ threadId: id, messageId: id, error: text }, strict),
  'risk.flagged': Type.Object(
    { kind: riskKind, threadId: Type.Optional(id), messageId: Type.Optional(id), note: Type.Optional(text) },
    strict,
  ),
  'risk.cleared': Type.Object({ reason: text }, strict),
  'end.requested': Type.Object({ threadId: id, reason: Type.Optional(text) }, strict),
  'end.confirmed': threadOnly,
  'end.withdrawn': threadOnly,
  'end.proposed': Type.Object({ threadId: id, reason: text }, strict),
  'end.declined': Type.Object(
    { threadId: id, by: one('assistant', 'user'), vetoes: Type.Array(one(...vetoes)) },
    strict,
  ),
  'thread.ended': Type.Object({ threadId: id, ground, reason: text }, strict),
  'feedback.given': Type.Object(
    { threadId: id, messageId: Type.Optional(id), rating: one('up', 'down'), comment: Type.Optional(text) },
    strict,
  ),
  'welfare.noted': Type.Object({ threadId: id, signal: text, intensity: share, note: Type.Optional(text) }, strict),
  'content.erased': Type.Object({ messageIds: Type.Array(id), reason: text }, strict),
} as const

/** The types whose data holds content, which may be gone from a log but not from what is written. */
const speaking = <C extends typeof content | typeof erasable>(words: C) => {
  const warning = Type.Object({ behavior: spoken, alternative: spoken }, strict)
  const said = { threadId: id, messageId: id, content: words }
  return {
    'message.received': Type.Object(said, strict),
    'message.sent': Type.Union([
      Type.Object({ ...said, purpose: Type.Literal('warning'), warning }, strict),
      Type.Object(
        { ...said, purpose: one('reply', 'redirection', 'support', 'confirmation'), warning: Type.Optional(warning) },
        strict,
      ),
    ]),
    'thread.forked': Type.Object(
      {
        threadId: id,
        from: Type.Object({ threadId: id, messageId: id }, strict),
        edit: Type.Optional(Type.Object({ messageId: id, content: words }, strict)),
      },
      strict,
    ),
  } as const
}

const actor = Type.Object(
  { kind: one('user', 'assistant', 'assessor', 'operator', 'system'), id: Type.Optional(text) },
  strict,
)

const envelope = (type: string, data: Type.TSchema) =>
  Type.Object(
    {
      id,
      conversationId: id,
      version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      type: Type.Literal(type),
      schema: Type.Literal(currentSchema),
      recordedAt: Type.String({ format: 'date-time' }),
      actor,
      data,
      causationId: Type.Optional(text),
      correlationId: Type.Optional(text),
      hash: Type.Optional(text),
    },
    strict,
  )

type EventSchemas = ReadonlyMap<string, Validator>
type DataSchemas = { readonly [T in EventType]: Type.TSchema }

const compiled = (data: DataSchemas): EventSchemas =>
  new Map(Object.entries(data).map(([type, schema]) => [type, Compile(envelope(type, schema))]))

/** The data of each type as it is written. */
export const dataSchemas = { ...fixed, ...speaking(content) } as const
/** The data of each type as a log may give it back. */
export const storedDataSchemas = { ...fixed, ...speaking(erasable) } as const

/** Checks for whole events on their way in, by type. */
export const incoming: EventSchemas = compiled(dataSchemas)
/** Checks for whole events on their way out of a store, by type: content may have been erased. */
export const stored: EventSchemas = compiled(storedDataSchemas)
