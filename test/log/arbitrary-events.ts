/** Any well-formed event of any type: odd strings, NUL, lone surrogates and names of prototypes wherever text may be. */
import fc from 'fast-check'
import {
  type ActorKind,
  actorsOf,
  type Content,
  type ContentBlock,
  type EventData,
  type EventType,
  type Policy,
  type Veto,
  vetoes,
} from '../../machines/events.js'
import { policyBounds } from '../../src/lifecycle/policy.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'

const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', 'length', 'then']
const oddities = ['', '\0', '\ud800', '\udc00x', '\u2028', '\ufffd', '"', '\\', '\n', '{"digest":"00"}', 'é', 'e\u0301']

/** Text that nobody would choose to be sent. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom(...prototypeNames, ...oddities),
)

/** A storable id: neither empty nor with NUL or half a pair. */
export const anyId: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('\0')),
  fc.constantFrom(...prototypeNames, '💬', ' ', '../..', "'; --"),
)

// Keys in the order in which they were drawn, and `__proto__` as a key like any other.
const objectOf = (entries: readonly (readonly [string, unknown])[]): ContentBlock =>
  JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`)

const { value: jsonValue } = fc.letrec<{ value: unknown; block: ContentBlock }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(
      oddText,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('block'),
  ),
  block: fc.array(fc.tuple(oddText, tie('value')), { maxLength: 4 }).map(objectOf),
}))

const block = fc.array(fc.tuple(oddText, jsonValue), { maxLength: 4 }).map(objectOf)

/** What a message may hold: odd text, or blocks of any JSON. */
export const anyContent: fc.Arbitrary<Content> = fc.oneof(oddText, fc.array(block, { maxLength: 4 }))

const whole = ({ min, max }: { readonly min: number; readonly max: number }) => fc.integer({ min, max })

/** Any policy that SPEC §2 allows. */
export const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  redirections: whole(policyBounds.redirections),
  warnings: whole(policyBounds.warnings),
  calmTurns: whole(policyBounds.calmTurns),
  handshake: fc.boolean(),
  userMayEnd: fc.boolean(),
  riskClearedBy: fc.constantFrom<Policy['riskClearedBy']>(['operator'], ['assessor'], ['assessor', 'operator']),
})

const riskKind = fc.constantFrom('self-harm', 'crisis', 'harm-to-others')
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
const spoken = oddText.filter((text) => text !== '')
const categories = fc.oneof(
  fc.array(oddText),
  fc
    .array(fc.tuple(oddText, fc.oneof(fc.integer(), fc.boolean())))
    .map((entries) => objectOf(entries) as { [category: string]: number | boolean }),
)
const threadOnly = fc.record({ threadId: anyId })
const warning = fc.record({ behavior: spoken, alternative: spoken })
const purposes = fc.constantFrom('reply', 'redirection', 'support', 'confirmation')

/** The data of each type. */
export const anyData: { readonly [T in EventType]: fc.Arbitrary<EventData[T]> } = {
  'conversation.opened': fc.record(
    { threadId: anyId, policy: anyPolicy, owner: oddText, machine: oddText, continuedFrom: oddText },
    { requiredKeys: ['threadId', 'policy'] },
  ),
  'message.received': fc.record({ threadId: anyId, messageId: anyId, content: anyContent }),
  'message.assessed': fc.record(
    {
      threadId: anyId,
      messageId: anyId,
      harm: fc.constantFrom('none', 'harmful'),
      risk: fc.option(riskKind),
      categories,
      confidence: share,
    },
    { requiredKeys: ['threadId', 'messageId', 'harm', 'risk'] },
  ),
  'assessment.failed': fc.record({ threadId: anyId, messageId: anyId, error: oddText }),
  'message.sent': fc.oneof(
    fc.record({
      threadId: anyId,
      messageId: anyId,
      content: anyContent,
      purpose: fc.constant('warning' as const),
      warning,
    }),
    fc.record(
      { threadId: anyId, messageId: anyId, content: anyContent, purpose: purposes, warning },
      { requiredKeys: ['threadId', 'messageId', 'content', 'purpose'] },
    ),
  ),
  'risk.flagged': fc.record(
    { kind: riskKind, threadId: anyId, messageId: anyId, note: oddText },
    { requiredKeys: ['kind'] },
  ),
  'risk.cleared': fc.record({ reason: oddText }),
  'end.requested': fc.record({ threadId: anyId, reason: oddText }, { requiredKeys: ['threadId'] }),
  'end.confirmed': threadOnly,
  'end.withdrawn': threadOnly,
  'end.proposed': fc.record({ threadId: anyId, reason: oddText }),
  'end.declined': fc.record({
    threadId: anyId,
    by: fc.constantFrom('assistant', 'user'),
    vetoes: fc.array(fc.constantFrom<Veto>(...vetoes)),
  }),
  'thread.ended': fc.record({
    threadId: anyId,
    ground: fc.constantFrom('persistent-harm', 'user-request'),
    reason: oddText,
  }),
  'thread.forked': fc.record(
    {
      threadId: anyId,
      from: fc.record({ threadId: anyId, messageId: anyId }),
      edit: fc.record({ messageId: anyId, content: anyContent }),
    },
    { requiredKeys: ['threadId', 'from'] },
  ),
  'feedback.given': fc.record(
    { threadId: anyId, messageId: anyId, rating: fc.constantFrom('up', 'down'), comment: oddText },
    { requiredKeys: ['threadId', 'rating'] },
  ),
  'welfare.noted': fc.record(
    { threadId: anyId, signal: oddText, intensity: share, note: oddText },
    { requiredKeys: ['threadId', 'signal', 'intensity'] },
  ),
  'content.erased': fc.record({ messageIds: fc.array(anyId), reason: oddText }),
}

export const eventTypes = Object.keys(actorsOf) as readonly EventType[]

/** Any well-formed event of one type. Whether a conversation would accept it is another matter. */
export const anyEventOf = (type: EventType): fc.Arbitrary<RecordedEvent> =>
  fc
    .record(
      {
        id: anyId,
        conversationId: anyId,
        version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        type: fc.constant(type),
        schema: fc.constant(1),
        recordedAt: fc
          .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
          .map((at) => at.toISOString()),
        actor: fc.record(
          { kind: fc.constantFrom<ActorKind>(...actorsOf[type]), id: oddText },
          { requiredKeys: ['kind'] },
        ),
        data: anyData[type] as fc.Arbitrary<unknown>,
        causationId: oddText,
        correlationId: oddText,
      },
      { requiredKeys: ['id', 'conversationId', 'version', 'type', 'schema', 'recordedAt', 'actor', 'data'] },
    )
    .map((event) => event as unknown as RecordedEvent)

export const anyEvent: fc.Arbitrary<RecordedEvent> = fc.oneof(...eventTypes.map(anyEventOf))
