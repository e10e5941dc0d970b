/** A log from anywhere: which code is told when several apply, and what is left standing after a refusal. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { Acceptor } from '../../src/log/acceptor.js'
import { decode } from '../../src/log/codec.js'
import { reportConversation } from '../../src/log/report.js'
import { assessed, ended, erased, forked, opened, received, saidBy, sent } from '../conversation/events.js'
import { stories } from '../conversation/stories.js'
import { leftOf, recorded, rightOf, storedLog } from './recorded.js'

type Loose = { readonly [field: string]: unknown }

/** An acceptor that has taken these. */
function after(...events: readonly LifecycleEvent[]): Acceptor {
  const acceptor = new Acceptor()
  for (const event of recorded(events)) rightOf(acceptor.accept(event))
  return acceptor
}

const past = [opened({ redirections: 1 }), received('u1'), assessed('u1', 'none'), sent('a1')]
const nextVersion = past.length + 1
/** The event as the next in order, with whatever is to be wrong about it. */
const next = (event: LifecycleEvent, wrong: Loose = {}): Loose => ({
  ...recorded([event])[0],
  id: 'next',
  version: nextVersion,
  ...wrong,
})
const codeOf = (value: unknown, acceptor = after(...past)) => leftOf(acceptor.accept(value)).code

// Each row is wrong in all that the rows below it are wrong in, and in one thing more; the last is wrong in one.
const onFork = { version: 9, id: 'e1' }
const forkWrongs: readonly (readonly [string, Loose])[] = [
  [
    'invalid-event',
    { ...next(saidBy('system', forked('main', { threadId: 'gone', messageId: 'gone' }, 'u1')), onFork), schema: 2 },
  ],
  ['version-gap', next(saidBy('system', forked('main', { threadId: 'gone', messageId: 'gone' }, 'u1')), onFork)],
  [
    'duplicate-event',
    next(saidBy('system', forked('main', { threadId: 'gone', messageId: 'gone' }, 'u1')), { id: 'e1' }),
  ],
  ['unknown-thread', next(saidBy('system', forked('main', { threadId: 'gone', messageId: 'gone' }, 'u1')))],
  ['not-permitted', next(saidBy('system', forked('main', { messageId: 'gone' }, 'u1')))],
  ['duplicate-thread', next(forked('main', { messageId: 'gone' }, 'u1'))],
  ['unknown-message', next(forked('b', { messageId: 'gone' }, 'u1'))],
  ['wrong-role', next(forked('b', { messageId: 'a1' }, 'u1'))],
  ['duplicate-message', next(forked('b', { messageId: 'u1' }, 'a1'))],
]

test.each(forkWrongs)('Of all that is wrong with a fork, the first told is %s.', (code, event) => {
  expect(codeOf(event)).toBe(code)
})

test.each([
  ['invalid-event', next(saidBy('system', assessed('u1', 'none', 'gone')), { ...onFork, recordedAt: 'once' })],
  ['version-gap', next(saidBy('system', assessed('u1', 'none', 'gone')), onFork)],
  ['duplicate-event', next(saidBy('system', assessed('u1', 'none', 'gone')), { id: 'e1' })],
  ['unknown-thread', next(saidBy('system', assessed('u1', 'none', 'gone')))],
  ['not-permitted', next(saidBy('system', assessed('gone', 'none')))],
  ['unknown-message', next(assessed('gone', 'none'))],
  ['unknown-message', next(assessed('a1', 'none'))],
  ['already-assessed', next(assessed('u1', 'none'))],
])('Of all that is wrong with an assessment, the first told is %s.', (code, event) => {
  expect(codeOf(event)).toBe(code)
})

test('An ended thread says so before its ids are looked at, and after who may speak.', () => {
  const over = [
    ...past,
    received('u2'),
    assessed('u2', 'harmful'),
    sent('a2', 'redirection'),
    received('u3'),
    assessed('u3', 'harmful'),
  ]
  const end = [sent('a3', 'warning'), received('u4'), assessed('u4', 'harmful'), ended('persistent-harm')]
  const acceptor = after(...over, ...end)
  const at = { version: over.length + end.length + 1 }
  expect(codeOf(next(received('u1'), at), acceptor)).toBe('ended')
  expect(codeOf(next(saidBy('system', received('u1')), at), acceptor)).toBe('not-permitted')
  expect(codeOf(next(assessed('gone', 'none'), at), acceptor)).toBe('ended')
  expect(codeOf(next(ended('persistent-harm'), at), acceptor)).toBe('ended')
})

