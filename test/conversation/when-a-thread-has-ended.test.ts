/** After the end (SPEC R8, R9): nothing more is said on the thread; everything else goes on. */
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import {
  assessed,
  cleared,
  confirmed,
  declined,
  ended,
  erased,
  feedback,
  flagged,
  forked,
  ignoredWarnings,
  opened,
  proposed,
  received,
  requested,
  saidBy,
  sent,
  unassessed,
  welfare,
  withdrawn,
} from './events.js'
import { conversationAfter, given, lineIn, refused, threadIn, vetoesIn } from './given.js'

const log = [opened({ redirections: 1 }), ...ignoredWarnings(1, 1), ended('persistent-harm')]

const closed: readonly LifecycleEvent[] = [
  received('u9'),
  assessed('u3', 'none'),
  unassessed('u3'),
  ...(['reply', 'redirection', 'warning', 'support', 'confirmation'] as const).map((purpose) => sent('a9', purpose)),
  requested(),
  confirmed(),
  withdrawn(),
  proposed(),
  ended('persistent-harm'),
  ended('user-request'),
]

test.each(closed.map((event) => [event.type, event] as const))('%s is refused as ended.', (_, event) => {
  given(...log)
    .when(event)
    .then(refused('ended'))
})

const still: readonly LifecycleEvent[] = [
  flagged(),
  declined(['already-ended']),
  feedback(),
  feedback('w2'),
  welfare(),
  erased('u1'),
]

test.each(still.map((event) => [event.type, event] as const))('%s is accepted, and it stays ended.', (_, event) => {
  given(...log)
    .when(event)
    .thenState({ lifecycle: 'ended' })
})

test('Risk that was flagged after the end is cleared after it.', () => {
  given(...log, flagged())
    .when(cleared())
    .thenState({ lifecycle: 'ended', risk: 'clear' })
  given(...log)
    .when(cleared())
    .then(refused('risk-not-flagged'))
})

test('Nothing else stands in the way of a second end: it has ended, and that is all.', () => {
  for (const state of [conversationAfter(...log), conversationAfter(...log, flagged())]) {
    expect(vetoesIn(state, 'persistent-harm')).toEqual(['already-ended'])
    expect(vetoesIn(state, 'user-request')).toEqual(['already-ended'])
  }
  given(...log)
    .when({ type: 'endThread', data: { threadId: 'main', ground: 'user-request', reason: 'r' } })
    .then(refused('ended', ['already-ended']))
})

test('The thread says how it ended.', () => {
  const { version } = conversationAfter(...log)
  expect(threadIn(conversationAfter(...log)).ended).toMatchObject({ ground: 'persistent-harm', version })
})

describe('That it has ended is said', () => {
  test('before what is wrong with a message.', () => {
    for (const event of [
      received('u1'),
      sent('u1'),
      assessed('nothing', 'none'),
      assessed('u1', 'none'),
      unassessed('x'),
    ]) {
      given(...log)
        .when(event)
        .then(refused('ended'))
    }
  })

  test('before what the policy permits.', () => {
    given(opened({ redirections: 1, userMayEnd: false }), ...ignoredWarnings(1, 1), ended('persistent-harm'))
      .when(requested())
      .then(refused('ended'))
  })

  test('before that the person is at risk.', () => {
    given(...log, flagged())
      .when(sent('w9', 'warning'))
      .then(refused('ended'))
    given(...log, flagged())
      .when(requested())
      .then(refused('ended'))
  })

  test('after who may speak at all, and after that there is such a thread.', () => {
    given(...log)
      .when(saidBy('system', received('u9')))
      .then(refused('not-permitted'))
    given(...log)
      .when(received('u9', 'nowhere'))
      .then(refused('unknown-thread'))
  })
})

test('Feedback names a message of the thread, also after the end.', () => {
  given(...log)
    .when(feedback('u99'))
    .then(refused('unknown-message'))
})

describe('It can be forked', () => {
  test('at any message of the user: the branch goes on, the thread stays ended.', () => {
    const after = conversationAfter(...log, forked('edit', { messageId: 'u3' }, 'e3'))
    expect(lineIn(after, 'edit')).toEqual(['u1', 'a1', 'u2', 'w2', 'e3'])
    given(...log, forked('edit', { messageId: 'u3' }, 'e3')).thenState({ lifecycle: 'forked', failures: 1 }, 'edit')
    given(...log, forked('edit', { messageId: 'u3' }, 'e3')).thenState({ lifecycle: 'ended' })
    given(...log, forked('edit', { messageId: 'u3' }, 'e3'))
      .when(received('u10', 'edit'))
      .thenAccepted()
  })

  test('and retried at any message of the assistant.', () => {
    given(...log, forked('retry', { messageId: 'w2' })).thenState({ lifecycle: 'warning.due' }, 'retry')
    given(...log, forked('retry', { messageId: 'a1' })).thenState({ lifecycle: 'redirecting.due' }, 'retry')
  })

  test('and the branch may end in its turn, without a change to the first.', () => {
    const branch = [...log, forked('retry', { messageId: 'w2' }), sent('w10', 'warning', 'retry')]
    const again = [...branch, received('u10', 'retry'), assessed('u10', 'harmful', 'retry')]
    given(...again)
      .when(ended('persistent-harm', 'retry'))
      .thenState({ lifecycle: 'ended' }, 'retry')
  })
})
