/** The laws, held against whole conversations by an observer who remembers every line for itself. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { evolve } from '../../src/conversation/evolve.js'
import { edit, type IdIndex, put } from '../../src/conversation/id-index.js'
import type { Conversation, Thread } from '../../src/conversation/state.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import type { ThreadState } from '../../src/lifecycle/thread-state.js'
import { Observer } from '../../src/proof/observer.js'
import * as say from '../conversation/events.js'
import { stories } from '../conversation/stories.js'

type Draft = { -readonly [F in keyof Thread]: Thread[F] }

/** The conversation with one of its threads otherwise than the rules made it. */
function forged(conversation: Conversation, threadId: string, change: (thread: Draft) => void): Conversation {
  const threads: IdIndex<Thread> = {
    settled: conversation.threads.settled,
    recent: new Map(conversation.threads.recent),
  }
  const thread = { ...edit(threads, threadId) }
  change(thread)
  put(threads, threadId, thread)
  return { ...conversation, threads }
}

const inState = (change: Partial<ThreadState>) => (conversation: Conversation, threadId: string) =>
  forged(conversation, threadId, (thread) => {
    const automaton = automatonFor(conversation.policy)
    thread.state = automaton.find({ ...automaton.describe(thread.state), ...change })
  })

/** What an observer says of a log's last event, if the conversation stood after it as `forge` makes it stand. */
function heard(log: readonly LifecycleEvent[], forge: (after: Conversation) => Conversation = (after) => after) {
  const observer = new Observer()
  let state: Conversation | null = null
  const heard = log.map((event, place) => {
    const after: Conversation = evolve(state, event)
    state = after
    return observer.hear(event, place === log.length - 1 ? forge(after) : after)
  })
  expect(heard.slice(0, -1).flat()).toEqual([])
  return (heard.at(-1) ?? []).map(({ id, threadId }) => `${id} ${threadId}`)
}

test('No story that the rules allow breaks a law, on any thread.', () => {
  fc.assert(
    fc.property(stories, ({ log, states }) => {
      const observer = new Observer()
      const breaches = log.flatMap((event, at) => observer.hear(event, states[at] as Conversation))
      expect(breaches).toEqual([])
    }),
    { numRuns: 300 },
  )
})

describe('A step that no machine of ours would take is named by the laws that it breaks', () => {
  const abused = [say.opened(), ...say.ignoredWarnings(1, 3)]

  test('an end without an ignored warning', () => {
    const early = [say.opened(), ...say.failedRedirections(3)]
    const observer = new Observer()
    let state: Conversation | null = null
    for (const event of early) {
      state = evolve(state, event)
      observer.hear(event, state)
    }
    const after = inState({ lifecycle: 'ended' })(state as unknown as Conversation, 'main')
    expect(observer.hear(say.ended('persistent-harm'), after).map(({ id }) => id)).toContain('I2')
    expect(heard([...abused, say.ended('persistent-harm')])).toEqual([])
  })

  test('a failure that is not counted, or counted twice', () => {
    expect(heard([...abused], (after) => inState({ failures: 2 })(after, 'main'))).toContain('D6 main')
  })

  test('risk that does not reach another thread', () => {
    const two = [say.opened(), say.received('u1'), say.forked('b', { messageId: 'u1' }, 'u1b'), say.flagged('crisis')]
    expect(heard(two)).toEqual([])
    expect(heard(two, (after) => inState({ risk: 'clear' })(after, 'b'))).toContain('I14 b')
  })

  const forks = [say.opened(), say.received('u1'), say.sent('a1'), say.received('u2')]
  const edited = say.forked('b', { messageId: 'u2' }, 'u2b')
  test.each([
    ['born ended', 'I8 b', inState({ lifecycle: 'ended' }), 'b'],
    ['born flagged', 'I8 b', inState({ risk: 'flagged' }), 'b'],
    ['born with a message too many', 'I8 b', (after: Conversation) => forged(after, 'b', (b) => (b.depth += 1)), 'b'],
    ['that moves its parent', 'I9 main', inState({ closing: 'asked' }), 'main'],
    [
      'that moves its parent’s head',
      'I9 main',
      (after: Conversation) => forged(after, 'main', (a) => (a.headId = 'a1')),
      '',
    ],
  ] as const)('a fork %s', (_, law, forge, threadId) => {
    expect(heard([...forks, edited])).toEqual([])
    expect(heard([...forks, edited], (after) => forge(after, threadId))).toContain(law)
  })
})
