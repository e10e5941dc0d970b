/** One recipe, two runners: live by immer and in bulk. They must agree, give frozen state, and share what did not change. */

import fc from 'fast-check'
import { applyPatches, enablePatches } from 'immer'
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { evolve, evolveWithPatches } from '../../src/conversation/evolve.js'
import { Folding, fold } from '../../src/conversation/fold.js'
import { entriesOf, type IdIndex, lookUp } from '../../src/conversation/id-index.js'
import type { Conversation } from '../../src/conversation/state.js'
import type { ThreadLifeEvent } from '../../src/lifecycle/alphabet.js'
import { calm, cleared, erased, failedRedirections, flagged, forked, opened, received, sent } from './events.js'
import { conversationAfter } from './given.js'
import { pictureOf } from './picture.js'
import { stories } from './stories.js'

enablePatches()

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** Long enough for the live runner's indexes to settle many times, messages and threads both. */
const longLog: readonly LifecycleEvent[] = [
  opened(),
  ...range(150).flatMap((n) => [
    ...calm(n),
    sent(`a${n}`),
    forked(`t${n}`, { messageId: `u${n}` }, `e${n}`),
    sent(`b${n}`, 'reply', `t${n}`),
    ...(n % 25 === 0 ? [flagged('crisis', `t${n}`), erased('u1', `e${n}`), cleared()] : []),
  ]),
]

function* liveStates(log: readonly LifecycleEvent[]): Generator<Conversation> {
  let state: Conversation | null = null
  for (const event of log) {
    state = evolve(state, event)
    yield state
  }
}

describe('Live and in bulk', () => {
  test('every story comes to the same state, from the start and from any state between.', () => {
    fc.assert(
      fc.property(stories, fc.nat(), ({ log, states, state }, lot) => {
        const at = lot % states.length
        const last = pictureOf(state)
        expect(pictureOf(fold(log))).toEqual(last)
        expect(pictureOf(fold(log.slice(at + 1), states[at]))).toEqual(last)
        expect(pictureOf(log.slice(at + 1).reduce(evolve, fold(log.slice(0, at + 1))))).toEqual(last)
      }),
      { numRuns: 300 },
    )
  })

  test('a long log comes to the same state, at every hundredth event.', () => {
    const states = [...liveStates(longLog)]
    const folding = new Folding()
    for (const [at, event] of longLog.entries()) {
      folding.add(event)
      if (at % 100 === 0) expect(pictureOf(folding.state)).toEqual(pictureOf(states[at] ?? null))
    }
    expect(pictureOf(folding.finish())).toEqual(pictureOf(states.at(-1) ?? null))
  })

  test('an event that would not be accepted is thrown out, and has changed nothing.', () => {
    const before = conversationAfter(opened())
    expect(() => evolve(before, sent('w', 'warning'))).toThrow('warning-not-due')
    expect(() => evolve(before, opened())).toThrow('opened twice')
    expect(() => evolve(null, received('u1'))).toThrow('before the opening')
    expect(() => fold([opened(), sent('w', 'warning')])).toThrow('warning-not-due')
    expect(pictureOf(before)).toEqual(pictureOf(conversationAfter(opened())))
  })
})

describe('Patches', () => {
  const isLife = (event: LifecycleEvent): event is ThreadLifeEvent => event.type !== 'conversation.opened'

  test('of every event lead from the state before it to the one after.', () => {
    fc.assert(
      fc.property(stories, ({ log, states }) => {
        for (const [at, event] of log.entries()) {
          const [before, after] = [states[at - 1], states[at]]
          if (!before || !after || !isLife(event)) continue
          const { state, patches } = evolveWithPatches(before, event)
          expect(pictureOf(state)).toEqual(pictureOf(after))
          expect(pictureOf(applyPatches(before, [...patches]))).toEqual(pictureOf(after))
        }
      }),
      { numRuns: 100 },
    )
  })

  test('are enough for whoever follows from the first event on, sent as JSON.', () => {
    let [live, copy] = [conversationAfter(opened()), conversationAfter(opened())]
    for (const event of longLog.filter(isLife)) {
      const { state, patches } = evolveWithPatches(live, event)
      live = state
      copy = applyPatches(copy, JSON.parse(JSON.stringify(patches)))
    }
    expect(pictureOf(copy)).toEqual(pictureOf(live))
  })
})

const warned = [opened({ redirections: 1 }), ...failedRedirections(1), sent('w', 'warning')]
const branched = [...warned, forked('edit', { messageId: 'u1' }, 'e1'), erased('w')]

function unfrozenIn(state: Conversation): readonly string[] {
  const holders: readonly (readonly [string, unknown])[] = [
    ['conversation', state],
    ['policy', state.policy],
    ['clearers', state.policy.riskClearedBy],
    ['threads', state.threads],
    ['messages', state.messages],
    ...entriesOf<unknown>(state.threads),
    ...entriesOf<unknown>(state.messages),
  ]
  return holders.filter(([, value]) => !Object.isFrozen(value)).map(([name]) => name)
}

describe.each([
  ['live', conversationAfter(...branched)],
  ['in bulk', fold(branched) as Conversation],
  ['live after a bulk start', evolve(fold(branched), received('u9'))],
  ['live and long', [...liveStates(longLog)].at(-1) as Conversation],
] as const)('What is given out %s', (_, state) => {
  test('is frozen, all of it.', () => {
    expect(unfrozenIn(state)).toEqual([])
    expect(Object.isFrozen(lookUp(state.messages, 'w')?.warning ?? Object.freeze({}))).toBe(true)
  })

  test('has indexes that nobody can change.', () => {
    for (const { recent } of [state.threads, state.messages] as readonly IdIndex<unknown>[]) {
      expect(() => recent.set('mine', {})).toThrow()
      expect(() => recent.delete('main')).toThrow()
    }
  })
})

test('A bulk run from a given state leaves it as it was, also when it fails halfway.', () => {
  const start = conversationAfter(...branched)
  const before = pictureOf(start)
  expect(() => fold([received('u9'), sent('w', 'reply'), sent('w9', 'warning'), opened()], start)).toThrow()
  expect(pictureOf(start)).toEqual(before)
  expect(lookUp(start.messages, 'u9')).toBeUndefined()
})

test('What an event does not touch is shared with the state before it.', () => {
  const before = conversationAfter(...branched)
  const after = evolve(before, received('u9'))
  expect(after.policy).toBe(before.policy)
  expect(lookUp(after.threads, 'edit')).toBe(lookUp(before.threads, 'edit'))
  for (const [id, message] of entriesOf(before.messages)) expect(lookUp(after.messages, id)).toBe(message)
  expect(lookUp(after.threads, 'main')).not.toBe(lookUp(before.threads, 'main'))
})

test('An event without effect on the tree shares both indexes whole.', () => {
  const before = conversationAfter(...branched)
  const after = evolve(before, {
    type: 'feedback.given',
    actor: { kind: 'user' },
    data: { threadId: 'main', rating: 'up' },
  })
  expect(after.messages).toBe(before.messages)
  expect(lookUp(after.threads, 'main')).toBe(lookUp(before.threads, 'main'))
  expect(after.version).toBe(before.version + 1)
})
