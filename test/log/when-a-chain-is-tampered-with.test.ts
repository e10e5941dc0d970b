/** The chain tells on any change: of one character, or of what stands where. Erasing is no change. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { chainFault, chainHash, chainStart, contentDigest, newSalt } from '../../src/log/hash-chain.js'
import { assessed, erased, forked, opened, received, sent } from '../conversation/events.js'
import { oddText } from './arbitrary-events.js'
import { chained, recorded, storedLog } from './recorded.js'

const story: readonly LifecycleEvent[] = [
  opened(),
  received('u1'),
  assessed('u1', 'harmful'),
  sent('a1', 'redirection'),
  received('u2'),
  forked('b', { messageId: 'u1' }, 'u3'),
  erased('u1'),
]
const log = storedLog(story)

/** The first place at which the chain does not hold; `null` if it does. */
function firstFault(events: readonly StoredEvent[]): { at: number; fault: string } | null {
  let previous = chainStart
  for (const [index, event] of events.entries()) {
    const fault = chainFault(previous, event)
    if (fault) return { at: index, fault }
    previous = event.hash
  }
  return null
}

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

test('The hashes are SHA-256 as Node knows it.', () => {
  fc.assert(
    fc.property(oddText, oddText, (previous, text) => {
      expect(chainHash(previous, text)).toBe(sha256(`${previous}\n${text}`))
      expect(contentDigest(previous, text)).toBe(sha256(`${previous}\n${text}`))
    }),
  )
})

test('The first link is the one that it always was.', () => {
  const [first, second] = storedLog([opened(), received('u1')])
  expect(first?.hash).toBe(sha256(`\n${first?.record}`))
  expect(second?.hash).toBe(sha256(`${first?.hash}\n${second?.record}`))
  expect(second?.record).toContain(sha256(`${second?.salt}\n${second?.content}`))
  expect(chainHash('', 'abc')).toBe('f39d39bfc99287b848780d4110eb663f0e7c344ae41f46a390c4135b89dc2756')
})

test('Salts are 16 bytes of chance, in hex.', () => {
  const salts = Array.from({ length: 100 }, newSalt)
  expect(new Set(salts).size).toBe(100)
  for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{32}$/)
})

test('As written, the chain holds.', () => {
  expect(firstFault(log)).toBeNull()
})

const fields = ['record', 'content', 'hash', 'salt'] as const
// Half a surrogate pair cannot be stored in UTF-8, so it is no change that a store could suffer.
const character = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  fc.constantFrom('é', '\u0000', '0', 'f'),
)

test('Any one character changed, in any event and any part of it, is found at that event.', () => {
  const spot = fc.record({ at: fc.nat(log.length - 1), field: fc.constantFrom(...fields), place: fc.nat(), character })
  fc.assert(
    fc.property(spot, ({ at, field, place, character }) => {
      const event = log[at] as StoredEvent
      const text = event[field]
      fc.pre(text !== null)
      const where = place % text.length
      fc.pre(text[where] !== character)
      const changed = { ...event, [field]: text.slice(0, where) + character + text.slice(where + 1) }
      expect(firstFault(log.with(at, changed))?.at).toBe(at)
    }),
    { numRuns: 2_000 },
  )
})

test('A character more or less is found.', () => {
  for (const [at, event] of log.entries()) {
    for (const field of fields) {
      const text = event[field]
      if (text === null) continue
      for (const changed of [`${text}0`, text.slice(1), text.slice(0, -1)]) {
        expect(firstFault(log.with(at, { ...event, [field]: changed }))?.at).toBe(at)
      }
    }
  }
})

const places = log.map((_, at) => at)

test.each(places.slice(0, -1))('Event %i dropped is found at the next.', (at) => {
  expect(firstFault(log.toSpliced(at, 1))).toEqual({ at, fault: 'broken-link' })
})

test.each(places.slice(0, -1))('Event %i swapped with the next is found.', (at) => {
  const [one, other] = log.slice(at, at + 2) as [StoredEvent, StoredEvent]
  expect(firstFault(log.with(at, other).with(at + 1, one))).toEqual({ at, fault: 'broken-link' })
})

test.each(places)('An event inserted before event %i is found, though it be well tied itself.', (at) => {
  const events = recorded(story).toSpliced(at, 0, ...recorded([received('forged')]))
  const forged = chained(events)[at] as StoredEvent
  expect(firstFault(log.toSpliced(at, 0, forged))).toEqual({ at: at + 1, fault: 'broken-link' })
})

test('An event of another conversation’s chain does not fit in.', () => {
  const other = storedLog(story, 'c2')
  for (const at of places) expect(firstFault(log.with(at, other[at] as StoredEvent))?.at).toBeLessThanOrEqual(at + 1)
})

test('Erasing content and salt leaves the chain whole, for one message or for all.', () => {
  const erasing = (event: StoredEvent): StoredEvent => ({ ...event, content: null, salt: null })
  for (const at of places) expect(firstFault(log.with(at, erasing(log[at] as StoredEvent)))).toBeNull()
  expect(firstFault(log.map(erasing))).toBeNull()
})

test('Content without its salt, salt without content, or content where there was none, is found.', () => {
  const at = 1
  const message = log[at] as StoredEvent
  const opening = log[0] as StoredEvent
  expect(firstFault(log.with(at, { ...message, salt: null }))).toEqual({ at, fault: 'wrong-content' })
  expect(firstFault(log.with(at, { ...message, content: null }))).toEqual({ at, fault: 'wrong-content' })
  expect(firstFault(log.with(0, { ...opening, content: '"x"', salt: 'aa' }))).toEqual({ at: 0, fault: 'wrong-content' })
  const other = log[4] as StoredEvent
  const swapped = { ...message, content: other.content, salt: other.salt }
  expect(firstFault(log.with(at, swapped))).toEqual({ at, fault: 'wrong-content' })
})

test('Content that quotes a digest stands for no content.', () => {
  const [, quoting] = storedLog([
    opened(),
    {
      ...received('u1'),
      data: { threadId: 'main', messageId: 'u1', content: `{"digest":"${contentDigest('aa', '"x"')}"}` },
    },
  ])
  expect(quoting && chainFault(log[0]?.hash ?? '', { ...quoting, content: '"x"', salt: 'aa' })).toBe('wrong-content')
})
