/** Erasing takes the words and leaves the message: its place, its purpose and all that followed from it. */
import { expect, test } from 'vitest'
import { evolve } from '../../src/conversation/evolve.js'
import { fold } from '../../src/conversation/fold.js'
import { lookUp } from '../../src/conversation/id-index.js'
import { ended, erased, failedRedirections, feedback, forked, ignoredWarnings, opened, sent } from './events.js'
import { conversationAfter, given, lineIn, refused } from './given.js'
import { pictureOf } from './picture.js'

const warned = [opened({ redirections: 1 }), ...failedRedirections(1), sent('w1', 'warning')]

test('An erased message has no content, and keeps all else.', () => {
  const before = conversationAfter(...warned)
  const after = evolve(before, erased('w1'))
  const message = lookUp(before.messages, 'w1')
  expect(lookUp(after.messages, 'w1')).toEqual({ ...message, content: null })
  expect(message?.content).not.toBeNull()
})

// The live runner kept a draft of the warning, which immer had revoked, and the next look at it threw.
test('An erased warning can be erased again, and still says what it warned of.', () => {
  const after = [erased('w1'), erased('u1', 'w1'), erased('w1', 'w1')].reduce(evolve, conversationAfter(...warned))
  expect(lookUp(after.messages, 'w1')).toMatchObject({ content: null, warning: { behavior: 'insults' } })
  expect(pictureOf(after)).toEqual(pictureOf(fold([...warned, erased('w1'), erased('u1', 'w1'), erased('w1', 'w1')])))
})

test('The line is as long as before, and can be forked at what was erased.', () => {
  const log = [...warned, erased('u1', 'w1'), forked('retry', { messageId: 'w1' })]
  expect(lineIn(conversationAfter(...log))).toEqual(['u1', 'a1', 'u2', 'w1'])
  expect(lineIn(conversationAfter(...log), 'retry')).toEqual(['u1', 'a1', 'u2'])
})

test('A thread that has ended still lets content be erased and feedback be given.', () => {
  const log = [opened({ redirections: 1 }), ...ignoredWarnings(1, 1), ended('persistent-harm')]
  given(...log)
    .when(erased('u1'))
    .thenState({ lifecycle: 'ended' })
  given(...log)
    .when(feedback('u1'))
    .thenState({ lifecycle: 'ended' })
})

test('A message that the conversation does not have cannot be erased.', () => {
  given(...warned)
    .when(erased('w1', 'w2'))
    .then(refused('unknown-message'))
})
