/** Bounds of size and depth: on each side of each, counted as they are written. */
import { expect, test } from 'vitest'
import type { Content } from '../../machines/events.js'
import { evolve } from '../../src/conversation/evolve.js'
import { fold } from '../../src/conversation/fold.js'
import { decode, nestingMax, parseEvent } from '../../src/log/codec.js'
import { eventBytesMax } from '../../src/log/event-store.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { opened, received } from '../conversation/events.js'
import { chained, leftOf, recorded, rightOf } from './recorded.js'
import { specimenOf } from './specimens.js'

const saying = (content: Content): RecordedEvent => {
  const [, event] = recorded([opened(), received('u1')])
  return { ...event, data: { ...event?.data, content } } as RecordedEvent
}

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))
const emptyBytes = sizeOf(saying(''))
/** A message of exactly so many bytes, all but the envelope made of one character. */
function ofBytes(count: number, character: string): RecordedEvent {
  const each = sizeOf(character) - 2
  const units = Math.floor((count - emptyBytes) / each)
  const event = saying(character.repeat(units) + 'x'.repeat(count - emptyBytes - units * each))
  expect(sizeOf(event)).toBe(count)
  return event
}

test.each(['x', 'é', '€', '💬', '"', '\0', '\ud800'])(
  'An event of 1 MiB is taken, and one byte more refused: all of %j',
  (character) => {
    expect(eventBytesMax).toBe(1_048_576)
    expect(parseEvent(ofBytes(eventBytesMax, character))._tag).toBe('Right')
    expect(leftOf(parseEvent(ofBytes(eventBytesMax + 1, character))).code).toBe('invalid-event')
  },
)

test('Text besides content counts as well.', () => {
  const specimen = specimenOf('welfare.noted')
  const noting = (length: number) => ({ ...specimen, data: { ...specimen.data, note: 'é'.repeat(length) } })
  const room = Math.floor((eventBytesMax - sizeOf(noting(0))) / 2)
  expect(parseEvent(noting(room))._tag).toBe('Right')
  expect(leftOf(parseEvent(noting(room + 1))).code).toBe('invalid-event')
})

/** Content of so many levels: a list, a block, and objects or lists within. */
const nested = (levels: number, [open, close]: readonly [string, string]): Content =>
  JSON.parse(`[{"a":${open.repeat(levels - 2)}1${close.repeat(levels - 2)}}]`)

const nestings = [
  ['objects', ['{"a":', '}']],
  ['lists', ['[', ']']],
] as const

test.each(nestings)(
  'Content nested in %s as deep as allowed is taken, read back and folded by both runners.',
  (_, marks) => {
    const deepest = saying(nested(nestingMax, marks))
    const events = [...recorded([opened()]), rightOf(parseEvent(deepest))]
    const readBack = () => chained(events).map((stored) => rightOf(decode(stored)))
    const last = readBack().at(-1)
    expect(last?.type === 'message.received' && JSON.stringify(last.data.content)).toBe(
      JSON.stringify(nested(nestingMax, marks)),
    )
    expect(fold(readBack())?.version).toBe(2)
    expect(readBack().reduce<ReturnType<typeof fold>>((state, event) => evolve(state, event), null)?.version).toBe(2)
  },
)

test.each(nestings)('Content nested deeper in %s is refused, however deep.', (_, marks) => {
  for (const levels of [nestingMax + 1, 4_000, 100_000]) {
    expect(leftOf(parseEvent(saying(nested(levels, marks)))).code).toBe('invalid-event')
  }
})

test('An edit is measured like a message.', () => {
  const specimen = specimenOf('thread.forked')
  const editing = (levels: number) => ({
    ...specimen,
    data: { ...specimen.data, edit: { messageId: 'm2', content: nested(levels, ['[', ']']) } },
  })
  expect(parseEvent(editing(nestingMax))._tag).toBe('Right')
  expect(leftOf(parseEvent(editing(nestingMax + 1))).code).toBe('invalid-event')
})

test('What JSON cannot write is refused.', () => {
  const loop: { [key: string]: unknown } = {}
  loop.self = loop
  for (const block of [loop, { big: 1n }]) expect(leftOf(parseEvent(saying([block]))).code).toBe('invalid-event')
})
