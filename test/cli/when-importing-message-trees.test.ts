/** Open Assistant's trees as conversations: a thread for every leaf, a fork for every further sibling, labels as assessments. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Draft } from '../../src/cli/importing/draft.js'
import type { HarmLabels } from '../../src/cli/importing/labels.js'
import { draftTree } from '../../src/cli/importing/oasst.js'
import { linesIn, threadIn, told } from './told.js'
import { assistant, deepTreeText, labelled, prompter, tree } from './trees.js'

const unjudged: HarmLabels = { harmfulFrom: new Map(), assumeHarmless: false }
const toxicity: HarmLabels = { harmfulFrom: new Map([['toxicity', 0.5]]), assumeHarmless: false }

function drafted(value: unknown, harm = unjudged): Draft {
  const draft = draftTree(value, harm)
  if (isLeft(draft)) throw new Error(draft.left)
  return draft.right
}

const fault = (value: unknown): string | undefined => {
  const draft = draftTree(value, unjudged)
  return isLeft(draft) ? draft.left : undefined
}
const eventsOf = (value: unknown, harm = unjudged) => drafted(value, harm).events.map(({ type, data }) => [type, data])
const assessments = (value: unknown, harm: HarmLabels) =>
  drafted(value, harm).events.filter(({ type }) => type === 'message.assessed')

describe('the shape of a tree', () => {
  test('One line of messages is one thread, named for its first message.', () => {
    const report = told(drafted(tree(prompter('p', [assistant('a', [prompter('q')])]))))
    expect(report.conversationId).toBe('tree')
    expect(linesIn(report)).toEqual({ p: ['p', 'a', 'q'] })
  })

  test("An assistant's further sibling is a retry at the first, then the message.", () => {
    expect(eventsOf(tree(prompter('p', [assistant('a'), assistant('b')]))).slice(3)).toEqual([
      ['thread.forked', { threadId: 'b', from: { threadId: 'p', messageId: 'a' } }],
      ['message.sent', { threadId: 'b', messageId: 'b', content: 'text of b', purpose: 'reply' }],
    ])
  })

  test("A prompter's further sibling is an edit of the first.", () => {
    expect(eventsOf(tree(prompter('p', [assistant('a', [prompter('q'), prompter('r')])]))).slice(4)).toEqual([
      [
        'thread.forked',
        { threadId: 'r', from: { threadId: 'p', messageId: 'q' }, edit: { messageId: 'r', content: 'text of r' } },
      ],
    ])
  })

  test('Every path from the root to a leaf is a thread, below forks too.', () => {
    const forks = prompter('p', [
      assistant('a', [prompter('q', [assistant('b')]), prompter('r', [assistant('c'), assistant('d')])]),
      assistant('e', [prompter('s'), prompter('t')]),
    ])
    expect(linesIn(told(drafted(tree(forks))))).toEqual({
      p: ['p', 'a', 'q', 'b'],
      r: ['p', 'a', 'r', 'c'],
      d: ['p', 'a', 'r', 'd'],
      e: ['p', 'e', 's'],
      t: ['p', 'e', 't'],
    })
  })

  test('A tree of 100,000 messages in a row, and one of 100,000 replies to one message, are drafted.', () => {
    expect(drafted(JSON.parse(deepTreeText(100_000))).events).toHaveLength(100_001)
    const replies = Array.from({ length: 100_000 }, (_, place) => assistant(`a${place}`))
    expect(drafted(tree(prompter('p', replies))).events).toHaveLength(1 + 1 + 1 + 2 * 99_999)
  })

  test('A log accepts a tree 2,000 messages deep, and forks on forks 1,000 deep.', () => {
    expect(threadIn(told(drafted(JSON.parse(deepTreeText(2_000)))), 'm0').messages).toHaveLength(2_000)
    let caterpillar = assistant('end')
    for (let depth = 999; depth >= 0; depth--) {
      const branching = [assistant(`a${depth}`), { ...caterpillar, role: 'assistant' }]
      caterpillar = assistant(`b${depth}`, [prompter(`p${depth}`, branching)])
    }
    const report = told(drafted(tree(caterpillar)))
    expect(report.threads).toHaveLength(1_001)
    expect(threadIn(report, 'end').messages).toHaveLength(2_001)
  })
})

describe('ids and moments', () => {
  test('The same tree is told in the same ids every time, and no two events share one.', () => {
    const value = tree(prompter('p', [assistant('a', [prompter('q'), prompter('r')]), assistant('b')]))
    const ids = drafted(value).events.map(({ id }) => id)
    expect(drafted(value).events.map(({ id }) => id)).toEqual(ids)
    expect(ids).toEqual(['opening', 'message:p', 'message:a', 'message:q', 'message:r', 'thread:b', 'message:b'])
  })

  test('A message called after another one’s event is no duplicate of it.', () => {
    const value = tree(prompter('p', [assistant('a'), assistant('b', [prompter('thread:b')])]))
    expect(threadIn(told(drafted(value)), 'b').messages).toEqual(['p', 'b', 'thread:b'])
  })

  test('A tree without an id of its own goes by its first message.', () => {
    expect(drafted({ prompt: prompter('p') }).conversationId).toBe('p')
  })

  test('Events happened when the source says so; the opening with the first message.', () => {
    const late = assistant('a', [], { created_date: '2023-02-05T16:23:50.983374+02:00' })
    const value = tree(prompter('p', [late], { created_date: '2023-02-05T14:20:00Z' }))
    expect(drafted(value).events.map(({ saidAt }) => saidAt)).toEqual([
      '2023-02-05T14:20:00.000Z',
      '2023-02-05T14:20:00.000Z',
      '2023-02-05T14:23:50.983Z',
    ])
  })

  test.each([
    'yesterday',
    '2023-02-05',
    '2023-02-30T00:00:00Z',
    '2023-02-05T14:20:60Z',
    '0000-01-01T00:00:00+10:00',
    '2023-02-05T14:20:00',
    '2023-13-01T00:00:00Z',
    '',
    null,
  ])('The date %j is no moment, and the import’s own is taken.', (created_date) => {
    expect(drafted(tree(prompter('p', [], { created_date }))).events.map(({ saidAt }) => saidAt)).toEqual([null, null])
  })
})

describe("people's labels", () => {
  const at = (value: number) => tree(prompter('p', [], labelled({ toxicity: value })))

  test.each([
    [0.49, 'none'],
    [0.5, 'harmful'],
    [1, 'harmful'],
    [0, 'none'],
  ])('Toxicity of %d against a limit of 0.5 is %s.', (value, harm) => {
    expect(assessments(at(value), toxicity).map(({ data }) => data)).toEqual([
      { threadId: 'p', messageId: 'p', harm, risk: null, categories: { toxicity: value } },
    ])
  })

  test('One label at its limit is enough, and all labels are recorded.', () => {
    const both: HarmLabels = {
      harmfulFrom: new Map([
        ['toxicity', 0.5],
        ['violence', 0.2],
      ]),
      assumeHarmless: false,
    }
    const value = tree(prompter('p', [], labelled({ toxicity: 0.1, violence: 0.2, humor: 0.9 })))
    expect(assessments(value, both).map(({ data }) => data)).toMatchObject([
      { harm: 'harmful', categories: { toxicity: 0.1, violence: 0.2, humor: 0.9 } },
    ])
  })

  test('A message that nobody judged stays unassessed, and so does one judged by other labels alone.', () => {
    expect(assessments(tree(prompter('p')), toxicity)).toEqual([])
    expect(assessments(tree(prompter('p', [], labelled({ humor: 0.9 }))), toxicity)).toEqual([])
    expect(assessments(tree(prompter('p', [], { labels: { toxicity: null } })), toxicity)).toEqual([])
    expect(threadIn(told(drafted(tree(prompter('p')), toxicity)), 'p').assessment).toBe('pending')
  })

  test('Taken for harmless: who is unlabelled, if so told, and who is labelled as the labels say.', () => {
    const assumed = { ...toxicity, assumeHarmless: true }
    const value = tree(prompter('p', [assistant('a', [prompter('q', [], labelled({ toxicity: 0.9 }))])]))
    expect(assessments(value, assumed).map(({ actor, data }) => [actor.id, data])).toMatchObject([
      ['assumed-harmless', { messageId: 'p', harm: 'none' }],
      ['labels', { messageId: 'q', harm: 'harmful' }],
    ])
  })

  test('An edited message is assessed on the thread that holds it, right after it came.', () => {
    const value = tree(prompter('p', [assistant('a', [prompter('q'), prompter('r', [], labelled({ toxicity: 0.9 }))])]))
    const report = told(drafted(value, toxicity))
    expect(threadIn(report, 'r')).toMatchObject({ lifecycle: 'redirecting.due', assessment: 'current' })
    expect(threadIn(report, 'p')).toMatchObject({ lifecycle: 'engaging', assessment: 'pending' })
    expect(drafted(value, toxicity).events.at(-1)?.type).toBe('message.assessed')
  })

  test('Labels on what the assistant said assess nobody.', () => {
    const value = tree(prompter('p', [assistant('a', [], labelled({ toxicity: 0.9 }))]))
    expect(assessments(value, { ...toxicity, assumeHarmless: true }).map(({ data }) => data)).toMatchObject([
      { messageId: 'p' },
    ])
  })

  test('A label may have any name.', () => {
    const labels = JSON.parse('{"__proto__":{"value":0.7},"constructor":{"value":0.2}}')
    const proto: HarmLabels = { harmfulFrom: new Map([['__proto__', 0.5]]), assumeHarmless: false }
    const draft = drafted(tree(prompter('p', [], { labels })), proto)
    expect(JSON.stringify(draft.events.at(-1)?.data)).toContain('"categories":{"__proto__":0.7,"constructor":0.2}')
    expect(threadIn(told(draft), 'p').lifecycle).toBe('redirecting.due')
  })
})

describe('odd trees', () => {
  test('A tree that the assistant begins stands as it is.', () => {
    expect(linesIn(told(drafted(tree(assistant('a', [prompter('p')])))))).toEqual({ a: ['a', 'p'] })
  })

  test('Two messages in a row by one side stand as they are.', () => {
    const value = tree(prompter('p', [prompter('q', [assistant('a', [assistant('b')])])]))
    expect(linesIn(told(drafted(value)))).toEqual({ p: ['p', 'q', 'a', 'b'] })
  })

  test('Among siblings of both roles the assistant’s goes on with the thread, and all paths are kept.', () => {
    const value = tree(prompter('p', [prompter('q'), prompter('r'), assistant('a', [prompter('s')]), assistant('b')]))
    const report = told(drafted(value))
    expect(linesIn(report)).toEqual({ p: ['p', 'a', 's'], q: ['p', 'q'], r: ['p', 'r'], b: ['p', 'b'] })
    expect(threadIn(report, 'r').lifecycle).toBe('forked')
  })

  test.each([
    ['deleted', { deleted: true }],
    ['of null text', { text: null }],
    ['without text', { text: undefined }],
  ])('A message %s keeps its place and its labels, is empty, and is counted.', (_, more) => {
    const value = tree(prompter('p', [assistant('a')], { ...labelled({ toxicity: 0.9 }), ...more }))
    const draft = drafted(value, toxicity)
    expect(draft.emptied).toBe(1)
    expect(draft.events[1]?.data).toEqual({ threadId: 'p', messageId: 'p', content: '' })
    expect(threadIn(told(draft), 'p')).toMatchObject({ messages: ['p', 'a'], lifecycle: 'redirecting.due' })
  })

  test('An empty text is a text.', () => {
    expect(drafted(tree(prompter('p', [], { text: '' }))).emptied).toBe(0)
  })

  test.each([
    ['no list of replies', undefined],
    ['null for replies', null],
  ])('A message with %s has none.', (_, replies) => {
    expect(isRight(draftTree(tree({ message_id: 'p', role: 'prompter', text: 't', replies }), unjudged))).toBe(true)
  })

  test.each([
    ['nothing', null, 'must be an object'],
    ['a list', [], 'must be an object'],
    ['a message without its tree', prompter('p'), 'no prompt: not a message tree'],
    [
      'a number for an id',
      { message_tree_id: 7, prompt: prompter('p') },
      'message_tree_id must be a string that is not empty',
    ],
    [
      'a prompt without an id',
      tree({ role: 'prompter', text: 't' }),
      'prompt: message_id must be a string that is not empty',
    ],
    [
      'another role',
      tree(prompter('p', [assistant('a', [], { role: 'system' })])),
      'a reply to "p": role must be prompter or assistant',
    ],
    ['a number for a text', tree(prompter('p', [], { text: 5 })), 'prompt: text must be a string'],
    ['an object for replies', tree({ ...prompter('p'), replies: {} }), 'prompt: replies must be a list'],
    ['a reply of null', tree({ ...prompter('p'), replies: [null] }), 'a reply to "p": must be an object'],
    [
      'an id that occurs twice',
      tree(prompter('p', [assistant('a', [prompter('p')])])),
      'the message id "p" occurs twice',
    ],
    [
      'labels without values',
      tree(prompter('p', [], { labels: { name: ['toxicity'] } })),
      'prompt: labels: "name" must have a value from 0 to 1',
    ],
    [
      'a label over 1',
      tree(prompter('p', [], labelled({ toxicity: 1.1 }))),
      'prompt: labels: "toxicity" must have a value from 0 to 1',
    ],
  ])('Refused, and told why: %s.', (_, value, why) => {
    expect(fault(value)).toBe(why)
  })
})
