/** The adapter suite against itself: a reference adapter passes, each wrong one is caught by the rule meant for it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/llm/adapter.js'
import { adapterSuite } from '../../src/testing/adapter-suite.js'
import { type Answer, dialect, type Request, referenceAdapter } from './reference-adapter.js'
import { collected } from './registered.js'

describe('the reference adapter', () => {
  adapterSuite({ test, fc, adapter: referenceAdapter, dialect })
})

type Wrong = Adapter<Request, Answer>

const { requestFor, intentsFrom, answersTo } = referenceAdapter
const tool = { name: dialect.endTool.name, description: 'For good.' }

const wrong: readonly { readonly what: string; readonly caughtBy: string; readonly change: Partial<Wrong> }[] = [
  {
    what: 'always offers the end',
    caughtBy: 'The end tool',
    change: { requestFor: (view) => ({ ...requestFor(view), tools: [tool] }) },
  },
  {
    what: 'never offers the end',
    caughtBy: 'The end tool',
    change: { requestFor: (view) => ({ ...requestFor(view), tools: [] }) },
  },
  {
    what: 'says in every prompt what may come',
    caughtBy: 'While someone may be at risk',
    change: { requestFor: (view) => ({ ...requestFor(view), system: 'Rude people have their conversations ended.' }) },
  },
  {
    what: 'keeps talking after the end',
    caughtBy: 'An end that the model asks for',
    change: {
      intentsFrom: (response, view) => [
        ...intentsFrom(response, view),
        { order: 'send', content: 'One more thing.', purpose: 'reply' },
      ],
    },
  },
  {
    what: 'asks for as many ends as there are calls',
    caughtBy: 'An end that the model asks for',
    change: {
      intentsFrom: (response, view) =>
        intentsFrom(response, view).flatMap((intent) => (intent.order === 'send' ? [intent] : Array(2).fill(intent))),
    },
  },
  {
    what: 'swallows a call that was not offered',
    caughtBy: 'An end that the model asks for',
    change: {
      intentsFrom: (response, view) =>
        intentsFrom(response, view).filter(({ order }) => order === 'send' || view.guidance.endTool !== 'none'),
    },
  },
  {
    what: 'knows no handshake',
    caughtBy: 'An end that the model asks for',
    change: {
      intentsFrom: (response, view) =>
        intentsFrom(response, view).map((intent) =>
          intent.order === 'proposeEnd' ? { ...intent, order: 'end', ground: 'persistent-harm' } : intent,
        ),
    },
  },
  {
    what: 'answers the calls that it knows',
    caughtBy: 'Every tool call',
    change: {
      answersTo: (response, carried) => (carried.length === 0 ? [] : answersTo(response, carried).slice(-1)),
    },
  },
  {
    what: 'trusts the provider to send blocks',
    caughtBy: 'No response',
    change: {
      intentsFrom: (response, view) => {
        const { content } = response as { content: readonly unknown[] }
        return content.length === 0 ? [] : intentsFrom(response, view)
      },
    },
  },
  {
    what: 'passes text on unread',
    caughtBy: 'No response',
    change: {
      intentsFrom: (response) => [{ order: 'send', content: response as string, purpose: 'reply' }],
    },
  },
]

test.each(wrong.map(({ what, caughtBy, change }) => [what, caughtBy, change] as const))(
  'An adapter that %s is caught by: %s',
  async (_, caughtBy, change) => {
    const suite = collected()
    adapterSuite({ test: suite.test, fc, adapter: { ...referenceAdapter, ...change }, dialect, numRuns: 150, seed: 1 })
    expect(suite.names).toHaveLength(6)
    expect(await suite.failureOf(caughtBy)).toContain('Counterexample: ')
  },
)

test('Rules that were never tried where the end is open are told from rules that were.', async () => {
  const suite = collected()
  adapterSuite({ test: suite.test, fc, adapter: referenceAdapter, dialect, numRuns: 3, seed: 1 })
  const failure = await suite.failureOf('The threads came to every stance')
  expect(failure).toContain('never tried while guidance said: ')
  expect(await suite.failing()).toHaveLength(1)
})
