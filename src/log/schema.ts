/**
 * What an event must look like, as JSON Schema: SPEC §3 in a form that a machine checks. A type test holds these equal
 * to the types in `machines/events.ts`. Fields that the schema does not name are refused: nothing unknown is kept
 * unread, and nothing is dropped in silence.
 */
import Type from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { type EventType, vetoes } from '#machines/events.js'
import { currentSchema } from './recorded-event.js'

type Strictness = { readonly additionalProperties: boolean }
const id = Type.String({ minLength: 1 })
const text = Type.String()
const spoken = Type.String({ minLength: 1 })
// A union of a mapped list is of type `never` to TypeScript, hence told outright.
const one = <const T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))))
const riskKind = one('self-harm', 'crisis', 'harm-to-others')
const ground = one('persistent-harm', 'user-request')
const share = Type.Number({ minimum: 0, maximum: 1 })
const content = Type.Union([Type.String(), Type.Array(Type.Object({}))])
const erasable = Type.Union([content, Type.Null()])
// A bare `Type.String()` stands for `^.*$`, and would leave keys with a line break in them unchecked.
const anyKey = Type.String({ pattern: '^[^]*$' })
// The policy's bounds are `policyFault`'s to check, which has a code of its own for them.
const silent = (strict: Strictness) => {
  const threadOnly = Type.Object({ threadId: id }, strict)
  return {
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
          Type.Union([Type.Array(text), Type.Record(anyKey, Type.Union([Type.Number(), Type.Boolean()]))]),
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
}

/** The types whose data holds content, which may be gone from a log but not from what is written. */
const speaking = <C extends typeof content | typeof erasable>(words: C, strict: Strictness) => {
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

const actorKinds = one('user', 'assistant', 'assessor', 'operator', 'system')

const envelope = (type: string, data: Type.TSchema, strict: Strictness) =>
  Type.Object(
    {
      id,
      conversationId: id,
      version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      type: Type.Literal(type),
      schema: Type.Literal(currentSchema),
      recordedAt: strict.additionalProperties ? text : Type.String({ format: 'date-time' }),
      actor: Type.Object({ kind: actorKinds, id: Type.Optional(text) }, strict),
      data,
      causationId: Type.Optional(text),
      correlationId: Type.Optional(text),
      hash: Type.Optional(text),
    },
    strict,
  )

type EventSchemas = ReadonlyMap<string, Validator>
type DataSchemas = { readonly [T in EventType]: Type.TSchema }

const compiled = (data: DataSchemas, strict: Strictness): EventSchemas =>
  new Map(Object.entries(data).map(([type, schema]) => [type, Compile(envelope(type, schema, strict))]))

const closed = { additionalProperties: false } as const
const open = { additionalProperties: true } as const

/** The data of each type as it is written. */
export const dataSchemas = { ...silent(closed), ...speaking(content, closed) } as const
/** The data of each type as a log may give it back. */
export const storedDataSchemas = { ...silent(open), ...speaking(erasable, open) } as const

/** Checks for whole events on their way in, by type: every field known, and of its kind. */
export const incoming: EventSchemas = compiled(dataSchemas, closed)
/**
 * Checks for whole events on their way out of a store, by type: content may have been erased. That there is no field
 * besides was checked when the event was written, and is checked again by an audit; here it would cost a third of a
 * rebuild's time.
 */
export const stored: EventSchemas = compiled(storedDataSchemas, open)
