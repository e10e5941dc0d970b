/** Assessments: which message they may name, how far they speak, and what an assessor's silence means. */
import { test } from 'vitest'
import { assessed, calm, forked, harm, opened, received, saidBy, sent, unassessed } from './events.js'
import { given, refused } from './given.js'

test('A message waits until it is assessed.', () => {
  given(opened(), received('u1')).thenState({ assessment: 'pending' })
  given(opened(), received('u1')).when(assessed('u1', 'none')).thenState({ assessment: 'current' })
})

test('An assessment of an earlier message leaves the latest one waiting, and still counts.', () => {
  given(opened(), received('u1'), received('u2'))
    .when(assessed('u1', 'harmful'))
    .thenState({ assessment: 'pending', lifecycle: 'redirecting.due' })
})

test('The latest message is the latest of the user, whatever the assistant has said since.', () => {
  given(opened(), received('u1'), sent('a1')).when(assessed('u1', 'none')).thenState({ assessment: 'current' })
})

test('A message at or before the last assessed one cannot be assessed again.', () => {
  const log = [opened(), received('u1'), received('u2'), received('u3'), assessed('u2', 'none')]
  given(...log)
    .when(assessed('u1', 'harmful'))
    .then(refused('already-assessed'))
  given(...log)
    .when(assessed('u2', 'harmful'))
    .then(refused('already-assessed'))
  given(...log)
    .when(assessed('u3', 'harmful'))
    .thenState({ assessment: 'current' })
})

test('An assistant message, and one that is not there, cannot be assessed.', () => {
  given(opened(), received('u1'), sent('a1')).when(assessed('a1', 'none')).then(refused('unknown-message'))
  given(opened(), received('u1')).when(assessed('u9', 'none')).then(refused('unknown-message'))
})

test('A failed assessment changes nothing: what was not assessed is doubt.', () => {
  given(opened(), received('u1')).when(unassessed('u1')).thenState({ assessment: 'pending', lifecycle: 'engaging' })
  given(opened(), received('u1'), unassessed('u1')).when(assessed('u1', 'none')).thenState({ assessment: 'current' })
})

test('A failed assessment names a user message of its thread.', () => {
  given(opened(), received('u1'), sent('a1')).when(unassessed('a1')).then(refused('unknown-message'))
  given(opened(), received('u1')).when(unassessed('u9')).then(refused('unknown-message'))
})

test('It may come late, and twice: unlike an assessment it claims nothing.', () => {
  given(opened(), ...harm(1), unassessed('u1'))
    .when(unassessed('u1'))
    .thenState({ lifecycle: 'redirecting.due' })
})

test('Only the assessor assesses.', () => {
  for (const kind of ['user', 'assistant', 'operator', 'system'] as const) {
    given(opened(), received('u1'))
      .when(saidBy(kind, assessed('u1', 'none')))
      .then(refused('not-permitted'))
    given(opened(), received('u1'))
      .when(saidBy(kind, unassessed('u1')))
      .then(refused('not-permitted'))
  }
})

test('What one branch has assessed is still to be assessed on another.', () => {
  const log = [opened(), received('u1'), sent('a1'), forked('retry', { messageId: 'a1' }), assessed('u1', 'none')]
  given(...log).thenState({ assessment: 'current' })
  given(...log).thenState({ assessment: 'pending' }, 'retry')
  given(...log)
    .when(assessed('u1', 'none', 'retry'))
    .thenState({ assessment: 'current' }, 'retry')
})

test('What was assessed before the cut stays assessed on the branch.', () => {
  const log = [opened(), ...calm(1), sent('a1'), received('u2'), forked('edit', { messageId: 'u2' }, 'e2')]
  given(...log)
    .when(assessed('u1', 'none', 'edit'))
    .then(refused('already-assessed'))
  given(...log)
    .when(assessed('e2', 'none', 'edit'))
    .thenState({ assessment: 'current' }, 'edit')
})

test('A message that another branch added is not on this one.', () => {
  const log = [opened(), received('u1'), forked('edit', { messageId: 'u1' }, 'e1'), received('u2')]
  given(...log)
    .when(assessed('u2', 'none', 'edit'))
    .then(refused('unknown-message'))
  given(...log)
    .when(assessed('u1', 'none', 'edit'))
    .then(refused('unknown-message'))
  given(...log)
    .when(assessed('e1', 'none'))
    .then(refused('unknown-message'))
})
