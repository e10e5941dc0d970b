/** Every view is an address, whatever ids are in it, and whatever an address says makes a view. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyView, fragmentOf, tokenIn, type View, viewOf } from '../../src/inspector/address.js'
import { filtered, lineWords, noFilter } from '../../src/inspector/log-filter.js'
import { assessed, forked, opened, received, sent } from '../../src/testing/events.js'
import { timelineFrom } from './timelines.js'

const id = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.isWellFormed())
const views: fc.Arbitrary<View> = fc.record(
  {
    conversation: id,
    thread: id,
    compare: id,
    version: fc.integer({ min: 1, max: 1e9 }),
    whatIf: fc.array(fc.integer({ min: 0, max: 26 }), { maxLength: 4 }),
    looked: id,
    pane: fc.constantFrom('chart', 'why', 'log', 'threads'),
    filter: fc.record({
      types: fc.array(id, { maxLength: 2 }),
      actors: fc.array(id, { maxLength: 2 }),
      text: fc.string(),
    }),
    list: fc.record({ isFlagged: fc.boolean(), isEndedLately: fc.boolean(), text: fc.string(), owner: id }),
  },
  { requiredKeys: ['filter', 'list'] },
)
// A thread is looked at on a scratch copy, or there is none to look at.
const wellFormed = (view: View): boolean =>
  view.filter.text.isWellFormed() && view.list.text.isWellFormed() && (view.whatIf !== undefined || !view.looked)

test('A view that was written as an address is the same when it is read.', () => {
  fc.assert(
    fc.property(views.filter(wellFormed), (view) => {
      expect(viewOf(fragmentOf(view))).toEqual(view)
    }),
  )
})

test('Any text after the # is some view, and throws nothing.', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { version } = viewOf(`#${text}`)
      expect(version === undefined || version > 0).toBe(true)
    }),
  )
  expect(viewOf('#version=-3&pane=cellar&try=nonsense')).toEqual({ ...emptyView, whatIf: [] })
})

test('The token is taken out of the printed address, and the rest stays.', () => {
  expect(tokenIn('#token=abc&conversation=c')).toEqual({ token: 'abc', rest: '#conversation=c' })
  expect(tokenIn('')).toEqual({ token: undefined, rest: '' })
})

test('A log is narrowed by type, actor, thread and text, and by all of them at once.', () => {
  const timeline = timelineFrom([
    opened(),
    received('u1'),
    assessed('u1', 'none'),
    sent('a1'),
    forked('branch', { messageId: 'u1' }, 'e1'),
  ])
  expect(filtered(timeline, noFilter)).toBe(undefined)
  expect(filtered(timeline, { ...noFilter, types: ['message.sent', 'message.received'] })).toEqual([2, 4])
  expect(filtered(timeline, { ...noFilter, actors: ['user'] })).toEqual([2, 5])
  expect(filtered(timeline, { ...noFilter, thread: 'branch' })).toEqual([5])
  expect(filtered(timeline, { ...noFilter, text: 'U1 SAYS' })).toEqual([2])
  expect(filtered(timeline, { ...noFilter, text: 'u1', actors: ['assessor'] })).toEqual([3])
  expect(filtered(timeline, { ...noFilter, types: ['fault'] })).toEqual([])
})

test('What is wrong with an event is told in visible signs, whatever id it names.', () => {
  const timeline = timelineFrom([opened(), received('u\u202e1'), received('u\u202e1')])
  const words = timeline.lines.map(lineWords)
  expect(words[2]).toContain('duplicate-message')
  expect(words.join()).not.toContain('\u202e')
})
