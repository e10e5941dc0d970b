/** What is stored but not understood is told by conversation and version, never passed over. */
import { expect, test } from 'vitest'
import { decode } from '../../src/log/codec.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { opened, received, requested } from '../conversation/events.js'
import { eventTypes } from './arbitrary-events.js'
import { leftOf, rightOf, storedLog } from './recorded.js'
import { fullData, specimenOf } from './specimens.js'

const conversationId = 'support/42'
const log = storedLog([opened(), received('u1'), requested()], conversationId)
const [, message, request] = log as [StoredEvent, StoredEvent, StoredEvent]

/** The event with its record changed. */
const changed = (stored: StoredEvent, change: (event: { [field: string]: unknown }) => object): StoredEvent => ({
  ...stored,
  record: JSON.stringify(change(JSON.parse(stored.record))),
})

function expectUnreadable(stored: StoredEvent, code: 'corrupt-event' | 'unknown-event') {
  const error = leftOf(decode(stored))
  expect(error).toMatchObject({ kind: 'store', code, conversationId, version: stored.version })
  expect(error.message).toContain(JSON.stringify(conversationId))
  expect(error.message).toContain(`version ${stored.version}`)
}

test('As written, each is read.', () => {
  expect(log.map((stored) => rightOf(decode(stored)).type)).toEqual([
    'conversation.opened',
    'message.received',
    'end.requested',
  ])
})

test.each(['', 'x', '{', '[]', 'null', '7', '{}', '{"data":{}}x', '{"type":"end.requested"}'])(
  'A record that is no event is corrupt, or unknown: %j',
  (record) => {
    expect(['corrupt-event', 'unknown-event']).toContain(leftOf(decode({ ...request, record })).code)
    expect(leftOf(decode({ ...request, record }))).toMatchObject({ conversationId, version: 3 })
  },
)

test.each(['', '{', '[', '"\\', '{}', '7', '[1]', '[null]'])('Content that is no content is corrupt: %j', (content) => {
  expectUnreadable({ ...message, content }, 'corrupt-event')
})

test.each(['message.deleted', '__proto__', 'constructor', 'toString', 'xstate.stop', ''])(
  'A type that is not ours is unknown: %j',
  (type) => {
    expectUnreadable(
      changed(request, (event) => ({ ...event, type })),
      'unknown-event',
    )
  },
)

test('A newer schema is unknown; no schema at all is corrupt.', () => {
  expectUnreadable(
    changed(request, (event) => ({ ...event, schema: 2 })),
    'unknown-event',
  )
  expectUnreadable(
    changed(message, (event) => ({ ...event, schema: 99 })),
    'unknown-event',
  )
  for (const schema of [0, -1, '1', null])
    expectUnreadable(
      changed(request, (event) => ({ ...event, schema })),
      'corrupt-event',
    )
})

test('A newer schema is told as such, not as a fault of the event.', () => {
  const newer = changed(request, (event) => ({ ...event, schema: 2 }))
  expect(leftOf(decode(newer)).message).toMatch(/end\.requested has schema 2, newer than 1/)
})

test('A field that is missing or of another kind is corrupt.', () => {
  for (const bad of [{ threadId: 7 }, { threadId: '' }, {}]) {
    expectUnreadable(
      changed(request, (event) => ({ ...event, data: bad })),
      'corrupt-event',
    )
  }
  expectUnreadable(
    changed(request, (event) => ({ ...event, actor: { kind: 'robot' } })),
    'corrupt-event',
  )
})

test('A record that is another event’s, by conversation, version or id, is corrupt.', () => {
  for (const change of [{ conversationId: 'another' }, { version: 7 }, { id: 'e7' }]) {
    expectUnreadable(
      changed(request, (event) => ({ ...event, ...change })),
      'corrupt-event',
    )
  }
})

test('Erased content is no fault: it comes back as null.', () => {
  expect(rightOf(decode({ ...message, content: null, salt: null })).data).toEqual({
    ...fullData['message.received'],
    threadId: 'main',
    messageId: 'u1',
    content: null,
  })
})

test.each(eventTypes)('%s that lost a required field is corrupt.', (type) => {
  const { hash: _, ...event } = specimenOf(type)
  const bare: StoredEvent = {
    ...request,
    record: JSON.stringify({ ...event, id: request.eventId, conversationId, version: 3, data: {} }),
    content: null,
    salt: null,
  }
  expectUnreadable(bare, 'corrupt-event')
})
