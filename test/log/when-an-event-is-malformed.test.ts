/** Nothing malformed enters a log: each field of each type is missed, spoilt and outnumbered, one at a time. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { EventType } from '../../machines/events.js'
import { parseEvent } from '../../src/log/codec.js'
import { eventTypes } from './arbitrary-events.js'
import { leftOf } from './recorded.js'
import { fullData, optionalFields, type Specimen, specimenOf, without } from './specimens.js'

const envelopeOptional = ['causationId', 'correlationId', 'hash']

/** What no field of an event may be, whatever its kind. */
const neverRight = [[[]], Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, () => 'x']
/** Wrong for all text; right for at most one kind of field otherwise. */
const notText = [...neverRight, 7, true, {}, [], null]

type Spoilt = readonly [what: string, value: unknown]

const withData = (specimen: Specimen, data: object): object => ({ ...specimen, data })

function spoiltFields(type: EventType): readonly Spoilt[] {
  const specimen = specimenOf(type)
  return Object.entries(specimen.data).flatMap(([field, value]) => {
    const isText = typeof value === 'string' && field !== 'content'
    const wrong = isText ? notText : neverRight
    return wrong.map(
      (bad): Spoilt => [`data.${field} = ${String(bad)}`, withData(specimen, { ...specimen.data, [field]: bad })],
    )
  })
}

const expectInvalid = (value: unknown, what?: string) =>
  expect(isLeft(parseEvent(value)) && leftOf(parseEvent(value)).code, what).toBe('invalid-event')

test.each(eventTypes)('%s with every field is well formed, and without those it may miss.', (type) => {
  const specimen = specimenOf(type)
  const least = optionalFields[type].reduce((data, field) => without(data, field), specimen.data)
  const bare = envelopeOptional.reduce((event, field) => without(event, field), specimen)
  for (const event of [specimen, withData(specimen, least), withData(bare, least)]) {
    expect(parseEvent(event)).toEqual({ _tag: 'Right', right: event })
  }
})

test.each(eventTypes)('%s without any one required field is refused.', (type) => {
  const specimen = specimenOf(type)
  for (const field of Object.keys(specimen)) {
    if (!envelopeOptional.includes(field)) expectInvalid(without(specimen, field), field)
  }
  for (const field of Object.keys(fullData[type])) {
    if (!optionalFields[type].includes(field)) {
      expectInvalid(withData(specimen, without(specimen.data, field)), `data.${field}`)
    }
  }
})

test.each(eventTypes)('%s with any one field of another kind is refused.', (type) => {
  for (const [what, value] of spoiltFields(type)) expectInvalid(value, what)
})

test.each(eventTypes)('%s with a field that nobody knows is refused, at every depth.', (type) => {
  const specimen = specimenOf(type)
  const extra = JSON.parse('{"__proto__":{"x":1}}') as object
  const more = [{ extra: 1 }, { extra: null }, { constructor: 1 }, extra]
  for (const one of more) {
    const add = (object: object) =>
      JSON.parse(JSON.stringify(object).replace(/\}$/, `,${JSON.stringify(one).slice(1)}`)) as object
    expectInvalid(add(specimen))
    expectInvalid(withData(specimen, add(specimen.data)))
    expectInvalid({ ...specimen, actor: add(specimen.actor as object) })
  }
})

test.each([
  ['message.sent', 'warning'],
  ['thread.forked', 'from'],
  ['thread.forked', 'edit'],
] as const)('%s with a field missing, spoilt or unknown in its %s is refused.', (type, part) => {
  const specimen = specimenOf(type)
  const whole = specimen.data[part] as object
  for (const field of Object.keys(whole)) {
    expectInvalid(withData(specimen, { ...specimen.data, [part]: without(whole, field) }), field)
    for (const bad of [...neverRight, 7, null]) {
      expectInvalid(withData(specimen, { ...specimen.data, [part]: { ...whole, [field]: bad } }), field)
    }
  }
  expectInvalid(withData(specimen, { ...specimen.data, [part]: { ...whole, extra: 1 } }))
})

