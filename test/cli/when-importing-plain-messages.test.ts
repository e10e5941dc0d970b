/** One conversation a line: who said what, and how it was assessed where the line says so. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Draft } from '../../src/cli/importing/draft.js'
import { draftMessages } from '../../src/cli/importing/messages.js'
import { linesIn, threadIn, told } from './told.js'

function drafted(line: unknown, assumeHarmless = false): Draft {
  const draft = draftMessages(line, { assumeHarmless })
  if (isLeft(draft)) throw new Error(draft.left)
  return draft.right
}
const user = (content: unknown, assessment?: unknown) => ({
  role: 'user',
  content,
  ...(assessment ? { assessment } : {}),
})
const assistant = (content: unknown) => ({ role: 'assistant', content })

describe('a line', () => {
  test('Messages stand on one thread, in order, under the line’s id.', () => {
    const draft = drafted({ id: 'c1', messages: [user('Hi'), assistant('Hello'), user('Bye')] })
    expect(draft.conversationId).toBe('c1')
    expect(linesIn(told(draft))).toEqual({ main: ['1', '2', '3'] })
    expect(draft.events.map(({ type }) => type)).toEqual([
      'conversation.opened',
      'message.received',
      'message.sent',
      'message.received',
    ])
  })

  test('A whole number may be an id.', () => {
    expect(drafted({ id: 12, messages: [user('Hi')] }).conversationId).toBe('12')
  })

  test('Content may be blocks.', () => {
    const blocks = [{ type: 'text', text: 'Hi' }]
    expect(drafted({ messages: [user(blocks)] }).events[1]?.data).toMatchObject({ content: blocks })
  })

  test('Without an id, what is said names the conversation, and what is not read does not.', () => {
    const named = (line: object) => drafted(line).conversationId
    const id = named({ messages: [user('Hi'), assistant('Hello')] })
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(named({ source: 'x', messages: [{ content: 'Hi', role: 'user', at: 1 }, assistant('Hello')] })).toBe(id)
    expect(named({ messages: [user('Hi'), assistant('Hello!')] })).not.toBe(id)
    expect(named({ messages: [user('Hi', { harm: 'none' }), assistant('Hello')] })).not.toBe(id)
  })
})

describe('assessments', () => {
  test('An assessment follows its message; the others stay unassessed.', () => {
    const line = { messages: [user('You fool', { harm: 'harmful' }), assistant('Well'), user('Sorry')] }
    const draft = drafted(line)
    expect(draft.events[2]).toMatchObject({
      type: 'message.assessed',
      actor: { kind: 'assessor', id: 'import' },
      data: { messageId: '1', harm: 'harmful', risk: null },
    })
    expect(threadIn(told(draft), 'main')).toMatchObject({ lifecycle: 'redirecting.due', assessment: 'pending' })
  })

  test('All that an assessment may say is kept.', () => {
    const said = { harm: 'none', risk: 'crisis', categories: { crisis: 0.9 }, confidence: 0.8 }
    const draft = drafted({ messages: [user('Help', said)] })
    expect(draft.events[2]?.data).toEqual({ ...said, threadId: 'main', messageId: '1' })
    expect(told(draft).risk).toBe('flagged')
  })

  test('Taken for harmless, if so told, is what no assessment speaks of.', () => {
    const draft = drafted({ messages: [user('You fool', { harm: 'harmful' }), user('Sorry')] }, true)
    expect(draft.events.flatMap(({ type, actor }) => (type === 'message.assessed' ? [actor.id] : []))).toEqual([
      'import',
      'assumed-harmless',
    ])
  })
})

describe('lines that are no conversation', () => {
  const deep = JSON.parse(`${'[{"a":'.repeat(9_000)}1${'}]'.repeat(9_000)}`)
  test.each([
    ['a string', 'Hi', 'must be an object'],
    ['no messages', { id: 'c' }, 'messages must be a list that is not empty'],
    ['an empty list', { messages: [] }, 'messages must be a list that is not empty'],
    ['an empty id', { id: '', messages: [user('Hi')] }, 'id must be a string that is not empty, or a whole number'],
    [
      'a broken number as id',
      { id: 1.5, messages: [user('Hi')] },
      'id must be a string that is not empty, or a whole number',
    ],
    ['a message of null', { messages: [null] }, 'messages[0]: must be an object'],
    [
      'another role',
      { messages: [user('Hi'), { role: 'system', content: 'x' }] },
      'messages[1]: role must be user or assistant',
    ],
    [
      'no content',
      { messages: [{ role: 'user' }] },
      'messages[0]: content must be a string or a list of content blocks',
    ],
    [
      'blocks of text',
      { messages: [user(['Hi'])] },
      'messages[0]: content must be a string or a list of content blocks',
    ],
    [
      'an unknown harm',
      { messages: [user('Hi', { harm: 'some' })] },
      'messages[0]: assessment: harm must be none or harmful',
    ],
    [
      'an unknown risk',
      { messages: [user('Hi', { harm: 'none', risk: 'rain' })] },
      'messages[0]: assessment: risk must be self-harm or crisis or harm-to-others',
    ],
    [
      'too much confidence',
      { messages: [user('Hi', { harm: 'none', confidence: 2 })] },
      'messages[0]: assessment: confidence must be from 0 to 1',
    ],
    [
      'an assistant assessed',
      { messages: [{ ...assistant('Hi'), assessment: { harm: 'none' } }] },
      'messages[0]: assessment: only what the user says is assessed',
    ],
    ['content nested too deep to write', { messages: [user(deep)] }, 'messages: content is nested too deep'],
  ])('Refused, and told why: %s.', (_, line, why) => {
    expect(draftMessages(line, { assumeHarmless: false })).toMatchObject({ left: why })
  })
})
