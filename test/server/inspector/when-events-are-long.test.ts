/** Long texts, wherever an event may hold one: a log's lines stay short, mean the same, and can be had whole. */
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '../../../machines/events.js'
import { type Conversation, threadsOf } from '../../../src/conversation/state.js'
import type { EventLine } from '../../../src/inspector/log-line.js'
import { Acceptor } from '../../../src/log/acceptor.js'
import { encode, parseEvent } from '../../../src/log/codec.js'
import type { EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { chainStart } from '../../../src/log/hash-chain.js'
import type { RecordedEvent } from '../../../src/log/recorded-event.js'
import { dataSchemas } from '../../../src/log/schema.js'
import { orThrow } from '../../../src/or-throw.js'
import { openMemoryStore } from '../../../src/stores/memory.js'
import * as story from '../../../src/testing/events.js'
import { recordLog } from '../../../src/testing/stories/recorded-logs.js'
import { hostile } from '../../inspector/specimen.js'
import { inspected } from './inspected.js'

/** Far over what a line shows, even where one event holds two. */
const long = hostile.join('😀').repeat(500)
const main = { threadId: 'main' }
const user = { kind: 'user' } as const

/** One or more of each type that holds anybody's text, in an order that the machine accepts. */
const wordy: readonly LifecycleEvent[] = [
  { ...story.opened(), data: { ...story.opened().data, owner: long, machine: long, continuedFrom: long } },
  { ...story.received('m1'), data: { ...main, messageId: 'm1', content: long }, actor: { ...user, id: long } },
  { type: 'assessment.failed', actor: { kind: 'assessor' }, data: { ...main, messageId: 'm1', error: long } },
  {
    ...story.assessed('m1', 'none'),
    data: { ...main, messageId: 'm1', harm: 'none', risk: null, categories: Array(9_000).fill('category') },
  } as LifecycleEvent,
  {
    ...story.sent('m2'),
    data: {
      ...main,
      messageId: 'm2',
      purpose: 'reply',
      content: [{ type: 'text', text: long }],
      warning: { behavior: long, alternative: long },
    },
  } as LifecycleEvent,
  { ...story.received('m3'), data: { ...main, messageId: 'm3', content: 'Hello' } },
  {
    ...story.assessed('m3', 'none'),
    data: { ...main, messageId: 'm3', harm: 'none', risk: null, categories: { [long]: 1, calm: true } },
  } as LifecycleEvent,
  { type: 'risk.flagged', actor: { kind: 'operator' }, data: { kind: 'crisis', note: long } },
  { type: 'risk.cleared', actor: { kind: 'operator' }, data: { reason: long } },
  { type: 'end.requested', actor: user, data: { ...main, reason: long } },
  { type: 'end.withdrawn', actor: user, data: main },
  {
    type: 'thread.forked',
    actor: user,
    data: {
      threadId: 'b',
      from: { threadId: 'main', messageId: 'm3' },
      edit: { messageId: 'm4', content: [{ type: 'image', data: long }] },
    },
  },
  { type: 'feedback.given', actor: user, data: { ...main, rating: 'down', comment: long } },
  { type: 'welfare.noted', actor: { kind: 'assistant' }, data: { ...main, signal: long, intensity: 1, note: long } },
  { type: 'end.proposed', actor: { kind: 'assistant' }, data: { ...main, reason: long } },
  { type: 'thread.ended', actor: { kind: 'assistant' }, data: { ...main, ground: 'persistent-harm', reason: long } },
  { type: 'content.erased', actor: { kind: 'operator' }, data: { messageIds: ['m1'], reason: long } },
]

const recorded = recordLog(wordy, 'c1').map((event) => ({ ...event, correlationId: long, causationId: long }))

/** As a store keeps them, whatever the machine says of them: the server does not judge. */
function storedAs(events: readonly RecordedEvent[]): readonly StoredEvent[] {
  let previous = chainStart
  return events.map((event) => {
    const stored = encode(orThrow(parseEvent(event)), { previous, salt: 'salt' })
    previous = stored.hash
    return stored
  })
}

const storeOf = (events: readonly StoredEvent[]): EventStore => ({
  ...openMemoryStore(),
  read: async ({ fromVersion = 1, limit = 10_000 }) => right(events.slice(fromVersion - 1, fromVersion - 1 + limit)),
})

/** What becomes of each event: accepted, or why not; and how all threads stand in the end. */
function judged(events: readonly RecordedEvent[]) {
  const acceptor = new Acceptor()
  const answers = events.map((event) => {
    const accepted = acceptor.acceptRead(event)
    return isLeft(accepted) ? accepted.left.code : 'accepted'
  })
  const threads = threadsOf(acceptor.state as Conversation).map(({ threadId, state }) => [threadId, state])
  return { answers, threads }
}

describe('events of long texts', () => {
  test('Every line of a log is short, says that it was cut, and means to the machine what the whole event means.', async () => {
    const { get } = await inspected({ store: storeOf(storedAs(recorded)) })
    const texts = (await (await get('/api/conversations/c1/log')).text()).trimEnd().split('\n')
    for (const text of texts) expect(text.length).toBeLessThan(3_000)
    const lines = texts.map((text) => JSON.parse(text) as EventLine)
    expect(lines.map(({ cut }) => cut)).toEqual(lines.map(() => true))
    expect(judged(lines.map(({ event }) => event))).toEqual(judged(recorded))
    expect(judged(recorded).answers.filter((answer) => answer === 'accepted').length).toBeGreaterThan(12)
  })

  test('Each is to be had whole by its version, and is the event that was recorded.', async () => {
    const { lines } = await inspected({ store: storeOf(storedAs(recorded)) })
    for (const event of recorded) {
      const [line] = (await lines(`/api/conversations/c1/events/${event.version}`)) as readonly EventLine[]
      expect(line?.event).toEqual(event)
      expect(line).not.toHaveProperty('cut')
    }
  })

  test('A text of 200 characters is whole, of 201 it is not, wherever it stands; and no character is cut in half.', async () => {
    const noteOf = async (note: string) => {
      const event = { type: 'risk.flagged', actor: { kind: 'operator' }, data: { kind: 'crisis', note } } as const
      const { lines } = await inspected({ store: storeOf(storedAs(recordLog([event], 'c1'))) })
      const [line] = (await lines('/api/conversations/c1/log')) as readonly EventLine[]
      return [line?.cut ?? false, line?.event.type === 'risk.flagged' && line.event.data.note]
    }
    expect(await noteOf('x'.repeat(200))).toEqual([false, 'x'.repeat(200)])
    expect(await noteOf('x'.repeat(201))).toEqual([true, 'x'.repeat(200)])
    expect(await noteOf(`${'x'.repeat(199)}😀`)).toEqual([true, 'x'.repeat(199)])
  })

  test('Ids are never cut: two that begin alike stay two.', async () => {
    const ids = ['1', '2'].map((end) => `${'m'.repeat(400)}${end}`) as [string, string]
    const events = recordLog([story.opened(), ...ids.map((id) => story.received(id)), story.erased(ids[0])], 'c1')
    const { lines } = await inspected({ store: storeOf(storedAs(events)) })
    const said = ((await lines('/api/conversations/c1/log')) as readonly EventLine[]).map(({ event }) => event.data)
    expect(said.slice(1)).toMatchObject([{ messageId: ids[0] }, { messageId: ids[1] }, { messageIds: [ids[0]] }])
  })

  test.each([
    ['content', (stored: StoredEvent, deep: string) => ({ ...stored, content: `[{"a":${deep}}]` })],
    [
      'a field that was slipped in',
      (stored: StoredEvent, deep: string) => ({ ...stored, record: stored.record.replace('{', `{"a":${deep},`) }),
    ],
  ])('A record that was made too deep for any stack, in %s, is a fault in its place.', async (_, forged) => {
    const depth = 100_000
    const events = storedAs(recordLog([story.opened(), story.received('m1'), story.assessed('m1', 'none')], 'c1'))
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
    const store = storeOf(events.map((event, at) => (at === 1 ? forged(event, deep) : event)))
    const { lines, json } = await inspected({ store })
    const log = await lines('/api/conversations/c1/log')
    expect(log.map((line) => ('fault' in line ? line.fault : line.event.type))).toEqual([
      'conversation.opened',
      'the event is over 500 levels deep',
      'message.assessed',
    ])
    expect(await json('/api/conversations/c1/events/2')).toMatchObject({ version: 2, fault: expect.any(String) })
  })

  test('No type of event is forgotten here.', () => {
    const types = new Set<string>(wordy.map(({ type }) => type))
    expect(Object.keys(dataSchemas).filter((type) => !types.has(type))).toEqual(['end.confirmed', 'end.declined'])
  })
})