const spoiltEnvelopes: readonly (readonly [string, readonly unknown[]])[] = [
  ['id', [...notText, '']],
  ['conversationId', [...notText, '']],
  ['version', [0, -1, 1.5, '1', null, Number.MAX_SAFE_INTEGER + 1, Number.NaN]],
  [
    'type',
    [
      ...notText,
      '',
      'message',
      'Message.Received',
      'message.received ',
      '__proto__',
      'constructor',
      'toString',
      'xstate.stop',
    ],
  ],
  ['schema', [0, -1, 1.5, 2, 99, '1', null, Number.NaN, Number.MAX_SAFE_INTEGER]],
  ['recordedAt', [...notText, '', 'yesterday', '2026-13-01T00:00:00Z', '2026-01-01', '2026-01-01 00:00:00Z']],
  ['actor', [null, 'user', [], {}, { kind: 'robot' }, { kind: '__proto__' }, { kind: 'user', id: 7 }, { id: 'x' }]],
  ['data', [null, [], 'text', 7, {}]],
  ['causationId', [7, null, {}]],
  ['correlationId', [7, null, {}]],
  ['hash', [7, null, {}]],
]

test.each(spoiltEnvelopes)('An envelope whose %s is not one is refused.', (field, wrong) => {
  for (const bad of wrong) expectInvalid({ ...specimenOf('message.received'), [field]: bad }, String(bad))
})

test.each([null, undefined, true, 7, 'message.received', [], [specimenOf('end.confirmed')], {}, new Map()])(
  'What is no event at all is refused: %s',
  (value) => {
    expectInvalid(value)
  },
)

const outOfWords: readonly (readonly [EventType, object])[] = [
  ['message.assessed', { harm: 'mild' }],
  ['message.assessed', { risk: 'none' }],
  ['message.assessed', { confidence: 1.01 }],
  ['message.assessed', { confidence: -0.01 }],
  ['message.assessed', { categories: 'insult' }],
  ['message.assessed', { categories: [7] }],
  ['message.assessed', { categories: { insult: 'yes' } }],
  ['message.assessed', { categories: { 'in\nsult': 'yes' } }],
  ['message.assessed', { categories: { insult: null } }],
  ['message.sent', { purpose: 'threat' }],
  ['message.sent', { warning: { behavior: '', alternative: 'x' } }],
  ['message.sent', { warning: { behavior: 'x', alternative: '' } }],
  ['message.sent', { content: null }],
  ['message.sent', { content: ['text'] }],
  ['message.sent', { content: [[{}]] }],
  ['message.sent', { content: [null] }],
  ['message.sent', { content: { type: 'text' } }],
  ['message.sent', { messageId: '' }],
  ['message.sent', { threadId: '' }],
  ['message.received', { content: null }],
  ['message.received', { warning: { behavior: 'x', alternative: 'y' } }],
  ['thread.forked', { edit: { messageId: 'm2', content: null } }],
  ['thread.forked', { edit: null }],
  ['risk.flagged', { kind: 'risk' }],
  ['end.declined', { by: 'system' }],
  ['end.declined', { vetoes: ['because'] }],
  ['thread.ended', { ground: 'boredom' }],
  ['feedback.given', { rating: 5 }],
  ['welfare.noted', { intensity: 1.01 }],
  ['welfare.noted', { intensity: -0.01 }],
  ['content.erased', { messageIds: [''] }],
  ['content.erased', { messageIds: 'm1' }],
]

test.each(outOfWords)('%s says no such thing: %j', (type, change) => {
  const specimen = specimenOf(type)
  expectInvalid(withData(specimen, { ...specimen.data, ...change }))
})

test('A warning must say what it warns of; other messages need not.', () => {
  const specimen = specimenOf('message.sent')
  expectInvalid(withData(specimen, without(specimen.data, 'warning')))
  const plain = withData(specimen, { ...without(specimen.data, 'warning'), purpose: 'reply' })
  expect(isLeft(parseEvent(plain))).toBe(false)
})

const unstorable = ['\0', 'a\0b', '\ud800', 'a\udc00', '\udc00\ud800']

test.each(unstorable.map((id) => [JSON.stringify(id), id]))(
  'An id that no database could keep is refused: %s',
  (_, id) => {
    const specimen = specimenOf('message.received')
    expectInvalid({ ...specimen, id })
    expectInvalid({ ...specimen, conversationId: id })
    for (const field of ['threadId', 'messageId']) expectInvalid(withData(specimen, { ...specimen.data, [field]: id }))
    const fork = specimenOf('thread.forked')
    expectInvalid(withData(fork, { ...fork.data, edit: { messageId: id, content: 'x' } }), 'edit')
  },
)

test('Pairs of surrogates and any other character are fine in an id.', () => {
  const specimen = specimenOf('message.received')
  for (const id of ['💬', '\u0001', '\uffff', '__proto__']) expect(isLeft(parseEvent({ ...specimen, id }))).toBe(false)
})
