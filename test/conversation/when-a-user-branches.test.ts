/** Branches: born anywhere, sharing everything, changing nothing; at any width, depth and length. */
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { evolve, evolveWithPatches } from '../../src/conversation/evolve.js'
import { fold } from '../../src/conversation/fold.js'
import { entriesOf, lookUp } from '../../src/conversation/id-index.js'
import { type Conversation, threadsOf } from '../../src/conversation/state.js'
import {
  assessed,
  calm,
  cleared,
  ended,
  failedRedirections,
  flagged,
  forked,
  harm,
  ignoredWarnings,
  opened,
  received,
  requested,
  sent,
} from './events.js'
import { conversationAfter, given, lineIn, refused, stateIn, threadIn } from './given.js'

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

function foldOf(log: readonly LifecycleEvent[]): Conversation {
  const state = fold(log)
  if (!state) throw new Error('an empty log')
  return state
}

describe('An edit', () => {
  test('at the very first message begins the line anew.', () => {
    const log = [opened(), ...harm(1), sent('a1'), forked('edit', { messageId: 'u1' }, 'e1')]
    expect(lineIn(conversationAfter(...log), 'edit')).toEqual(['e1'])
    given(...log).thenState({ lifecycle: 'forked', assessment: 'pending', failures: 0, closing: 'none' }, 'edit')
    given(...log).thenState({ lifecycle: 'redirecting.due' })
  })

  test('keeps the failed redirections of before, forgets ignored warnings, and drops what was closing.', () => {
    const before = [opened({ redirections: 1, warnings: 2 }), ...ignoredWarnings(1, 1), requested(), received('u9')]
    given(...before, forked('edit', { messageId: 'u9' }, 'e9')).thenState(
      { lifecycle: 'forked', failures: 1, ignored: 0, closing: 'none', assessment: 'pending' },
      'edit',
    )
  })

  test('that is harmful too, with redirections used up, makes a warning due; else a redirection.', () => {
    const used = [opened({ redirections: 1 }), ...failedRedirections(1), received('u9')]
    given(...used, forked('edit', { messageId: 'u9' }, 'e9'), assessed('e9', 'harmful', 'edit')).thenState(
      { lifecycle: 'warning.due' },
      'edit',
    )
    given(
      opened(),
      received('u1'),
      forked('edit', { messageId: 'u1' }, 'e1'),
      assessed('e1', 'harmful', 'edit'),
    ).thenState({ lifecycle: 'redirecting.due' }, 'edit')
  })

  test('is engaged with as soon as it is answered, or found harmless.', () => {
    const log = [opened(), received('u1'), forked('edit', { messageId: 'u1' }, 'e1')]
    for (const purpose of ['reply', 'redirection', 'support'] as const) {
      given(...log)
        .when(sent('a1', purpose, 'edit'))
        .thenState({ lifecycle: 'engaging' }, 'edit')
    }
    given(...log)
      .when(assessed('e1', 'none', 'edit'))
      .thenState({ lifecycle: 'engaging' }, 'edit')
  })

  test('of an edit is a branch of a branch; each keeps its own line.', () => {
    const log = [
      opened(),
      ...calm(1),
      sent('a1'),
      ...calm(2),
      forked('b', { messageId: 'u2' }, 'b2'),
      sent('b3', 'reply', 'b'),
      received('b4', 'b'),
      forked('c', { threadId: 'b', messageId: 'b4' }, 'c4'),
      forked('d', { threadId: 'c', messageId: 'a1' }),
    ]
    const after = conversationAfter(...log)
    expect(lineIn(after, 'main')).toEqual(['u1', 'a1', 'u2'])
    expect(lineIn(after, 'b')).toEqual(['u1', 'a1', 'b2', 'b3', 'b4'])
    expect(lineIn(after, 'c')).toEqual(['u1', 'a1', 'b2', 'b3', 'c4'])
    expect(lineIn(after, 'd')).toEqual(['u1'])
    given(...log)
      .when(forked('e', { threadId: 'd', messageId: 'b2' }, 'e2'))
      .then(refused('unknown-message'))
  })
})

describe('A retry', () => {
  test('stands as the thread stood before the message, and holds what was there.', () => {
    const log = [opened({ redirections: 1 }), ...failedRedirections(1), sent('w', 'warning'), ...harm(9)]
    given(...log, forked('retry', { messageId: 'w' })).thenState({ lifecycle: 'warning.due', failures: 1 }, 'retry')
    given(...log, forked('retry', { messageId: 'a1' })).thenState(
      { lifecycle: 'redirecting.due', failures: 0 },
      'retry',
    )
    expect(lineIn(conversationAfter(...log, forked('retry', { messageId: 'w' })), 'retry')).toEqual(['u1', 'a1', 'u2'])
  })

  test('of the very first message is an empty line.', () => {
    const log = [opened(), sent('a0'), received('u1'), forked('retry', { messageId: 'a0' })]
    const after = conversationAfter(...log)
    expect(lineIn(after, 'retry')).toEqual([])
    expect(threadIn(after, 'retry')).toMatchObject({ headId: null, depth: 0, userDepth: 0, shares: null })
    given(...log).thenState({ lifecycle: 'engaging', assessment: 'current' }, 'retry')
    given(...log)
      .when(received('u2', 'retry'))
      .thenAccepted()
  })

  test('keeps an end that was asked for before the message.', () => {
    const log = [opened(), requested(), sent('a1', 'confirmation'), forked('retry', { messageId: 'a1' })]
    given(...log).thenState({ closing: 'requested' }, 'retry')
  })

  test('of a retry of the same message is as wide as one likes, and no deeper.', () => {
    const forks = range(50).map((n) => forked(`t${n}`, { messageId: 'a1' }))
    const after = conversationAfter(opened(), received('u1'), sent('a1'), ...forks)
    for (const thread of threadsOf(after).slice(1)) expect(thread.shares).toEqual({ threadId: 'main', depth: 1 })
  })
})

