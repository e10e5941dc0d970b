/** A foreign log gone through without its words: what is left standing, and what is made of words that are gone. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ErasableContent } from '../../machines/events.js'
import { Acceptor } from '../../src/log/acceptor.js'
import { decode } from '../../src/log/codec.js'
import { replayForeign } from '../../src/log/foreign-replay.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { reportConversation } from '../../src/log/report.js'
import { ended, erased, forked, opened, received, sent } from '../conversation/events.js'
import { stories } from '../conversation/stories.js'
import { recorded, rightOf, storedLog } from './recorded.js'

/** The log with these versions' content as it comes out of a store that erased them. */
const withoutWordsAt = (log: readonly RecordedEvent[], ...versions: readonly number[]): readonly unknown[] =>
  log.map((event) => {
    if (!versions.includes(event.version)) return event
    const { data } = event as { data: { edit?: object } }
    return {
      ...event,
      data: data.edit ? { ...data, edit: { ...data.edit, content: null } } : { ...data, content: null },
    }
  })

function replayed(values: readonly unknown[]) {
  const { state, rejected } = replayForeign(() => values)
  return { version: state?.version ?? 0, rejected }
}

test('Any log is accepted and refused as the acceptor does, and leads to the same states.', () => {
  fc.assert(
    fc.property(stories, ({ attempts }) => {
      const acceptor = new Acceptor()
      const log = attempts.map(({ event }, index) => ({ ...recorded([event])[0], id: `e${index}`, version: index + 1 }))
      const refused = log.findIndex((event) => acceptor.accept(event)._tag === 'Left')
      const { state, rejected } = replayForeign(() => log)
      expect(rejected?.version).toBe(refused < 0 ? undefined : refused + 1)
      expect(reportConversation('c1', state)).toEqual(reportConversation('c1', acceptor.state))
    }),
    { numRuns: 40 },
  )
})

test('No words are held, an edit’s neither; all else is.', () => {
  const log = recorded([
    opened(),
    received('u1'),
    sent('a1'),
    forked('b', { messageId: 'u1' }, 'u2'),
    sent('a2', 'reply', 'b'),
  ])
  const { state } = replayForeign(() => log)
  const acceptor = new Acceptor()
  for (const event of log) rightOf(acceptor.accept(event))
  const contents = (of: typeof state): readonly ErasableContent[] =>
    [...(of?.messages.recent.values() ?? [])].map(({ content }) => content)
  expect(contents(state)).toEqual([null, null, null, null])
  expect(contents(acceptor.state)).not.toContain(null)
  expect(reportConversation('c1', state)).toEqual(reportConversation('c1', acceptor.state))
})

describe('words that are gone', () => {
  const said = [opened(), received('u1'), sent('a1'), forked('b', { messageId: 'u1' }, 'u2')]

  test('are taken where a later event erases them: what a store gives back of an erased conversation replays.', () => {
    const log = storedLog([...said, erased('u1', 'a1', 'u2'), received('u3')])
    const given = log.map((stored) =>
      rightOf(decode(stored.version > 4 ? stored : { ...stored, content: null, salt: null })),
    )
    expect(replayed(given)).toEqual({ version: 6, rejected: null })
  })

  test.each([2, 3, 4])('and that nothing erases are malformed where they stand: version %d.', (version) => {
    const expected = { version: version - 1, rejected: { version, code: 'invalid-event' } }
    expect(replayed(withoutWordsAt(recorded(said), version))).toEqual(expected)
  })

  test('count from the first that nothing erases.', () => {
    const log = recorded([...said, erased('u1'), received('u3')])
    const expected = { version: 2, rejected: { version: 3, code: 'invalid-event' } }
    expect(replayed(withoutWordsAt(log, 2, 3, 6))).toEqual(expected)
  })

  test('are not explained by an event that is not accepted, nor by one after that.', () => {
    const elsewhere = { ...erased('u1'), actor: { kind: 'user' } as const }
    for (const stop of [elsewhere, ended('persistent-harm')]) {
      const log = recorded([...said, stop, erased('u1')])
      const expected = { version: 1, rejected: { version: 2, code: 'invalid-event' } }
      expect(replayed(withoutWordsAt(log, 2))).toEqual(expected)
    }
  })

  test('of two messages with one id are told apart.', () => {
    const twice = recorded([...said, erased('u1'), received('u1')])
    expect(replayed(withoutWordsAt(twice, 2))).toEqual({
      version: 5,
      rejected: { version: 6, code: 'duplicate-message' },
    })
    expect(replayed(withoutWordsAt(twice, 2, 6))).toEqual({
      version: 5,
      rejected: { version: 6, code: 'invalid-event' },
    })
    const both = withoutWordsAt(recorded([opened(), received('u1'), received('u1')]), 2, 3)
    expect(replayed(both)).toEqual({ version: 1, rejected: { version: 2, code: 'invalid-event' } })
  })

  test('excuse nothing else: what is malformed besides stays so, and content that is missing is not content that is null.', () => {
    const log = withoutWordsAt(recorded([...said, erased('u1')]), 2) as readonly { readonly data: object }[]
    const spoilt = (data: object) => log.map((event, index) => (index === 1 ? { ...event, data } : event))
    const expected = { version: 1, rejected: { version: 2, code: 'invalid-event' } }
    expect(replayed(spoilt({ ...log[1]?.data, unknown: 1 }))).toEqual(expected)
    expect(replayed(spoilt({ threadId: 'main', messageId: 'u1' }))).toEqual(expected)
    expect(replayed(log)).toEqual({ version: 5, rejected: null })
  })
})

test.each([
  null,
  7,
  'x',
  [],
  {},
  { type: 'message.received' },
  { type: 'message.received', data: null },
  { type: 'x', data: 1 },
])('What is no event is refused: %j.', (value) => {
  expect(replayed([value])).toEqual({ version: 0, rejected: { version: 1, code: 'invalid-event' } })
})
