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
import { given } from './given.js'

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
      .whenLogged(event)
      .thenRefused('unknown-thread')
    given(...log)
      .whenLogged(saidBy('operator', event))
      .thenRefused('unknown-thread')
  },
)

describe('A message id is new in the whole conversation', () => {
  test.each(['u1', 'a1', 'e1', 'a2'])('so %s is taken on every thread.', (taken) => {
    for (const threadId of ['main', 'edit']) {
      given(...log)
        .whenLogged(received(taken, threadId))
        .thenRefused('duplicate-message')
      given(...log)
        .whenLogged(sent(taken, 'reply', threadId))
        .thenRefused('duplicate-message')
    }
    given(...log)
      .whenLogged(forked('again', { messageId: 'u1' }, taken))
      .thenRefused('duplicate-message')
  })

  test('which is said before what the moment forbids.', () => {
    given(...log)
      .whenLogged(sent('a1', 'warning'))
      .thenRefused('duplicate-message')
    given(...log)
      .whenLogged(sent('a1', 'confirmation'))
      .thenRefused('duplicate-message')
    given(...log, flagged())
      .whenLogged(sent('a1', 'warning'))
      .thenRefused('duplicate-message')
  })
})

describe('A fork', () => {
  test('needs a new thread, which is said before all else of it.', () => {
    const wrong = forked('edit', { messageId: 'nothing' }, 'u1')
    given(...log)
      .whenLogged(wrong)
      .thenRefused('duplicate-thread')
    given(...log)
      .whenLogged(forked('main', { messageId: 'u1' }, 'e9'))
      .thenRefused('duplicate-thread')
  })

  test('cuts at a message of the line it names, not of another.', () => {
    given(...log)
      .whenLogged(forked('new', { messageId: 'nothing' }, 'e9'))
      .thenRefused('unknown-message')
    given(...log)
      .whenLogged(forked('new', { messageId: 'e1' }, 'e9'))
      .thenRefused('unknown-message')
    given(...log)
      .whenLogged(forked('new', { threadId: 'edit', messageId: 'a1' }))
      .thenRefused('unknown-message')
    given(...log)
      .whenLogged(forked('new', { threadId: 'edit', messageId: 'u1' }, 'u1'))
      .thenRefused('unknown-message')
  })

  test('edits what the user said, and retries what the assistant said.', () => {
    given(...log)
      .whenLogged(forked('new', { messageId: 'a1' }, 'e9'))
      .thenRefused('wrong-role')
    given(...log)
      .whenLogged(forked('new', { messageId: 'u1' }))
      .thenRefused('wrong-role')
    given(...log)
      .whenLogged(forked('new', { messageId: 'a1' }, 'u1'))
      .thenRefused('wrong-role')
  })

  test('is the user’s to make, which is said before what it names.', () => {
    given(...log)
      .whenLogged(saidBy('assistant', forked('edit', { messageId: 'nothing' })))
      .thenRefused('not-permitted')
  })
})

describe('Who may speak is asked', () => {
  test('before what is named.', () => {
    given(...log)
      .whenLogged(saidBy('assistant', received('u1')))
      .thenRefused('not-permitted')
    given(...log)
      .whenLogged(saidBy('user', erased('nothing')))
      .thenRefused('not-permitted')
    given(...log)
      .whenLogged(saidBy('assistant', assessed('nothing', 'none')))
      .thenRefused('not-permitted')
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
        .whenLogged(event)
        .thenRefused('not-permitted')
    }
  })
})

test('Feedback is on the thread, or on a message of its line.', () => {
  given(...log)
    .whenLogged(feedback('a2', 'edit'))
    .thenAccepted()
  given(...log)
    .whenLogged(feedback('a2'))
    .thenRefused('unknown-message')
  given(...log)
    .whenLogged(feedback('u1', 'edit'))
    .thenRefused('unknown-message')
})

test('What is erased may be on any thread, and must be there.', () => {
  given(...log)
    .whenLogged(erased('u1', 'e1', 'a2'))
    .thenAccepted()
  given(...log)
    .whenLogged(erased('u1', 'nothing'))
    .thenRefused('unknown-message')
})

test('That a message was assessed is said after that it is there, and there is no more to say of it.', () => {
  given(...log)
    .whenLogged(assessed('a1', 'none'))
    .thenRefused('unknown-message')
  given(...log)
    .whenLogged(assessed('u1', 'none'))
    .thenRefused('already-assessed')
})

test('Clearing risk names no thread, and asks the policy first.', () => {
  given(...log)
    .whenLogged(cleared('user'))
    .thenRefused('not-permitted')
  given(...log)
    .whenLogged(cleared('operator'))
    .thenRefused('risk-not-flagged')
})
