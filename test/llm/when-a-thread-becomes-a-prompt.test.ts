/** A thread as the turns of a prompt: by turns, every call closed at once, and the same to the byte up to where branches part. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { threadsOf } from '../../src/conversation/state.js'
import { viewThread } from '../../src/conversations/thread-view.js'
import { asked, type PromptTurn, turnsOf, withExchange } from '../../src/llm/turns.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { oddMessages } from './odd-messages.js'
import { calls, says } from './scripted-model.js'

const use = (id: string) => ({ type: 'tool_use', id, name: 'look', input: {} })
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'seen' })
const text = (words: string) => ({ type: 'text', text: words })

/** What providers refuse a prompt for; `undefined` if for nothing. */
function faultIn(turns: readonly PromptTurn[]): string | undefined {
  let open: string[] = []
  const ids = new Set<string>()
  for (const [place, { role, parts }] of turns.entries()) {
    if (role !== (place % 2 === 0 ? 'user' : 'assistant')) return `turn ${place} is the ${role}'s`
    if (parts.length === 0) return `turn ${place} is empty`
    const results = parts.flatMap((part) => (part.kind === 'result' ? [part.id] : []))
    const isFirst = parts.slice(0, results.length).every(({ kind }) => kind === 'result')
    if (!isFirst) return `in turn ${place} results do not come first`
    if (results.sort().join() !== open.sort().join()) return `turn ${place} closes ${results} of ${open}`
    if (parts.some((part) => part.kind === 'text' && part.text.trim() === '')) return `turn ${place} has blank text`
    open = parts.flatMap((part) => (part.kind === 'call' ? [part.id] : []))
    for (const id of open) {
      if (ids.has(id)) return `two calls have the id ${id}`
      ids.add(id)
    }
  }
  return open.length > 0 ? `${open} are left open` : undefined
}

test('Whatever a thread holds, its turns alternate from the user’s on, and every call is closed in the next.', () => {
  fc.assert(
    fc.property(oddMessages, (said) => {
      expect(faultIn(turnsOf(said))).toBeUndefined()
    }),
    { numRuns: 5_000 },
  )
})

describe('A call', () => {
  test('with its result, in one message: three turns.', () => {
    const turns = turnsOf([
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: [text('Now.'), use('a'), result('a')] },
      { role: 'assistant', content: 'I have seen it.' },
    ])
    expect(turns.map(({ role, parts }) => [role, parts.map(({ kind }) => kind)])).toEqual([
      ['user', ['text']],
      ['assistant', ['text', 'call']],
      ['user', ['result']],
      ['assistant', ['text']],
    ])
  })

  test('whose result comes with the user’s next message is closed by that.', () => {
    const turns = turnsOf([
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: [use('a')] },
      { role: 'user', content: [result('a'), text('And?')] },
    ])
    expect(turns.at(-1)?.parts).toMatchObject([
      { kind: 'result', id: 'a', name: 'look', text: 'seen' },
      { kind: 'text', text: 'And?' },
    ])
  })

  test('whose result was never kept is closed with an error.', () => {
    const turns = turnsOf([
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: [use('a')] },
    ])
    expect(turns.at(-1)).toMatchObject({ role: 'user', parts: [{ kind: 'result', id: 'a', isError: true }] })
  })
})

test('A step goes back as it was said: its pieces of text are one text, with the blank ones between, and calls stand last.', () => {
  const step = [says('One'), says(' '), calls('look', {}, 'a'), says('two')]
  const results = [{ id: 'a', name: 'look', text: 'seen', isError: false }]
  const turns = withExchange(turnsOf([{ role: 'user', content: 'Look.' }]), step, results)
  expect(turns.slice(1)).toEqual([
    { role: 'assistant', parts: [says('One '), says('two'), calls('look', {}, 'a')] },
    { role: 'user', parts: [{ kind: 'result', ...results[0] }] },
  ])
})

test('What a model is asked with is never empty, and ends with the user’s turn.', () => {
  expect(faultIn(asked([]))).toBeUndefined()
  const turns = turnsOf([{ role: 'assistant', content: 'Hello.' }])
  expect(asked(turns).map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(asked(asked(turns))).toEqual(asked(turns))
})

test('What was erased is said to be, and not left out.', () => {
  const turns = turnsOf([
    { role: 'user', content: null },
    { role: 'assistant', content: 'Yes.' },
  ])
  expect(turns[0]?.parts).toEqual([{ kind: 'text', text: '[This message was erased.]' }])
})

/** The prompt's text, turn by turn, part by part: what a provider caches by. */
const partsIn = (turns: readonly PromptTurn[]) =>
  turns.flatMap(({ role, parts }) => parts.map((part) => JSON.stringify([role, part])))

test('A branch’s prompt is its parent’s to the byte, up to the cut.', () => {
  let forks = 0
  fc.assert(
    fc.property(arbitraries(fc).conversations({ attemptsMax: 40 }), ({ states }) => {
      const last = states.at(-1)
      for (const thread of last ? threadsOf(last) : []) {
        const parent = last && thread.from && threadsOf(last).find(({ threadId }) => threadId === thread.from?.threadId)
        if (!last || !parent) continue
        const line = (of: typeof thread) => viewThread('c', last, of).messages
        const shared = line(parent).findIndex(({ messageId }) => messageId === thread.from?.messageId)
        const prefix = partsIn(turnsOf(line(parent).slice(0, shared)))
        expect(partsIn(turnsOf(line(thread))).slice(0, prefix.length)).toEqual(prefix)
        forks++
      }
    }),
    { numRuns: 100 },
  )
  expect(forks).toBeGreaterThan(50)
})
