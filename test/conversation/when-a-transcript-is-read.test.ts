/** What the state tells of a line: who said what, for which purpose, in order; and which message is the latest. */
import { expect, test } from 'vitest'
import { fold } from '../../src/conversation/fold.js'
import { lookUp } from '../../src/conversation/id-index.js'
import { isLatest } from '../../src/conversation/judge.js'
import { type Conversation, isOnLine, threadsOf, transcriptOf } from '../../src/conversation/state.js'
import { assessed, failedRedirections, forked, opened, received, sent } from './events.js'
import { conversationAfter } from './given.js'

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const threadIn = (conversation: Conversation, id: string) => {
  const thread = lookUp(conversation.threads, id)
  if (!thread) throw new Error(`there is no thread ${id}`)
  return thread
}

test('A message keeps its role, its purpose and its warning.', () => {
  const log = [opened({ redirections: 1 }), ...failedRedirections(1), sent('w', 'warning'), received('u9'), sent('a9')]
  for (const conversation of [conversationAfter(...log), fold(log) as Conversation]) {
    const told = transcriptOf(conversation, threadIn(conversation, 'main')).slice(-3)
    expect(told.map(({ messageId, role, purpose }) => [messageId, role, purpose])).toEqual([
      ['w', 'assistant', 'warning'],
      ['u9', 'user', null],
      ['a9', 'assistant', 'reply'],
    ])
    expect(told.map(({ warning }) => warning !== null)).toEqual([true, false, false])
    expect(told[0]?.warning).toEqual(sent('w', 'warning').data.warning)
  }
})

test('Threads come in the order of their birth, however many, and whatever they are called.', () => {
  const names = range(300).map((n) => `t${(n * 7919) % 1009}`)
  const log = [opened(), received('u1'), ...names.map((name) => forked(name, { messageId: 'u1' }, `e-${name}`))]
  for (const conversation of [conversationAfter(...log), fold(log) as Conversation]) {
    expect(threadsOf(conversation).map(({ threadId }) => threadId)).toEqual(['main', ...names])
  }
})

test('Only the latest user message is the latest, whoever answered since.', () => {
  const conversation = conversationAfter(opened(), received('u1'), received('u2'), sent('a2'))
  const main = threadIn(conversation, 'main')
  expect(isLatest(conversation, main, assessed('u2', 'none'))).toBe(true)
  expect(isLatest(conversation, main, assessed('u1', 'none'))).toBe(false)
  expect(isLatest(conversation, main, received('u3'))).toBe(false)
})

test('A message of another branch is not on the line, nor is one after the cut.', () => {
  const log = [opened(), received('u1'), sent('a1'), received('u2'), forked('b', { messageId: 'u2' }, 'u2b')]
  const conversation = conversationAfter(...log)
  const isOn = (threadId: string, messageId: string) => {
    const message = lookUp(conversation.messages, messageId)
    return message !== undefined && isOnLine(conversation, threadIn(conversation, threadId), message)
  }
  expect(['u1', 'a1', 'u2', 'u2b'].map((id) => isOn('b', id))).toEqual([true, true, false, true])
  expect(['u1', 'a1', 'u2', 'u2b'].map((id) => isOn('main', id))).toEqual([true, true, true, false])
})
