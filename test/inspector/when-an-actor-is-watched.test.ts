/** A thread of a log is an XState actor like any other to whoever watches actors. */
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect'
import fc from 'fast-check'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { InspectionEvent } from 'xstate'
import { fold } from '../../src/conversation/fold.js'
import { type Conversation, threadsOf } from '../../src/conversation/state.js'
import { inspectThread } from '../../src/inspector/inspect-thread.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { fromMachine } from '../../src/lifecycle/thread-state.js'
import { orThrow } from '../../src/or-throw.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { type Door, here, openDoor, opened } from '../conversations/door.js'
import { chained } from '../log/recorded.js'

/** A thread that went through harm and risk, and one that was cut from it, told of a risk raised after the cut. */
async function told(): Promise<Door> {
  const door = await opened(openDoor())
  const { conversations } = door
  orThrow(await conversations.receive({ ...here, messageId: 'm1', content: 'Hello' }))
  orThrow(await conversations.send({ ...here, content: 'Good day.', purpose: 'reply' }))
  orThrow(await conversations.receive({ ...here, messageId: 'm2', content: 'harm' }))
  orThrow(await conversations.send({ ...here, content: 'Let us not.', purpose: 'redirection' }))
  const edit = { messageId: 'm3', content: 'kindly' }
  orThrow(await conversations.fork({ ...here, messageId: 'm2', edit, newThreadId: 'cut' }))
  orThrow(await conversations.receive({ ...here, content: 'crisis' }))
  return door
}

describe('a watched actor', () => {
  test.each(['main', 'cut'])(
    'The actor of %s takes every event, and stands where the thread stands.',
    async (threadId) => {
      const { store, conversations } = await told()
      const seen: InspectionEvent[] = []
      const actor = orThrow(
        await inspectThread({ store, conversationId: 'c1', threadId, inspect: (event) => seen.push(event) }),
      )
      const { state } = orThrow(await conversations.thread({ conversationId: 'c1', threadId }))
      expect(fromMachine(actor.getSnapshot())).toEqual(state)
      const sent = seen.flatMap((one) =>
        one.type === '@xstate.event' && 'version' in one.event ? [one.event.type] : [],
      )
      expect(sent.filter((type) => type === 'message.received').length).toBeGreaterThan(0)
      expect(sent.at(-1)).toBe(threadId === 'main' ? 'message.assessed' : 'risk.flagged')
      expect(JSON.stringify(sent)).not.toContain('crisis')
      actor.stop()
    },
  )

  test("Stately's own inspector sees the same actor, its states and what it was sent.", async () => {
    const { store } = await told()
    const seen: StatelyInspectionEvent[] = []
    const { inspect } = createInspector({ send: (event) => seen.push(event) })
    const actor = orThrow(await inspectThread({ store, conversationId: 'c1', threadId: 'main', inspect }))
    await expect.poll(() => seen.filter(({ type }) => type === '@xstate.snapshot').length).toBeGreaterThan(5)
    expect(seen.some(({ type }) => type === '@xstate.actor')).toBe(true)
    const last = seen.findLast(({ type }) => type === '@xstate.snapshot')
    expect(last).toMatchObject({ snapshot: { value: actor.getSnapshot().value } })
    actor.stop()
  })

  test('What is not there is told.', async () => {
    const { store } = await told()
    const inspect = () => {}
    const none = await inspectThread({ store, conversationId: 'c2', threadId: 'main', inspect })
    const stranger = await inspectThread({ store, conversationId: 'c1', threadId: 'x', inspect })
    expect([none, stranger].map((answer) => isLeft(answer) && answer.left.code)).toEqual([
      'not-opened',
      'unknown-thread',
    ])
  })

  test('On every thread of every log it stands where the thread stands, whatever risk came between a cut and a birth.', async () => {
    const met = { raised: 0, cleared: 0, deep: 0, retried: 0 }
    await fc.assert(
      fc.asyncProperty(arbitraries(fc).logs({ attemptsMax: 80 }), async (log) => {
        const conversation = fold(log)
        const store = { read: async () => right(chained(log)) }
        for (const { threadId, state, from } of conversation ? threadsOf(conversation) : []) {
          const sent: string[] = []
          const inspect = (one: InspectionEvent) => {
            if (one.type === '@xstate.event' && 'version' in one.event) sent.push(one.event.type)
          }
          const actor = orThrow(await inspectThread({ store, conversationId: 'conversation-1', threadId, inspect }))
          const expected = automatonFor((conversation as Conversation).policy).describe(state)
          expect(fromMachine(actor.getSnapshot()), threadId).toEqual(expected)
          actor.stop()
          const birth = log.find(({ type, data }) => type === 'thread.forked' && data.threadId === threadId)
          if (birth?.type !== 'thread.forked') continue
          met.retried += birth.data.edit ? 0 : 1
          met.deep += from && from.threadId !== conversation?.rootThreadId ? 1 : 0
          met.raised += sent[sent.indexOf('thread.forked') - 1] === 'risk.flagged' ? 1 : 0
          met.cleared += sent[sent.indexOf('thread.forked') - 1] === 'risk.cleared' ? 1 : 0
        }
      }),
      { numRuns: 60, seed: 11 },
    )
    for (const [what, times] of Object.entries(met)) expect(times, what).toBeGreaterThan(3)
  })
})
