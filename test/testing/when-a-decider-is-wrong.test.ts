/** The lifecycle suite against itself: our own decider passes, each broken one is caught by the law that is meant for it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createConversations } from '../../src/conversations.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { doorSubject } from '../../src/testing/examination/door-subject.js'
import { lifecycleSuite } from '../../src/testing/lifecycle-suite.js'
import { brokenDeciders, soon } from './broken-deciders.js'
import { collected } from './registered.js'

describe('our own decider, under the default policy, with every default', () => {
  lifecycleSuite({ test, fc })
})

describe('the door on a store in memory', () => {
  const subject = () => {
    const store = openMemoryStore()
    return doorSubject(() => createConversations({ store }))
  }
  lifecycleSuite({ test, fc, subject, numRuns: 25, floors: { states: 0.6, edges: 0.3 } })
})

// Few stories, hence always the same ones: whether they come to each fault is not for chance to say.
const few = { fc, policy: soon, numRuns: 30, seed: 1 }

test.each(brokenDeciders.map((broken) => [broken.what, broken.caughtBy, broken.subject] as const))(
  'A decider that %s is caught by %s',
  async (_, caughtBy, subject) => {
    const suite = collected()
    lifecycleSuite({ ...few, test: suite.test, subject })
    const failure = await suite.failureOf(caughtBy)
    expect(failure).toContain('Counterexample: [a story:')
    expect(failure).toContain('is broken: ')
  },
)

test('A failure replays: its seed and path lead to the same story at once, and coverage is not asked for then.', async () => {
  const [broken] = brokenDeciders
  const subject = broken?.subject ?? (() => doorSubject(() => createConversations({ store: openMemoryStore() })))
  const first = collected()
  lifecycleSuite({ ...few, test: first.test, subject })
  const failure = (await first.failureOf('I1:')) ?? ''
  const [, seed, path] = /seed: (-?\d+), path: "([\d:]+)"/.exec(failure) ?? []
  const again = collected()
  lifecycleSuite({ ...few, test: again.test, subject, seed: Number(seed), path: String(path) })
  const repeated = (await again.failureOf('I1:')) ?? ''
  const storyIn = (text: string) => /a story:[\s\S]*?\]/.exec(text)?.[0]
  expect(storyIn(repeated)).toBe(storyIn(failure))
  expect(storyIn(failure)).toContain('risk is flagged')
  expect(again.names.at(-1)).toBe('One path is replayed: coverage is not held to its floors.')
})

test('A policy out of bounds is refused before any test is registered.', () => {
  const suite = collected()
  const build = () => lifecycleSuite({ fc, test: suite.test, policy: { ...soon, warnings: 4 } })
  expect(build).toThrow('invalid-policy: warnings must be a whole number from 1 to 3')
  expect(suite.names).toEqual([])
})
