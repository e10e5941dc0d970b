/** What stands in JetStream's messages, and under which names: the format that must be read for ever. Needs no server. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, batchOf, beforeMax, bodyOf, headersOf } from '../../src/stores/nats/batch.js'
import { contentsIn, contentsOf, contentText } from '../../src/stores/nats/content-text.js'
import { KnownConversations } from '../../src/stores/nats/known-conversations.js'
import { PrefixIndex } from '../../src/stores/nats/prefix-index.js'
import { contentKeyOf, contentSubject, eventSubject, idOf, namesOf, tokenOf } from '../../src/stores/nats/subjects.js'
import { oddIds, oddTexts, similarIds } from '../../src/testing/store-suite/specimens.js'
import { appendOf, storedEvent, storedEvents } from './stored-events.js'

const names = namesOf('colloquy')
const messageOf = (headers: Readonly<Record<string, string>>, data: Uint8Array, sequence = 100) => ({
  subject: eventSubject(names, 'a'),
  sequence,
  header: (name: string) => headers[name] ?? '',
  data,
})
const text = fc.string({ unit: 'binary', minLength: 1 })

test('An id in a subject is one token of harmless letters, and comes back to the letter.', () => {
  const check = (id: string) => {
    expect(tokenOf(id)).toMatch(/^[A-Za-z0-9_=-]+$/)
    expect(idOf(tokenOf(id))).toBe(id)
  }
  for (const id of [...oddIds, ...similarIds, '=41', '=', 'a=2eb']) check(id)
  fc.assert(fc.property(text, check))
})

test('The longest id makes a subject that fits into a line of the protocol.', () => {
  expect(eventSubject(names, '*'.repeat(512)).length).toBeLessThan(2_048)
})

test('A batch is written so, and has been since the first version.', () => {
  const request = appendOf(storedEvent('a', 8), storedEvent('a', 9, { record: 'né\n"x"' }))
  const batch = { before: [99, 70, 36], content: { nonce: 'n0nce', sequence: 12 } }
  expect(headersOf(request, batch)).toEqual({
    'Colloquy-Versions': '8 9',
    'Colloquy-Before': '2r t y',
    'Colloquy-Content': 'n0nce 12',
  })
  expect(Buffer.from(bodyOf(request)).toString()).toBe(
    '[["a-8","hash of a-8",24],["a-9","hash of a-9",6]]\n{"id":"a-8","version":8}né\n"x"',
  )
  const contents = contentsIn([storedEvent('a', 8, { content: '"é"', salt: '5a' }), storedEvent('a', 9, { salt: '' })])
  expect(Buffer.from(contentText(contents)).toString()).toBe('[[8,3,2],[9,-1,0]]\n"é"5a')
  expect(contentSubject(names, 'a.b', 8, 'n0nce')).toBe('$KV.colloquy.c.a=2eb.8.n0nce')
  expect(contentKeyOf('$KV.colloquy.c.a=2eb.8.n0nce')).toEqual({ version: 8, nonce: 'n0nce' })
})

test('Whatever is written comes back.', () => {
  const event = fc.record({ eventId: text, hash: text, record: fc.string({ unit: 'binary' }) })
  const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 40 }), { maxLength: beforeMax })
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), sequences, (some, places) => {
      const events = some.map((more, at) => storedEvent('a', 4 + at, more))
      const before = [...places].sort((a, b) => b - a)
      const request = appendOf(...events)
      const batch = batchOf(messageOf(headersOf(request, { before, content: null }), bodyOf(request)), 'a')
      expect(batch.events).toEqual(
        events.map(({ version, eventId, hash, record }) => ({ version, eventId, hash, record })),
      )
      expect(batch).toMatchObject({ firstVersion: 4, lastVersion: 3 + events.length, before, content: null })
    }),
  )
  const said = oddTexts.map((content, at) => storedEvent('a', at + 1, { content, salt: `salt ${content}` }))
  expect(contentsOf(contentText(contentsIn(said)))).toEqual(contentsIn(said))
})

test('A message that is no batch is corrupt, and is never taken for events.', () => {
  const request = appendOf(...storedEvents('a', 1, 2))
  const headers = headersOf(request, { before: [], content: null })
  const body = Buffer.from(bodyOf(request))
  for (const [header, data] of [
    [headers, Buffer.from('')],
    [headers, Buffer.from('{}\n')],
    [{}, body],
    [{ 'Colloquy-Versions': '1 3' }, body],
    [{ 'Colloquy-Versions': '0 1' }, body],
  ] as const) {
    expect(() => batchOf(messageOf(header, data), 'a')).toThrow('is no batch of events')
  }
})

const batch = (sequence: number, firstVersion: number, count = 2): Batch => ({
  sequence,
  firstVersion,
  lastVersion: firstVersion + count - 1,
  before: [],
  content: firstVersion === 3 ? { nonce: 'n', sequence: 1 } : null,
  events: storedEvents('a', firstVersion, firstVersion + count - 1),
})

test('An index is a beginning of the log without a gap, and knows where each version and id of it is.', () => {
  const index = new PrefixIndex('a')
  for (const one of [batch(5, 1), batch(9, 3), batch(5, 1), batch(12, 5, 3)]) index.extend(one)
  expect([index.version, index.sequence, index.before()]).toEqual([7, 12, [12, 9, 5]])
  expect(index.sequencesOf(2, 4)).toEqual([5, 9])
  expect(index.sequencesOf(7, 99)).toEqual([12])
  expect(index.sequencesOf(8, 99)).toEqual([])
  expect([index.versionOf('a-4'), index.versionOf('a-8'), index.firstVersionOf(6)]).toEqual([4, undefined, 5])
  expect([index.firstVersionOf(0), index.firstVersionOf(8)]).toEqual([undefined, undefined])
  expect(index.names({ nonce: 'n', sequence: 1 })).toBe(true)
  expect(() => index.extend(batch(20, 9))).toThrow('version 8 is not there, and version 9 is')
})

test('So many events are remembered, of the conversations used last; the one in use is kept however long.', () => {
  const known = new KnownConversations(10)
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
    known.of(id).extend(batch(1, 1))
    known.grew(2)
  }
  expect(['f', 'e', 'd', 'a'].map((id) => known.of(id).version)).toEqual([2, 2, 0, 0])
  known.of('long').extend(batch(1, 1, 100))
  known.grew(100)
  expect([known.of('long').version, known.of('f').version]).toEqual([100, 0])
})
