/** Histories told by hand: what can be explained by one order, and what cannot. */
import { describe, expect, test } from 'vitest'
import { type History, linearizable } from '../../src/testing/index.js'
import { append, eventsNamed, find, read } from './told-histories.js'

const wrong = (actual: number) => ['wrong-expected-version', actual] as const

const good: Readonly<Record<string, History>> = {
  'nothing at all': [],
  'one after the other': [
    append('p', [1, 2], 0, ['a'], 1),
    read('p', [3, 4], ['a']),
    append('q', [5, 6], 1, ['b', 'c'], 3),
    find('q', [7, 8], 'c', 3),
    read('p', [9, 10], ['a', 'b', 'c']),
  ],
  'a race with one winner': [
    append('p', [1, 4], 0, ['a'], wrong(1)),
    append('q', [2, 3], 0, ['b'], 1),
    read('p', [5, 6], ['b']),
  ],
  'a winner who hears of it last': [
    append('p', [1, 9], 0, ['a'], 1),
    append('q', [2, 3], 0, ['b'], wrong(1)),
    read('q', [4, 5], ['a']),
  ],
  'reads beside an append, one before and one after it': [
    append('p', [1, 10], 0, ['a'], 1),
    read('q', [2, 3], []),
    read('r', [4, 5], ['a']),
  ],
  'a read that began before and saw what came later': [
    read('q', [1, 10], ['a', 'b']),
    append('p', [2, 3], 0, ['a', 'b'], 2),
  ],
  'ranges, limits and what is beyond the end': [
    append('p', [1, 2], 0, ['a', 'b', 'c'], 3),
    read('p', [3, 4], ['b'], { fromVersion: 2, limit: 1 }),
    read('p', [5, 6], ['a', 'b'], { toVersion: 2 }),
    read('p', [7, 8], [], { fromVersion: 9 }),
    read('p', [9, 10], [], { limit: 0 }),
  ],
  'a repeat that answers as the first time': [
    append('p', [1, 2], 0, ['a'], 1),
    append('q', [3, 4], 1, ['b'], 2),
    append('p', [5, 6], 0, ['a'], 1),
    read('p', [7, 8], ['a', 'b']),
  ],
  'stored ids sent elsewhere': [
    append('p', [1, 2], 0, ['a'], 1),
    append('p', [3, 4], 1, ['a'], 'duplicate-event'),
    append('p', [5, 6], 1, ['b', 'a'], 'duplicate-event'),
    read('p', [7, 8], ['a']),
  ],
  'a lost answer of an append that happened': [
    append('p', [1, 2], 0, ['a'], 'unknown-outcome'),
    find('p', [3, 4], 'a', 1),
    append('p', [5, 6], 0, ['a'], 1),
  ],
  'a lost answer of an append that did not happen': [
    append('p', [1, 2], 0, ['a'], 'unknown-outcome'),
    read('p', [3, 4], []),
    append('q', [5, 6], 0, ['b'], 1),
    append('p', [7, 8], 0, ['a'], wrong(1)),
  ],
  'a lost answer of an append that happened much later': [
    append('p', [1, 2], 0, ['a'], 'unknown-outcome'),
    read('p', [3, 4], []),
    append('q', [5, 6], 0, ['b'], wrong(1)),
    read('q', [7, 8], ['a']),
  ],
  'a lost append, sent again, both of which could be the one that happened': [
    append('p', [1, 2], 0, ['a'], 'unknown-outcome'),
    append('p', [3, 4], 0, ['a'], 1),
    append('p', [5, null], 1, ['b'], null),
    read('q', [6, 7], ['a']),
    read('q', [8, 9], ['a', 'b']),
  ],
  'what was certainly refused': [
    append('p', [1, 2], 0, ['a'], 'unavailable'),
    append('p', [3, 4], 0, ['b'], 'invalid-append'),
    append('p', [5, 6], 0, ['c'], 'closed'),
    read('q', [7, 8], []),
  ],
  'two conversations that no one order of answers would fit': [
    append('p', [1, 2], 0, ['a'], 1, 'one'),
    append('p', [3, 4], 0, ['a'], 1, 'two'),
    read('p', [5, 6], ['a'], {}, 'one'),
    read('p', [7, 8], ['a'], {}, 'two'),
  ],
}

