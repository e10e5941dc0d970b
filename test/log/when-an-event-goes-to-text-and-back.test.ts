/** What is written is what is read: every type, any text, to the letter. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Content } from '../../machines/events.js'
import { decode, encode, parseEvent } from '../../src/log/codec.js'
import { chainFault, chainStart, newSalt } from '../../src/log/hash-chain.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { received } from '../conversation/events.js'
import { anyContent, anyEvent, anyEventOf, eventTypes } from './arbitrary-events.js'
import { recorded, rightOf, saltOf, storedLog } from './recorded.js'

const tie = { previous: chainStart, salt: saltOf(1) }

function thereAndBack(event: RecordedEvent): RecordedEvent {
  const { hash: _, ...bare } = rightOf(decode(encode(rightOf(parseEvent(event)), tie)))
  return bare
}

const received1 = (content: Content) =>
  recorded([received('u1')]).map((event) => ({ ...event, data: { ...event.data, content } }) as RecordedEvent)

test.each(eventTypes)('%s comes back as it was.', (type) => {
  fc.assert(
    fc.property(anyEventOf(type), (event) => {
      expect(thereAndBack(event)).toEqual(event)
    }),
    { numRuns: 200 },
  )
})

test('The text is the same for the same event, whatever the order of its fields.', () => {
  const reversed = (event: RecordedEvent) =>
    Object.fromEntries(Object.entries(event).reverse()) as unknown as RecordedEvent
  fc.assert(
    fc.property(anyEvent, (event) => {
      expect(encode(reversed(event), tie)).toEqual(encode(event, tie))
    }),
  )
})

test('Content comes back to the byte, its keys in their own order.', () => {
  fc.assert(
    fc.property(anyContent, (content) => {
      const [event] = received1(content).map(thereAndBack)
      expect(JSON.stringify(event?.type === 'message.received' && event.data.content)).toBe(JSON.stringify(content))
    }),
    { numRuns: 1_000 },
  )
})

test('Keys named after prototypes are data: they come back as own keys, and change no prototype.', () => {
  const content = JSON.parse('[{"type":"text","__proto__":{"polluted":true},"constructor":{"prototype":1}}]') as Content
  const [event] = received1(content).map(thereAndBack)
  const [block] = event?.type === 'message.received' && Array.isArray(event.data.content) ? event.data.content : []
  expect(Object.keys(block)).toEqual(['type', '__proto__', 'constructor'])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('The record holds a digest in the place of the content, and never the content.', () => {
  const [stored] = storedLog([received('u1')])
  expect(stored?.record).not.toContain('says the user')
  expect(JSON.parse(stored?.record ?? '')).toMatchObject({
    data: { content: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  })
  expect(stored?.content).toBe('"u1 says the user"')
})

test('An event without content has no salt, and one with content has.', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const stored = encode(event, { previous: chainStart, salt: newSalt() })
      expect(stored.salt === null).toBe(stored.content === null)
      expect(chainFault(chainStart, stored)).toBeUndefined()
    }),
  )
})

test('What is decoded carries the hash under which it was stored.', () => {
  const [stored] = storedLog([received('u1')])
  expect(stored && rightOf(decode(stored)).hash).toBe(stored?.hash)
})

test('A parsed event is the very value, neither copied nor frozen.', () => {
  const [event] = recorded([received('u1')])
  expect(rightOf(parseEvent(event))).toBe(event)
  expect(Object.isFrozen(event)).toBe(false)
})
