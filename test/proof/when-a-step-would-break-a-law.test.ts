/** The assertions on the write path, before forged steps that no machine of ours would take. */
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { evolve } from '../../src/conversation/evolve.js'
import { edit, type IdIndex, put } from '../../src/conversation/id-index.js'
import type { Conversation, Thread } from '../../src/conversation/state.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import type { ThreadState } from '../../src/lifecycle/thread-state.js'
import { assertKept, brokenBy } from '../../src/proof/kept.js'

const threadId = 'main'
const user = { kind: 'user' } as const
const opened = evolve(null, {
  type: 'conversation.opened',
  actor: { kind: 'system' },
  data: { threadId, policy: defaultPolicy },
})
const received: LifecycleEvent = {
  type: 'message.received',
  actor: user,
  data: { threadId, messageId: 'm1', content: 'hello' },
}
const flagged: LifecycleEvent = { type: 'risk.flagged', actor: { kind: 'operator' }, data: { kind: 'crisis' } }
const ended: LifecycleEvent = {
  type: 'thread.ended',
  actor: { kind: 'assistant' },
  data: { threadId, ground: 'persistent-harm', reason: 'forged' },
}
const cleared: LifecycleEvent = { type: 'risk.cleared', actor: { kind: 'assessor' }, data: { reason: 'forged' } }

/** The conversation with its thread in a state that it did not come to by the rules. */
function forged(conversation: Conversation, change: Partial<ThreadState>): Conversation {
  const automaton = automatonFor(conversation.policy)
  const threads: IdIndex<Thread> = {
    settled: conversation.threads.settled,
    recent: new Map(conversation.threads.recent),
  }
  const thread = { ...edit(threads, threadId) }
  thread.state = automaton.find({ ...automaton.describe(thread.state), ...change })
  put(threads, threadId, thread)
  return { ...conversation, threads }
}

describe('a step that was forged is named by the law it breaks', () => {
  const atRisk = evolve(opened, flagged)
  test.each([
    ['I1', atRisk, ended, forged(atRisk, { lifecycle: 'ended' })],
    ['I4', forged(opened, { lifecycle: 'ended' }), received, forged(opened, { lifecycle: 'engaging' })],
    ['I6', opened, flagged, forged(opened, { risk: 'flagged', closing: 'asked' })],
    ['I12', opened, received, opened],
    ['I14', atRisk, cleared, forged(atRisk, { risk: 'clear' })],
  ] as const)('%s', (id, before, event, after) => {
    expect(brokenBy(before, event, after)).toBe(id)
    expect(() => assertKept(before, event, after)).toThrow(`invariant ${id} would be broken by ${event.type}`)
  })

  test('I8: a fork born ended', () => {
    const spoken = evolve(opened, received)
    const fork: LifecycleEvent = {
      type: 'thread.forked',
      actor: user,
      data: { threadId: 'fork', from: { threadId, messageId: 'm1' }, edit: { messageId: 'm2', content: 'anew' } },
    }
    const after = evolve(spoken, fork)
    const born = [...after.threads.recent.values()].find((thread) => thread.threadId === 'fork') as Thread
    const dead = automatonFor(defaultPolicy).find({
      ...automatonFor(defaultPolicy).describe(born.state),
      lifecycle: 'ended',
    })
    const recent = new Map(after.threads.recent).set('fork', { ...born, state: dead })
    expect(brokenBy(spoken, fork, after)).toBeUndefined()
    expect(brokenBy(spoken, fork, { ...after, threads: { ...after.threads, recent } })).toBe('I8')
  })
})

test('steps by the rules break none', () => {
  const spoken = evolve(opened, received)
  const atRisk = evolve(spoken, flagged)
  expect(brokenBy(null, received, opened)).toBeUndefined()
  expect(brokenBy(opened, received, spoken)).toBeUndefined()
  expect(brokenBy(spoken, flagged, atRisk)).toBeUndefined()
})