/** Each with the operations up to the one that cannot be, and a word of the story. */
const bad: Readonly<Record<string, readonly [history: History, prefix: number, story: RegExp]>> = {
  'a lost update': [
    [append('p', [1, 2], 0, ['a'], 1), read('p', [3, 4], []), read('p', [5, 6], [])],
    2,
    /only have been: 1:a\./,
  ],
  'two winners': [
    [append('p', [1, 4], 0, ['a'], 1), append('q', [2, 3], 0, ['b'], 1), read('p', [5, 6], ['b'])],
    2,
    /p appends 1:a/,
  ],
  'a stale read': [
    [
      append('p', [1, 2], 0, ['a'], 1),
      append('p', [3, 4], 1, ['b'], 2),
      read('q', [5, 6], ['a']),
      read('q', [7, 8], ['a', 'b']),
    ],
    3,
    /q reads: 1:a {3}<- cannot be/,
  ],
  'a read of what nobody appended': [[read('p', [1, 2], ['ghost'])], 1, /ghost.*cannot be[\s\S]*been: nothing/],
  'a read of what was refused': [[append('p', [1, 2], 0, ['a'], 'unavailable'), read('p', [3, 4], ['a'])], 1, /1:a/],
  'a read of what lost a race': [
    [append('p', [1, 2], 0, ['a'], 1), append('q', [3, 4], 0, ['b'], wrong(1)), read('p', [5, 6], ['a', 'b'])],
    3,
    /2:b/,
  ],
  'an append doubled after a lost answer': [
    [
      append('p', [1, 2], 0, ['a'], 'unknown-outcome'),
      append('p', [3, 4], 0, ['b'], wrong(1)),
      append('p', [5, 6], 1, ['a'], 2),
      read('p', [7, 8], ['a', 'a']),
    ],
    3,
    /2:a at version 1: version 2 {3}<-/,
  ],
  'a lost append that happens twice': [
    [append('p', [1, 2], 0, ['a'], 'unknown-outcome'), read('q', [3, 4], ['a', 'a'])],
    2,
    /unknown-outcome/,
  ],
  'a lost append that happened before it was asked': [
    [read('q', [1, 2], ['a']), append('p', [3, 4], 0, ['a'], 'unknown-outcome')],
    1,
    /cannot be/,
  ],
  'a lost append that is seen, and then is not': [
    [append('p', [1, 2], 0, ['a'], 'unknown-outcome'), read('q', [3, 4], ['a']), read('q', [5, 6], [])],
    3,
    /reads: nothing/,
  ],
  'two appends in the other order': [
    [append('p', [1, 2], 0, ['a'], 'unknown-outcome'), append('p', [3, 4], 1, ['b'], 2), read('p', [5, 6], ['b', 'a'])],
    3,
    /1:b 2:a/,
  ],
  'new seen before old': [
    [append('p', [1, 10], 0, ['a'], 1), read('q', [2, 3], ['a']), read('r', [4, 5], [])],
    3,
    /r reads: nothing/,
  ],
  'half an append': [[append('p', [1, 10], 0, ['a', 'b'], 2), read('q', [2, 3], ['a'])], 2, /q reads: 1:a/],
  'a refusal that was none': [[append('p', [1, 2], 0, ['a'], wrong(1)), read('p', [3, 4], [])], 1, /it is at 1/],
  'a refusal that tells another version': [
    [append('p', [1, 2], 0, ['a', 'b'], 2), append('q', [3, 4], 0, ['c'], wrong(1))],
    2,
    /been: 1:a 2:b/,
  ],
  'a refusal that tells no version': [
    [append('p', [1, 2], 0, ['a'], 1), append('q', [3, 4], 0, ['c'], 'wrong-expected-version')],
    2,
    /wrong-expected-version/,
  ],
  'an append that answers with another version': [[append('p', [1, 2], 0, ['a'], 2)], 1, /version 2/],
  'an append beyond the end': [[append('p', [1, 2], 3, ['a'], 4)], 1, /4:a at version 3/],
  'a repeat taken for a conflict': [
    [append('p', [1, 2], 0, ['a'], 1), append('p', [3, 4], 0, ['a'], wrong(1))],
    2,
    /cannot be/,
  ],
  'a duplicate of nothing': [[append('p', [1, 2], 0, ['a'], 'duplicate-event')], 1, /duplicate-event/],
  'a find of nothing after it was found': [
    [append('p', [1, 10], 0, ['a'], 1), find('q', [2, 3], 'a', 1), find('q', [4, 5], 'a', null)],
    3,
    /looks up a: nothing/,
  ],
  'a find at another version': [[append('p', [1, 2], 0, ['a', 'b'], 2), find('q', [3, 4], 'b', 1)], 2, /1:b/],
  'a read that ends before its limit': [
    [append('p', [1, 2], 0, ['a', 'b'], 2), read('q', [3, 4], ['a'], { fromVersion: 1, limit: 2 })],
    2,
    /from 1 at most 2/,
  ],
  'a read beyond its limit': [
    [append('p', [1, 2], 0, ['a', 'b'], 2), read('q', [3, 4], ['a', 'b'], { limit: 1 })],
    2,
    /at most 1/,
  ],
}

