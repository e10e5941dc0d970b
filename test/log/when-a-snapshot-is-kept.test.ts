/** A snapshot says the same of the same state, everywhere and always; and where it cannot be used, it is not. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { fold } from '../../src/conversation/fold.js'
import { machineId } from '../../src/lifecycle/machine-id.js'
import { decode } from '../../src/log/codec.js'
import type { StoreError } from '../../src/log/errors.js'
import type { EventStore, StoredSnapshot } from '../../src/log/event-store.js'
import { rebuild, type Stream } from '../../src/log/rebuild.js'
import { readSnapshot, takeSnapshot } from '../../src/log/snapshot.js'
import { assessed, erased, forked, opened, received, sent } from '../conversation/events.js'
import { stories } from '../conversation/stories.js'
import { rightOf, storedLog } from './recorded.js'
import { Shelf } from './shelf.js'

function streamOf(events: readonly LifecycleEvent[]): Stream {
  const log = storedLog(events)
  return { conversation: fold(log.map((stored) => rightOf(decode(stored)))), lastHash: log.at(-1)?.hash ?? '' }
}

const stream = streamOf([
  opened({}, 'main'),
  received('u1'),
  assessed('u1', 'harmful'),
  sent('a1', 'redirection'),
  forked('__proto__', { messageId: 'u1' }, 'constructor'),
  erased('u1'),
])
const snapshot = takeSnapshot('c1', stream)

const changed = (change: object): StoredSnapshot => ({
  ...snapshot,
  text: JSON.stringify({ ...JSON.parse(snapshot.text), ...change }),
})

test('It is read back as it was taken.', () => {
  expect(snapshot).toMatchObject({ conversationId: 'c1', version: 6 })
  const read = readSnapshot(snapshot)
  expect(read?.lastHash).toBe(stream.lastHash)
  expect(read && takeSnapshot('c1', read)).toEqual(snapshot)
})

test('The same log gives the same text, whatever else the process met before.', () => {
  fc.assert(
    fc.property(stories, ({ log }) => {
      const first = takeSnapshot('c1', streamOf(log))
      expect(takeSnapshot('c1', streamOf(log))).toEqual(first)
      const read = readSnapshot(first)
      expect(read && takeSnapshot('c1', read)).toEqual(first)
    }),
    { numRuns: 100 },
  )
})

test('Equal policies are one, however they were written down, and whichever came first.', () => {
  // Bounds that no other test uses, so that these are the first of their kind.
  const rare = { redirections: 9, warnings: 3, calmTurns: 9 }
  const backwards = streamOf([opened({ ...rare, riskClearedBy: ['assessor', 'operator', 'assessor'] })])
  const forwards = streamOf([opened({ ...rare, riskClearedBy: ['operator', 'assessor'] })])
  expect(backwards.conversation?.policy.riskClearedBy).toEqual(['operator', 'assessor'])
  expect(forwards.conversation?.policy).toBe(backwards.conversation?.policy)
})

test('One that another machine took is not used.', () => {
  expect(JSON.parse(snapshot.text).machine).toBe(machineId())
  expect(readSnapshot(changed({ machine: '0123456789abcdef xstate@5.0.0' }))).toBeUndefined()
})

test('One of another shape is not used.', () => {
  for (const schema of [0, 2, '1', null]) expect(readSnapshot(changed({ schema }))).toBeUndefined()
})

test.each(['states', 'threads', 'messages', 'rest'])('One without its %s is not used.', (part) => {
  for (const value of [undefined, null, 7]) expect(readSnapshot(changed({ [part]: value }))).toBeUndefined()
})

test('Text that is cut short, anywhere, is not used.', () => {
  for (let length = 0; length < snapshot.text.length; length++) {
    expect(readSnapshot({ ...snapshot, text: snapshot.text.slice(0, length) })).toBeUndefined()
  }
})

test.each(['', 'null', '7', '[]', '{}', 'x', '"text"'])('Text that is no snapshot is not used: %j', (text) => {
  expect(readSnapshot({ ...snapshot, text })).toBeUndefined()
})

test('One that is filed under another version is not used.', () => {
  expect(readSnapshot({ ...snapshot, version: 5 })).toBeUndefined()
})

test('One that belies its log is told by the events that follow, and the log is believed.', async () => {
  const events = [opened(), received('u1'), assessed('u1', 'none'), sent('a1')]
  const { messages: _, ...rest } = JSON.parse(takeSnapshot('c1', streamOf(events.slice(0, 2))).text)
  const from = readSnapshot({ conversationId: 'c1', version: 2, text: JSON.stringify({ ...rest, messages: [] }) })
  expect(from).toBeDefined()
  const rebuilt = rightOf(await rebuild(new Shelf(storedLog(events)), { conversationId: 'c1', ...(from && { from }) }))
  expect(takeSnapshot('c1', rebuilt)).toEqual(takeSnapshot('c1', streamOf(events)))
})

test('One of the log’s very end costs one reading of one event; one that belies it is told by what follows.', async () => {
  const events = [opened(), received('u1'), assessed('u1', 'none'), sent('a1')]
  const log = storedLog(events)
  const told: StoreError[] = []
  const rebuiltFrom = async (kept: Stream) => {
    const reads: number[] = []
    const shelf = new Shelf(log)
    const store = {
      read: async (range: Parameters<EventStore['read']>[0]) => {
        const page = await shelf.read(range)
        reads.push(rightOf(page).length)
        return page
      },
    }
    const range = { conversationId: 'c1', snapshot: kept, onWrongSnapshot: (error: StoreError) => told.push(error) }
    expect(takeSnapshot('c1', rightOf(await rebuild(store, range)))).toEqual(takeSnapshot('c1', streamOf(events)))
    return reads
  }
  expect(await rebuiltFrom(streamOf(events))).toEqual([1])
  expect(await rebuiltFrom(streamOf(events.slice(0, 1)))).toEqual([4])
  expect(told).toEqual([])
  const { conversation, lastHash } = streamOf(events.slice(0, 2))
  const empty = conversation && {
    ...conversation,
    messages: streamOf([opened()]).conversation?.messages ?? conversation.messages,
  }
  expect(await rebuiltFrom({ conversation: empty, lastHash })).toEqual([3, 4, 4])
  expect(told).toMatchObject([{ code: 'corrupt-event', version: 2 }])
})