test('An opening comes first, and once; its policy is looked at before anything else.', () => {
  const first = { version: 1 }
  expect(codeOf(next(received('u1'), first), after())).toBe('not-opened')
  expect(codeOf(next(saidBy('system', received('u1', 'gone')), first), after())).toBe('not-opened')
  expect(codeOf(next(received('u1'), { version: 2 }), after())).toBe('version-gap')
  expect(codeOf(next(opened()))).toBe('already-opened')
  expect(codeOf(next(saidBy('user', opened())))).toBe('already-opened')
  expect(codeOf(next(opened(), onFork))).toBe('version-gap')
  expect(codeOf(next(opened(), { id: 'e1' }))).toBe('duplicate-event')
  expect(codeOf(next(opened({ warnings: 4 }), onFork))).toBe('invalid-policy')
  expect(codeOf(next(saidBy('user', opened()), first), after())).toBe('not-permitted')
})

test.each([0, 1, nextVersion - 1, nextVersion + 1, 1_000])(
  'Version %i in the place of the next is refused.',
  (version) => {
    expect(codeOf(next(received('u2'), { version }))).toBe(version === 0 ? 'invalid-event' : 'version-gap')
  },
)

test('An event id counts as used once it was accepted, and not when it was refused.', () => {
  const acceptor = after(...past)
  expect(codeOf(next(received('u1'), { id: 'again' }), acceptor)).toBe('duplicate-message')
  expect(acceptor.accept(next(received('u2'), { id: 'again' }))._tag).toBe('Right')
  expect(codeOf(next(received('u3'), { id: 'again', version: nextVersion + 1 }), acceptor)).toBe('duplicate-event')
})

test('After a refusal the state is as it was, and the log goes on.', () => {
  const wrong = fc.oneof(
    fc.constantFrom(...forkWrongs.map(([, event]) => event)),
    fc.constantFrom<unknown>(null, 7, 'x', [], {}, next(opened()), next(sent('a9', 'warning')), next(erased('gone'))),
  )
  fc.assert(
    fc.property(fc.array(wrong, { maxLength: 8 }), (wrongs) => {
      const acceptor = after(...past)
      const before = reportConversation('c1', acceptor.state)
      for (const value of wrongs) {
        codeOf(value, acceptor)
        expect(reportConversation('c1', acceptor.state)).toEqual(before)
      }
      rightOf(acceptor.accept(next(received('u2'))))
      expect(acceptor.finish()).toEqual(after(...past, received('u2')).finish())
    }),
  )
})

test('Whatever the judge accepts the acceptor takes, and whatever it refuses is refused with the same code.', () => {
  fc.assert(
    fc.property(stories, ({ attempts, states }) => {
      const acceptor = new Acceptor()
      let version = 1
      for (const [index, { event, code }] of attempts.entries()) {
        const [whole] = recorded([event])
        const answer = acceptor.accept({ ...whole, id: `e${index}`, version })
        expect(answer._tag === 'Left' ? answer.left.code : undefined).toBe(code)
        if (code === undefined) version += 1
      }
      expect(reportConversation('c1', acceptor.finish())).toEqual(reportConversation('c1', states.at(-1) ?? null))
    }),
    { numRuns: 150 },
  )
})

test('What was erased is taken from a store of ours, and not from anywhere else.', () => {
  const [opening, message] = storedLog([opened(), received('u1')])
  const acceptor = new Acceptor()
  if (opening) rightOf(acceptor.acceptRead(rightOf(decode(opening))))
  const gone = message && rightOf(decode({ ...message, content: null, salt: null }))
  expect(leftOf(acceptor.accept(gone)).code).toBe('invalid-event')
  expect(gone && acceptor.acceptRead(gone)._tag).toBe('Right')
})

test('Nothing taken is nothing known.', () => {
  expect(new Acceptor().state).toBeNull()
  expect(new Acceptor().finish()).toBeNull()
  expect(reportConversation('c1', null)).toEqual({
    conversationId: 'c1',
    version: 0,
    risk: 'clear',
    rejected: null,
    threads: [],
  })
})