describe('explained by one order', () => {
  test.each(Object.entries(good))('%s.', (_, history) => {
    const verdict = linearizable(history)
    expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
  })
})

describe('not to be explained', () => {
  test.each(Object.entries(bad))('%s.', (_, [history, prefix, story]) => {
    const verdict = linearizable(history)
    if (verdict.ok) throw new Error('was explained')
    expect(verdict).toMatchObject({ code: 'not-linearizable', conversationId: 'c' })
    expect(verdict.prefix).toHaveLength(prefix)
    expect(verdict.story).toMatch(story)
    expect(verdict.story).toMatch(/<- cannot be/)
  })
})

test('The order that explains a history is given, and respects what was over before something was asked.', () => {
  const history = [append('p', [1, 9], 0, ['a'], 1), read('q', [2, 3], []), read('r', [4, 5], ['a'])] as const
  const verdict = linearizable(history)
  expect(verdict).toMatchObject({ ok: true, orders: [{ conversationId: 'c' }] })
  if (verdict.ok) expect(verdict.orders[0]?.order).toEqual([history[1], history[0], history[2]])
})

test('An open append that is in the order happened; one that is not did not, as far as anybody saw.', () => {
  const history = [
    append('p', [1, null], 0, ['a'], null),
    append('q', [2, null], 0, ['b'], null),
    read('r', [3, 4], ['b']),
  ] as const
  const verdict = linearizable(history)
  if (verdict.ok) expect(verdict.orders[0]?.order).toEqual([history[1], history[2]])
  expect(verdict.ok).toBe(true)
})

test('What an event says is compared, its content is not: it may be erased.', () => {
  const [event] = eventsNamed('c', 1, ['a'])
  const appended = append('p', [1, 2], 0, ['a'], 1)
  const seen = (change: object) => {
    const one = read('q', [3, 4], ['a'])
    return [appended, { ...one, answer: { _tag: 'Right' as const, right: [{ ...event, ...change } as never] } }]
  }
  expect(linearizable(seen({ content: null, salt: null })).ok).toBe(true)
  expect(linearizable(seen({ record: 'other' })).ok).toBe(false)
  expect(linearizable(seen({ hash: 'other' })).ok).toBe(false)
  expect(linearizable(seen({ version: 2 })).ok).toBe(false)
})

test('A repeat is one only with the same hashes.', () => {
  const first = append('p', [1, 2], 0, ['a'], 1)
  const again = append('p', [3, 4], 0, ['a'], 1)
  const request = { ...again.request, events: again.request.events.map((event) => ({ ...event, hash: 'other' })) }
  expect(linearizable([first, again]).ok).toBe(true)
  expect(linearizable([first, { ...again, request }]).ok).toBe(false)
})

test('Beyond its bounds a history is not judged, and that is never taken for good.', () => {
  const history = [1, 2, 3, 4].map((n) => append('p', [2 * n - 1, 2 * n], n - 1, [`e${n}`], n))
  expect(linearizable(history, { operationsMax: 4, statesMax: 4 }).ok).toBe(true)
  const tooMany = linearizable(history, { operationsMax: 3 })
  expect(tooMany).toMatchObject({
    ok: false,
    code: 'too-many-operations',
    story: expect.stringContaining('3 operations'),
  })
  const tooFar = linearizable(history, { statesMax: 2 })
  expect(tooFar).toMatchObject({ ok: false, code: 'too-many-states', story: expect.stringContaining('2 states') })
})

test('Sixty operations at once are judged in a few states, whether they can be explained or not.', () => {
  const reads = Array.from({ length: 60 }, (_, n) => read(`r${n}`, [n + 2, n + 100], n % 2 === 0 ? [] : ['a']))
  const history = [append('p', [1, 99], 0, ['a'], 1), ...reads]
  expect(linearizable(history, { statesMax: 2_000 })).toMatchObject({ ok: true })
  const bad = [...history, read('q', [70, 200], ['b'])]
  expect(linearizable(bad, { statesMax: 2_000 })).toMatchObject({ ok: false, code: 'not-linearizable' })
})

test('A long story is told from its end.', () => {
  const appends = Array.from({ length: 90 }, (_, n) => append('p', [2 * n + 1, 2 * n + 2], n, [`e${n + 1}`], n + 1))
  const verdict = linearizable([...appends, read('q', [500, 501], [])])
  if (verdict.ok) throw new Error('was explained')
  expect(verdict.prefix).toHaveLength(91)
  expect(verdict.story.split('\n').length).toBeLessThan(70)
  expect(verdict.story).toContain('… and 31 before')
})
