/** The long way to an end on persistent harm: R failed redirections, W ignored warnings, and not one fewer. */
import { describe, test } from 'vitest'
import {
  assessed,
  calm,
  ended,
  failedRedirections,
  harm,
  harmThen,
  ignoredWarnings,
  opened,
  received,
  sent,
} from './events.js'
import { given, refused } from './given.js'

const end = ended('persistent-harm')

describe.each([1, 2, 3, 10])('With R=%i redirections', (redirections) => {
  const open = opened({ redirections })

  test('one failed redirection fewer calls for another redirection, not for a warning.', () => {
    const before = given(open, ...failedRedirections(redirections - 1))
    before.thenState({ lifecycle: 'redirecting.due', failures: redirections - 1 })
    before.when(sent('w', 'warning')).then(refused('warning-not-due'))
    before.when(end).then(refused('redirections-remaining', ['redirections-remaining']))
  })

  test('the last one failed makes a warning due.', () => {
    const before = given(open, ...failedRedirections(redirections))
    before.thenState({ lifecycle: 'warning.due', failures: redirections })
    before.when(sent('w', 'warning')).thenState({ lifecycle: 'warning.given' })
    before.when(end).then(refused('warning-not-given', ['warning-not-given']))
  })
})

describe.each([1, 2, 3])('With W=%i warnings', (warnings) => {
  const open = opened({ redirections: 1, warnings })
  const beforeLast = [open, ...ignoredWarnings(warnings - 1, 1), sent('last', 'warning')]
  const last = warnings + 2

  test('the last warning alone does not permit an end.', () => {
    given(...beforeLast).thenState({ lifecycle: 'warning.given', ignored: warnings - 1 })
    given(...beforeLast)
      .when(end)
      .then(refused('warning-not-ignored', ['warning-not-ignored']))
  })

  test('ignoring the last one does.', () => {
    given(...beforeLast, ...harm(last)).thenState({ lifecycle: 'warning.ignored', ignored: warnings })
    given(...beforeLast, ...harm(last))
      .when(end)
      .thenState({ lifecycle: 'ended' })
  })

  test('one ignored fewer calls for the next warning.', () => {
    if (warnings === 1) return given(...failedOnce(open)).thenState({ lifecycle: 'warning.due', ignored: 0 })
    const before = given(open, ...ignoredWarnings(warnings - 1, 1))
    before.thenState({ lifecycle: 'warning.due', ignored: warnings - 1 })
    before.when(end).then(refused('warning-not-given'))
  })
})

const failedOnce = (open: ReturnType<typeof opened>) => [open, ...failedRedirections(1)]
const one = opened({ redirections: 1 })

test('Harm makes a redirection due, and more harm before it counts for nothing.', () => {
  given(one, ...harm(1)).thenState({ lifecycle: 'redirecting.due', failures: 0 })
  given(one, ...harm(1), ...harm(2), ...harm(3)).thenState({ lifecycle: 'redirecting.due', failures: 0 })
})

test('A redirection counts only when it was due, and a reply is none.', () => {
  given(one, received('u1'), sent('a1', 'redirection'), assessed('u1', 'harmful')).thenState({
    lifecycle: 'redirecting.due',
  })
  given(one, ...harmThen(1, 'reply'), ...harm(2)).thenState({ lifecycle: 'redirecting.due', failures: 0 })
  given(one, ...harmThen(1, 'support'), ...harm(2)).thenState({ lifecycle: 'redirecting.due', failures: 0 })
})

test('Harm while a warning is due, or after all were ignored, changes nothing.', () => {
  given(...failedOnce(one), ...harm(3)).thenState({ lifecycle: 'warning.due', failures: 1 })
  given(one, ...ignoredWarnings(1, 1), ...harm(4)).thenState({ lifecycle: 'warning.ignored', failures: 1, ignored: 1 })
})

test('A second warning cannot be given before the first was met by harm.', () => {
  given(...failedOnce(one), sent('w1', 'warning'))
    .when(sent('w2', 'warning'))
    .then(refused('warning-not-due'))
})

test('A reply after a warning does not take it back.', () => {
  given(...failedOnce(one), sent('w1', 'warning'), sent('a', 'reply')).thenState({ lifecycle: 'warning.given' })
})

test('What waits to be assessed stands in the way of an end.', () => {
  const pending = given(one, ...ignoredWarnings(1, 1), received('u9'))
  pending.thenState({ lifecycle: 'warning.ignored', assessment: 'pending' })
  pending.when(end).then(refused('assessment-pending', ['assessment-pending']))
})

test('A harmless turn after the last warning takes the permission back.', () => {
  const calmed = given(opened({ redirections: 2 }), ...ignoredWarnings(1, 2), ...calm(9))
  calmed.thenState({ lifecycle: 'engaging', failures: 2, ignored: 0, calm: 1 })
  calmed.when(end).then(refused('warning-not-given'))
})

test('Harm after calm, with the redirections still used up, makes a warning due at once.', () => {
  given(opened({ redirections: 2 }), ...ignoredWarnings(1, 2), ...calm(9), ...harm(10)).thenState({
    lifecycle: 'warning.due',
    failures: 2,
    ignored: 0,
    calm: 0,
  })
})

test('A refused end tells all that stands in the way, in order, and its code is the first.', () => {
  given(one, ...harm(1), received('u2'))
    .when({ type: 'endThread', data: { threadId: 'main', ground: 'persistent-harm', reason: 'r' } })
    .then(refused('assessment-pending', ['assessment-pending', 'redirections-remaining']))
})

test('An accepted end is reported as it was ordered.', () => {
  const data = { threadId: 'main', ground: 'persistent-harm', reason: 'r' } as const
  given(one, ...ignoredWarnings(1, 1))
    .when({ type: 'endThread', data })
    .then({ type: 'thread.ended', actor: { kind: 'assistant' }, data })
})
