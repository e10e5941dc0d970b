/** Assessed JSON Lines: what becomes of them, and that doubt leaves a conversation out. */
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { AssessedLines } from '../../../src/cli/backtest/assessed-lines.js'
import { type Judging, judge } from '../../../src/cli/backtest/judging.js'
import type { PastConversation } from '../../../src/cli/backtest/past.js'
import { SeenIds } from '../../../src/cli/backtest/seen-ids.js'
import { byTheSource } from './histories.js'

/** What comes of lines; a string stands for a line that cannot be read. */
function read(lines: readonly unknown[], judging: Judging = byTheSource) {
  const conversations: PastConversation[] = []
  const faults: (readonly [number, string])[] = []
  let leftOut = 0
  const seen = new SeenIds()
  const reader = new AssessedLines(judging, {
    onConversation: (conversation) => conversations.push(conversation),
    onFault: (number, why) => faults.push([number, why]),
    onLeftOut: () => {
      leftOut += 1
    },
    isNew: (id) => seen.add(id),
  })
  for (const [place, line] of lines.entries()) {
    reader.take(typeof line === 'string' ? left(line) : right(line), place + 1)
  }
  reader.end()
  return { ids: conversations.map(({ conversationId }) => conversationId), conversations, faults, leftOut }
}

const message = (conversationId: string, messageId: string, more: object = {}) => ({
  conversationId,
  messageId,
  role: 'user',
  ...more,
})

describe('lines', () => {
  test('A message follows the one before, the one it names, or nothing.', () => {
    const { conversations } = read([
      message('c', 'm0', { harm: 'harmful' }),
      message('c', 'm1', { role: 'assistant' }),
      message('c', 'm2', { parentId: 'm0', risk: 'crisis' }),
      message('c', 'm3', { parentId: null }),
    ])
    const [{ messages } = { messages: [] }] = conversations
    expect(messages.map(({ parent, kind }) => [parent, kind])).toEqual([
      [-1, 'harmful'],
      [0, 'assistant'],
      [0, 'risk'],
      [-1, 'unassessed'],
    ])
  })

  test.each([
    [{ role: 'system' }, 'role must be user or assistant'],
    [{ messageId: '' }, 'messageId must be a string that is not empty'],
    [{ harm: 'some' }, 'harm must be none or harmful'],
    [{ risk: 'yes' }, 'risk must be self-harm or crisis or harm-to-others'],
    [{ scores: { toxicity: 1.1 } }, 'scores must be an object of values from 0 to 1'],
    [{ scores: [] }, 'scores must be an object of values from 0 to 1'],
    [{ role: 'assistant', harm: 'none' }, 'only what the user says is assessed'],
    [{ parentId: 'gone' }, 'parentId "gone" is no message before it'],
    [{ messageId: 'm0' }, 'the message id "m0" occurs twice'],
  ])('A conversation with a line that cannot be taken is left out whole: %j.', (more, why) => {
    const lines = [
      message('b', 'm0'),
      message('c', 'm0'),
      message('c', 'm1', more),
      message('c', 'm2'),
      message('d', 'm0'),
    ]
    expect(read(lines)).toMatchObject({ ids: ['b', 'd'], faults: [[3, why]], leftOut: 1 })
  })

  test('Beside a line that nobody can assign, both conversations are left out.', () => {
    const lines = [message('a', '1'), message('b', '1'), 'not JSON', message('c', '1'), message('d', '1')]
    expect(read(lines)).toMatchObject({ ids: ['a', 'd'], faults: [[3, 'not JSON']], leftOut: 2 })
  })

  test('Within a conversation such a line is its own, and the next one is taken.', () => {
    const lines = [message('a', '1'), 'not JSON', message('a', '2'), message('b', '1')]
    expect(read(lines)).toMatchObject({ ids: ['b'], leftOut: 1 })
  })

  test('A conversation that comes back is told once, and what came back is not taken.', () => {
    const lines = [message('a', '1'), message('b', '1'), message('a', '2'), message('a', '3')]
    expect(read(lines)).toMatchObject({
      ids: ['a', 'b'],
      faults: [[3, 'conversation "a" was there before; its lines must stand together']],
      leftOut: 1,
    })
  })

  test('Whatever the ids are called, each is new once.', () => {
    const seen = new SeenIds()
    const ids = ['__proto__', '', ...Array.from({ length: 5_000 }, (_, place) => `id ${place}`)]
    expect(ids.map((id) => seen.add(id))).toEqual(ids.map(() => true))
    expect(ids.map((id) => seen.add(id))).toEqual(ids.map(() => false))
  })
})

describe('judging', () => {
  const named: Judging = {
    harmfulFrom: new Map([
      ['toxicity', 0.5],
      ['insult', 0.9],
    ]),
    riskFrom: new Map([['self-harm', 0.3]]),
    assumeHarmless: false,
  }

  test.each([
    [{ scores: { toxicity: 0.5 } }, 'harmful', 0.5],
    [{ scores: { toxicity: 0.49, insult: 0.8 } }, 'none', 0.8],
    [{ scores: { toxicity: 0.1 }, harm: 'harmful' }, 'none', 0.1],
    [{ scores: { other: 1 }, harm: 'harmful' }, 'harmful', Number.NaN],
    [{ scores: { other: 1 } }, 'unassessed', Number.NaN],
    [{ scores: { toxicity: null } }, 'unassessed', Number.NaN],
    [{ scores: { toxicity: 0.1, 'self-harm': 0.3 } }, 'risk', Number.NaN],
    [{ scores: { 'self-harm': 0.29 } }, 'unassessed', Number.NaN],
    [{ scores: { toxicity: 0.9 }, risk: 'crisis' }, 'risk', Number.NaN],
  ] as const)('%j is %s', (said, kind, score) => {
    expect(judge(said, named)).toEqual({ kind, score })
  })

  test('What nothing judges is harmless on demand alone; what something judges is what it says.', () => {
    const assuming = { ...named, assumeHarmless: true }
    expect(judge({}, assuming).kind).toBe('none')
    expect(judge({ harm: 'harmful' }, assuming).kind).toBe('harmful')
    expect(judge({ scores: JSON.parse('{"__proto__": 1}') }, named).kind).toBe('unassessed')
  })
})
