/** Bounds of size and depth: on each side of each, counted as they are written. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Content } from '../../machines/events.js'
import { evolve } from '../../src/conversation/evolve.js'
import { fold } from '../../src/conversation/fold.js'
import { decode, encode, nestingMax, parseEvent, storedSizeFault } from '../../src/log/codec.js'
import { digestBytes, type EventStore, eventJsonBytesMax, type StoredEvent } from '../../src/log/event-store.js'
import { chainStart } from '../../src/log/hash-chain.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { opened, received } from '../conversation/events.js'
import { stores } from '../conversations/stores.js'
import { anyEvent } from './arbitrary-events.js'
import { chained, leftOf, recorded, rightOf, saltOf } from './recorded.js'
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

const characters = ['x', 'é', '€', '💬', '"', '\\', '\0', '\n', '\r', '\u001f', '\u007f', '\u2028', '\ud800', '\udc00x']

/** Whether a store keeps it as the second event of its conversation. */
async function isKept(event: RecordedEvent, store: EventStore): Promise<boolean> {
  const [opening, second] = chained([...recorded([opened()]), event])
  const events = [opening, second] as readonly StoredEvent[]
  return (await store.append({ conversationId: event.conversationId, expectedVersion: 0, events }))._tag === 'Right'
}

describe.each(stores)('$name', ({ open }) => {
  test.each(characters)(
    'An event of 1 MiB is taken and kept, and one byte more refused: all of %j.',
    async (character) => {
      const largest = ofBytes(eventJsonBytesMax, character)
      expect(eventJsonBytesMax).toBe(1_048_576)
      expect(parseEvent(largest)._tag).toBe('Right')
      expect(parseEvent({ ...largest, hash: 'f'.repeat(64) })._tag).toBe('Right')
      expect(await isKept(largest, await open())).toBe(true)
      const larger = ofBytes(eventJsonBytesMax + 1, character)
      expect(leftOf(parseEvent(larger))).toMatchObject({
        code: 'invalid-event',
        message: 'the event is over 1048576 bytes',
      })
      expect(await isKept(larger, await open())).toBe(false)
    },
  )

  test('Blocks are measured like text, and so is what has no words.', async () => {
    const block = (length: number) => saying([{ type: 'text', text: 'é'.repeat(length) }])
    const { hash: _, ...specimen } = specimenOf('welfare.noted')
    const note = (length: number) => {
      const data = { ...specimen.data, note: 'é'.repeat(length) }
      return { ...specimen, id: 'e2', version: 2, data } as unknown as RecordedEvent
    }
    for (const make of [block, note]) {
      const room = Math.floor((eventJsonBytesMax - sizeOf(make(0))) / 2)
      expect(parseEvent(make(room))._tag).toBe('Right')
      expect(await isKept(make(room), await open())).toBe(true)
      expect(leftOf(parseEvent(make(room + 1))).code).toBe('invalid-event')
    }
  })
})

test('What is kept of an event has as many bytes as its JSON, and its digest’s: any event.', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const { hash: _, ...bare } = event
      const { record, content } = encode(event, { previous: chainStart, salt: saltOf(1) })
      const kept = Buffer.byteLength(record) + Buffer.byteLength(content ?? '')
      expect(kept).toBe(sizeOf(bare) + (content === null ? 0 : digestBytes))
    }),
    { numRuns: 200 },
  )
})

test('An event that grew after it was parsed is told by the very bound.', () => {
  const stored = (bytes: number) => encode(ofBytes(bytes, 'é'), { previous: chainStart, salt: saltOf(1) })
  expect(storedSizeFault(stored(eventJsonBytesMax))).toBeUndefined()
  expect(storedSizeFault(stored(eventJsonBytesMax + 1))).toContain('over 1048576 bytes')
  expect(storedSizeFault(stored(1_000))).toBeUndefined()
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
