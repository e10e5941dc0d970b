/** A log of the first schema is read for ever, to the very state that it had; newer ones are not guessed at. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { entriesOf } from '../../src/conversation/id-index.js'
import { decode, parseEvent } from '../../src/log/codec.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { chainFault, chainStart } from '../../src/log/hash-chain.js'
import { rebuild } from '../../src/log/rebuild.js'
import { currentSchema } from '../../src/log/recorded-event.js'
import { type ConversationReport, reportConversation } from '../../src/log/report.js'
import { type RawEvent, type Upcast, upcast, upcasts } from '../../src/log/upcast.js'
import { SpecOracle } from '../conversation/spec-oracle.js'
import { eventTypes } from './arbitrary-events.js'
import { leftOf, rightOf } from './recorded.js'
import { Shelf } from './shelf.js'
import { specimenOf } from './specimens.js'

const golden = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8')
const log: readonly StoredEvent[] = golden('v1.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))
const expected: readonly { report: ConversationReport; contents: { [id: string]: unknown } }[] = JSON.parse(
  golden('v1.expected.json'),
)
const ids = expected.map(({ report }) => report.conversationId)
const logOf = (id: string) => log.filter(({ conversationId }) => conversationId === id)

test('The golden log holds every type of event, of the first schema.', () => {
  const events = log.map(({ record }) => JSON.parse(record))
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(eventTypes))
  expect(new Set(events.map(({ schema }) => schema))).toEqual(new Set([1]))
  expect(ids).toEqual([...new Set(log.map(({ conversationId }) => conversationId))])
})

test.each(expected)(
  '$report.conversationId is rebuilt to the very report that was expected when it was written.',
  async ({ report, contents }) => {
    const { conversationId } = report
    const { conversation, lastHash } = rightOf(await rebuild(new Shelf(log), { conversationId }))
    expect(reportConversation(conversationId, conversation)).toEqual(report)
    const said = [...(conversation ? entriesOf(conversation.messages) : [])].map(([id, { content }]) => [id, content])
    expect(Object.fromEntries(said)).toEqual(contents)
    expect(lastHash).toBe(logOf(conversationId).at(-1)?.hash)
  },
)

test.each(expected)(
  '$report.conversationId is what the independent reader of the specification makes of it.',
  ({ report }) => {
    const oracle = new SpecOracle()
    for (const stored of logOf(report.conversationId)) expect(oracle.offer(rightOf(decode(stored)))).toBeUndefined()
    const { conversationId: _, rejected: __, ...rest } = report
    expect(oracle.report()).toEqual(rest)
  },
)

test.each(ids)('The chain of %s still holds.', (id) => {
  const events = logOf(id)
  const faults = events.map((event, index) => chainFault(events[index - 1]?.hash ?? chainStart, event))
  expect(faults).toEqual(events.map(() => undefined))
})

/** Two lifts: a field is renamed, then split; another type is lifted once. */
const steps: readonly Upcast[] = [
  { type: 'end.requested', from: 1, data: (data) => ({ thread: (data as { threadId: string }).threadId }) },
  { type: 'end.requested', from: 2, data: (data) => ({ on: [(data as { thread: string }).thread] }) },
  { type: 'end.confirmed', from: 2, data: (data) => ({ ...(data as object), sure: true }) },
]
const raw = (type: RawEvent['type'], schema: number): RawEvent =>
  ({ ...specimenOf('end.confirmed'), type, schema, data: { threadId: 'main' } }) as RawEvent

test('An old event is lifted one schema at a time, by the steps of its own type.', () => {
  expect(upcast(raw('end.requested', 1), steps, 3)).toEqual({ ...raw('end.requested', 3), data: { on: ['main'] } })
  expect(upcast(raw('end.requested', 1), steps, 2)).toEqual({ ...raw('end.requested', 2), data: { thread: 'main' } })
  const second = { ...raw('end.requested', 2), data: { thread: 'b' } }
  expect(upcast(second, steps, 3).data).toEqual({ on: ['b'] })
})

test('Where a type has no step its data stays as it was.', () => {
  expect(upcast(raw('end.confirmed', 1), steps, 3).data).toEqual({ threadId: 'main', sure: true })
  expect(upcast(raw('end.withdrawn', 1), steps, 3)).toEqual(raw('end.withdrawn', 3))
})

test('Lifting changes neither the event that was read nor one that is of the schema already.', () => {
  const old = raw('end.requested', 1)
  const before = structuredClone(old)
  upcast(old, steps, 3)
  expect(old).toEqual(before)
  const current = raw('end.requested', 3)
  expect(upcast(current, steps, 3)).toBe(current)
})

test('What is newer, or of no schema, is not lifted, and is refused.', () => {
  for (const schema of [currentSchema + 1, 99, 0, -1, 1.5, Number.NaN]) {
    const event = raw('end.confirmed', schema)
    expect(upcast(event, steps, currentSchema)).toBe(event)
    expect(leftOf(parseEvent(event)).code).toBe('invalid-event')
  }
})

test('No step leads beyond the schema that is written.', () => {
  for (const { from } of upcasts) expect(from).toBeLessThan(currentSchema)
})

test('A step that cannot do its work is told by conversation and version, and throws nothing at the reader.', () => {
  const thrown: readonly unknown[] = [new TypeError('no threadId'), 'no threadId']
  const [stored] = log.filter(({ record }) => JSON.parse(record).type === 'end.requested')
  for (const why of thrown) {
    const failing: Upcast = {
      type: 'end.requested',
      from: 1,
      data: () => {
        throw why
      },
    }
    const { conversationId, version } = stored ?? {}
    const error = leftOf(decode(stored as StoredEvent, [failing], 2))
    expect(error).toMatchObject({ code: 'corrupt-event', conversationId, version })
    expect(error.message).toContain(`version ${version}: end.requested of schema 1 cannot be lifted to 2: no threadId`)
  }
})
