/** `given(…).when(…).then(…)`: silent when it holds; when it does not, an AssertionError that tells the story. */
import { AssertionError } from 'node:assert'
import { left } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { decide } from '../../src/conversation/decide.js'
import * as say from '../../src/testing/events.js'
import { given, refused, rulebook } from '../../src/testing/given.js'

/** What the sentence throws. */
function thrownBy(sentence: () => void): AssertionError {
  try {
    sentence()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AssertionError)
    return thrown as AssertionError
  }
  throw new Error('the sentence holds')
}

const harmed = [say.opened(), say.received('u1'), say.assessed('u1', 'harmful')] as const

test('A sentence that holds says nothing, for events, refusals, vetoes and states alike.', () => {
  given(...harmed)
    .when(say.sent('a1', 'redirection'))
    .then(say.sent('a1', 'redirection'))
  given(...harmed)
    .when(say.sent('a1', 'warning'))
    .then(refused('warning-not-due'))
  given(...harmed)
    .when(say.ended('persistent-harm'))
    .then(refused('redirections-remaining', ['redirections-remaining']))
  given(...harmed)
    .when(say.sent('a1', 'redirection'))
    .thenState({ lifecycle: 'redirecting.tried', failures: 0 })
  given(...harmed)
    .when(say.sent('a1'))
    .thenAccepted()
  given(...harmed).thenState({ lifecycle: 'redirecting.due' })
  given().when(say.received('u1')).then(refused('not-opened'))
})

test('A command and the event that reports it say the same.', () => {
  const command = { type: 'requestEnd', data: { threadId: 'main' } } as const
  given(...harmed)
    .when(command)
    .then(say.requested())
  given(...harmed)
    .when(say.requested())
    .then(say.requested())
})

test('The difference is told as a story: what happened, how it stands, what is in the way, what was expected and came.', () => {
  const error = thrownBy(() =>
    given(...harmed)
      .when(say.sent('a1', 'warning'))
      .then(say.sent('a1', 'warning')),
  )
  expect(error.message.split('\n')).toEqual([
    'It was refused.',
    '',
    'given      1. the conversation opens with main (3 redirections, 1 warnings, 2 calm turns, risk cleared by operator)',
    '           2. the user says u1 on main',
    '           3. u1 is found harmful on main',
    'stands   main: redirecting.due',
    '         no end on persistent-harm: redirections-remaining',
    '         no end on user-request: not-requested',
    'when     the assistant says a1 (warning) on main',
    'expected the assistant says a1 (warning) on main',
    'got      refused: warning-not-due',
  ])
})

test('Of other events the fields that differ are named, and both are on the error for a runner to compare.', () => {
  const wrong = say.sent('a1', 'support')
  const error = thrownBy(() =>
    given(...harmed)
      .when(say.sent('a1'))
      .then(wrong),
  )
  expect(error.message).toContain('differs  0.data.purpose: expected "support", got "reply"')
  expect(error.expected).toEqual([wrong])
  expect(error.actual).toEqual([say.sent('a1')])
})

test('A wrong code, a missing veto, and a refusal that did not come are told apart.', () => {
  const end = given(...harmed).when(say.ended('persistent-harm'))
  expect(thrownBy(() => end.then(refused('risk-flagged'))).message).toContain('expected refused: risk-flagged')
  const vetoed = thrownBy(() => end.then(refused('redirections-remaining', ['risk-flagged'])))
  expect(vetoed.message).toContain('         vetoes: redirections-remaining')
  const unrefused = thrownBy(() =>
    given(...harmed)
      .when(say.sent('a1'))
      .then(refused('ended')),
  )
  expect(unrefused.message).toContain('got      the assistant says a1 (reply) on main')
  expect(thrownBy(() => end.thenAccepted()).message).toContain('expected accepted')
  expect(thrownBy(() => end.thenState({})).message).toContain('got      refused: redirections-remaining')
})

test('A thread that stands otherwise is told field by field, and one that is not there too.', () => {
  const error = thrownBy(() => given(...harmed).thenState({ lifecycle: 'warning.due', failures: 3 }))
  expect(error.message).toContain('differs  lifecycle: expected "warning.due", got "redirecting.due"')
  expect(error.message).toContain('         failures: expected 3, got 0')
  const after = thrownBy(() =>
    given(...harmed)
      .when(say.flagged())
      .thenState({ risk: 'clear' }),
  )
  expect(after.message).toContain('risk: expected "clear", got "flagged"')
  expect(thrownBy(() => given(...harmed).thenState({}, 'nowhere')).message).toContain('there is no thread nowhere')
})

test('What is given must have been possible: the event that is refused is the last that is told.', () => {
  const error = thrownBy(() => given(...harmed, say.ended('persistent-harm'), say.received('u2')))
  expect(error.message).toMatch(
    /refused \(redirections-remaining\)[\s\S]*\n {2}4\. the assistant ends main \(persistent-harm\)$/,
  )
})

test('A sentence that is awaited says so, for it is no promise.', async () => {
  const outcome: unknown = given(...harmed).when(say.sent('a1'))
  await expect((async () => await outcome)()).rejects.toThrow('not a promise')
})

test('A rulebook speaks of the decider that it was given.', () => {
  const never = rulebook({
    decide: (command, state) => (command.type === 'sendMessage' ? left({ code: 'ended' }) : decide(command, state)),
  })
  never(...harmed)
    .when(say.sent('a1'))
    .then(refused('ended'))
  expect(
    thrownBy(() =>
      never(...harmed)
        .when(say.sent('a1'))
        .thenAccepted(),
    ).message,
  ).toContain('got      refused: ended')
})
