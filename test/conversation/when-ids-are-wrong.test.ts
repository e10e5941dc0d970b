/** Structure: what is named must be there, what is new must be new, and which code is said first when several apply. */
import { describe, test } from 'vitest'
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
  harm,
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
import { given, refused } from './given.js'

const log = [opened(), ...harm(1), sent('a1'), forked('edit', { messageId: 'u1' }, 'e1'), sent('a2', 'reply', 'edit')]

const elsewhere: readonly LifecycleEvent[] = [
  received('u9', 'nowhere'),
  assessed('u1', 'none', 'nowhere'),
  unassessed('u1', 'nowhere'),
  sent('a9', 'reply', 'nowhere'),
  flagged('crisis', 'nowhere'),
  requested('nowhere'),
  confirmed('nowhere'),
  withdrawn('nowhere'),
  proposed('nowhere'),
  declined([], 'nowhere'),
  ended('user-request', 'nowhere'),
  forked('other', { threadId: 'nowhere', messageId: 'u1' }, 'e9'),
  feedback('u1', 'nowhere'),
  welfare('nowhere'),
]

test.each(elsewhere.map((event) => [event.type, event] as const))(
  '%s on a thread that is not there is refused, whoever says so.',
  (_, event) => {
    given(...log)
      .when(event)
      .then(refused('unknown-thread'))
    given(...log)
      .when(saidBy('operator', event))
      .then(refused('unknown-thread'))
  },
)

describe('A message id is new in the whole conversation', () => {
  test.each(['u1', 'a1', 'e1', 'a2'])('so %s is taken on every thread.', (taken) => {
    for (const threadId of ['main', 'edit']) {
      given(...log)
        .when(received(taken, threadId))
        .then(refused('duplicate-message'))
      given(...log)
        .when(sent(taken, 'reply', threadId))
        .then(refused('duplicate-message'))
    }
    given(...log)
      .when(forked('again', { messageId: 'u1' }, taken))
      .then(refused('duplicate-message'))
  })

  test('which is said before what the moment forbids.', () => {
    given(...log)
      .when(sent('a1', 'warning'))
      .then(refused('duplicate-message'))
    given(...log)
      .when(sent('a1', 'confirmation'))
      .then(refused('duplicate-message'))
    given(...log, flagged())
      .when(sent('a1', 'warning'))
      .then(refused('duplicate-message'))
  })
})

describe('A fork', () => {
  test('needs a new thread, which is said before all else of it.', () => {
    const wrong = forked('edit', { messageId: 'nothing' }, 'u1')
    given(...log)
      .when(wrong)
      .then(refused('duplicate-thread'))
    given(...log)
      .when(forked('main', { messageId: 'u1' }, 'e9'))
      .then(refused('duplicate-thread'))
  })

  test('cuts at a message of the line it names, not of another.', () => {
    given(...log)
      .when(forked('new', { messageId: 'nothing' }, 'e9'))
      .then(refused('unknown-message'))
    given(...log)
      .when(forked('new', { messageId: 'e1' }, 'e9'))
      .then(refused('unknown-message'))
    given(...log)
      .when(forked('new', { threadId: 'edit', messageId: 'a1' }))
      .then(refused('unknown-message'))
    given(...log)
      .when(forked('new', { threadId: 'edit', messageId: 'u1' }, 'u1'))
      .then(refused('unknown-message'))
  })

  test('edits what the user said, and retries what the assistant said.', () => {
    given(...log)
      .when(forked('new', { messageId: 'a1' }, 'e9'))
      .then(refused('wrong-role'))
    given(...log)
      .when(forked('new', { messageId: 'u1' }))
      .then(refused('wrong-role'))
    given(...log)
      .when(forked('new', { messageId: 'a1' }, 'u1'))
      .then(refused('wrong-role'))
  })

  test('is the user’s to make, which is said before what it names.', () => {
    given(...log)
      .when(saidBy('assistant', forked('edit', { messageId: 'nothing' })))
      .then(refused('not-permitted'))
  })
})

describe('Who may speak is asked', () => {
  test('before what is named.', () => {
    given(...log)
      .when(saidBy('assistant', received('u1')))
      .then(refused('not-permitted'))
    given(...log)
      .when(saidBy('user', erased('nothing')))
      .then(refused('not-permitted'))
    given(...log)
      .when(saidBy('assistant', assessed('nothing', 'none')))
      .then(refused('not-permitted'))
  })

  test('of every event that only some may report.', () => {
    const wrong = [
      saidBy('user', sent('a9')),
      saidBy('user', declined([])),
      saidBy('user', welfare()),
      saidBy('assistant', feedback()),
      saidBy('assistant', erased('u1')),
      saidBy('system', ended('user-request')),
      saidBy('user', proposed()),
    ]
    for (const event of wrong) {
      given(...log)
        .when(event)
        .then(refused('not-permitted'))
    }
  })
})

test('Feedback is on the thread, or on a message of its line.', () => {
  given(...log)
    .when(feedback('a2', 'edit'))
    .thenAccepted()
  given(...log)
    .when(feedback('a2'))
    .then(refused('unknown-message'))
  given(...log)
    .when(feedback('u1', 'edit'))
    .then(refused('unknown-message'))
})

test('What is erased may be on any thread, and must be there.', () => {
  given(...log)
    .when(erased('u1', 'e1', 'a2'))
    .thenAccepted()
  given(...log)
    .when(erased('u1', 'nothing'))
    .then(refused('unknown-message'))
})

test('That a message was assessed is said after that it is there, and there is no more to say of it.', () => {
  given(...log)
    .when(assessed('a1', 'none'))
    .then(refused('unknown-message'))
  given(...log)
    .when(assessed('u1', 'none'))
    .then(refused('already-assessed'))
})

test('Clearing risk names no thread, and asks the policy first.', () => {
  given(...log)
    .when(cleared('user'))
    .then(refused('not-permitted'))
  given(...log)
    .when(cleared('operator'))
    .then(refused('risk-not-flagged'))
})
