/** The branch tree and the page: nothing is lost, nothing runs off the screen, however deep or wide. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { padded, widthOf, wrap } from '../../src/cli/wrap.js'
import { type Branch, treeOf } from '../../src/conversation/thread-tree.js'

const branch = (threadId: string, parent: string | null): Branch => ({
  threadId,
  from: parent === null ? null : { threadId: parent },
})

describe('the tree', () => {
  test('stands each thread under the one it was cut from, in order of birth.', () => {
    const threads = [branch('a', null), branch('b', 'a'), branch('c', 'a'), branch('d', 'b'), branch('e', 'c')]
    expect([...treeOf(threads)].map(({ thread, lead }) => `${lead}${thread.threadId}`)).toEqual([
      '└─ a',
      '   ├─ b',
      '   │  └─ d',
      '   └─ c',
      '      └─ e',
    ])
  })

  test('draws every thread once, each after the one it was cut from.', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (parents) => {
        const threads = [branch('t0', null), ...parents.map((n, at) => branch(`t${at + 1}`, `t${n % (at + 1)}`))]
        const drawn = [...treeOf(threads)].map(({ thread }) => thread)
        const placeOf = (id: string | undefined) => drawn.findIndex(({ threadId }) => threadId === id)
        expect(new Set(drawn)).toEqual(new Set(threads))
        expect(drawn.length).toBe(threads.length)
        for (const { threadId, from } of drawn) if (from) expect(placeOf(from.threadId)).toBeLessThan(placeOf(threadId))
      }),
    )
  })

  test('of 20,000 forks, each of the one before, does not overflow, and stays on the page.', () => {
    const threads = Array.from({ length: 20_000 }, (_, n) => branch(`t${n}`, n === 0 ? null : `t${n - 1}`))
    const leads = [...treeOf(threads)].map(({ lead }) => lead.length)
    expect(leads.length).toBe(threads.length)
    expect(Math.max(...leads)).toBeLessThan(45)
  })
})

describe('the page', () => {
  test('takes words into lines within its width, and loses none.', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 })),
        fc.integer({ min: 12, max: 40 }),
        (words, columns) => {
          const text = words.map((word) => word.replaceAll(' ', '_')).join(' ')
          const lines = wrap(text, columns)
          expect(lines.join(' ')).toBe(text)
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })

  test('lets a word that is too long stand alone.', () => {
    expect(wrap('a bbbbbbbbbb c', 5)).toEqual(['a', 'bbbbbbbbbb', 'c'])
  })

  test('counts what is seen: no colour, and a character of several units once.', () => {
    expect(widthOf('\u001b[31mred\u001b[39m 🙂')).toBe(5)
    expect(padded('\u001b[31mred\u001b[39m', 5)).toBe('\u001b[31mred\u001b[39m  ')
    expect(padded('longer', 3)).toBe('longer')
  })
})