function longLog(length: number): readonly LifecycleEvent[] {
  return [opened(), ...range(length).flatMap((n) => [...calm(n), sent(`a${n}`)])]
}

test('A fork copies nothing: what it adds does not grow with the length of the line.', () => {
  const added = (length: number) => {
    const before = foldOf(longLog(length))
    const cut = forked('edit', { messageId: `u${length}` }, 'e')
    const { state, patches } = evolveWithPatches(before, cut)
    return { state, before, patches: patches.length, bytes: JSON.stringify(patches).length }
  }
  const [short, long] = [added(10), added(3_000)]
  expect(long.patches).toBe(short.patches)
  // Numbers with more digits, and nothing else.
  expect(long.bytes - short.bytes).toBeLessThan(40)
  expect(entriesOf(long.state.messages).size).toBe(entriesOf(long.before.messages).size + 1)
})

test('One conversation holds 1,000 branches, live and in bulk, and risk reaches each.', () => {
  const start = [opened(), ...calm(1), sent('a1'), ...harm(2)]
  const forks = range(1_000).map((n) =>
    n % 2 === 0 ? forked(`t${n}`, { messageId: 'a1' }) : forked(`t${n}`, { messageId: 'u2' }, `e${n}`),
  )
  const log = [...start, ...forks, flagged(), cleared(), received('last', 't1000')]
  const states = [foldOf(log), log.slice(1).reduce<Conversation>(evolve, conversationAfter(opened()))]
  for (const state of states) {
    expect(threadsOf(state).map(({ ordinal }) => ordinal)).toEqual([0, ...range(1_000)])
    expect(threadsOf(state).every(({ threadId }) => stateIn(state, threadId).risk === 'clear')).toBe(true)
    expect(lineIn(state, 't999')).toEqual(['u1', 'a1', 'e999'])
    expect(lineIn(state, 't1000')).toEqual(['u1', 'last'])
    expect(lineIn(state)).toEqual(['u1', 'a1', 'u2'])
  }
  const atRisk = foldOf([...start, ...forks, flagged()])
  expect(threadsOf(atRisk).every(({ threadId }) => stateIn(atRisk, threadId).risk === 'flagged')).toBe(true)
})

describe('Edits nest 1,000 deep', () => {
  const from = (n: number) => (n === 1 ? 'main' : `t${n - 1}`)

  test('at one place, where each takes the place of the one before.', () => {
    const first = [opened(), received('e0')]
    const edits = range(1_000).map((n) => forked(`t${n}`, { threadId: from(n), messageId: `e${n - 1}` }, `e${n}`))
    const after = conversationAfter(...first, ...edits)
    expect(lineIn(after, 't1000')).toEqual(['e1000'])
    expect(lineIn(after)).toEqual(['e0'])
    given(...first, ...edits)
      .when(forked('new', { threadId: 't1000', messageId: 'e999' }, 'n'))
      .then(refused('unknown-message'))
  })

  test('each one message further, where the last holds a message of every branch.', () => {
    const steps = range(1_000).flatMap((n) => [
      sent(`a${n}`, 'reply', from(n)),
      received(`u${n}`, from(n)),
      forked(`t${n}`, { threadId: from(n), messageId: `u${n}` }, `e${n}`),
    ])
    const log = [opened(), received('e0'), ...steps]
    const after = conversationAfter(...log)
    expect(lineIn(after, 't1000')).toHaveLength(2_001)
    expect(lineIn(after, 't1000').slice(-2)).toEqual(['a1000', 'e1000'])
    given(...log)
      .when(assessed('e1', 'none', 't1000'))
      .thenAccepted()
    given(...log)
      .when(assessed('u1', 'none', 't1000'))
      .then(refused('unknown-message'))
  })
})

test('A fork leaves its parent as it was, ended or not, and shares its messages.', () => {
  const parent = conversationAfter(opened({ redirections: 1 }), ...ignoredWarnings(1, 1), ended('persistent-harm'))
  const after = evolve(parent, forked('edit', { messageId: 'u2' }, 'e2'))
  expect(lookUp(after.threads, 'main')).toBe(lookUp(parent.threads, 'main'))
  for (const [id, message] of entriesOf(parent.messages)) expect(lookUp(after.messages, id)).toBe(message)
})

const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', ' ', '\u{1F600}', 'a/b', 'main ']

test.each(odd)('An id is anybody’s string: %j names a thread and a message like any other.', (id) => {
  given(opened()).when(received('u1', id)).then(refused('unknown-thread'))
  given(opened()).when(assessed(id, 'none')).then(refused('unknown-message'))
  const log = [opened({}, id), received(id, id), forked(`${id}!`, { threadId: id, messageId: id }, `${id}!`)]
  const after = conversationAfter(...log)
  expect(lineIn(after, id)).toEqual([id])
  expect(lineIn(after, `${id}!`)).toEqual([`${id}!`])
  expect(lineIn(foldOf(log), id)).toEqual([id])
  given(...log)
    .when(sent(id, 'reply', id))
    .then(refused('duplicate-message'))
})
