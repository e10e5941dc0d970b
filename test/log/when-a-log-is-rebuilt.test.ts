/** SPEC I10: what is rebuilt, from the start or from any snapshot, is what the live system had at that version. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evolve } from '../../src/conversation/evolve.js'
import type { Conversation } from '../../src/conversation/state.js'
import { decode } from '../../src/log/codec.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { chainStart } from '../../src/log/hash-chain.js'
import { emptyStream, rebuild, type Stream } from '../../src/log/rebuild.js'
import { reportConversation } from '../../src/log/report.js'
import { readSnapshot, takeSnapshot } from '../../src/log/snapshot.js'
import { erased, opened, received } from '../conversation/events.js'
import { stories } from '../conversation/stories.js'
import { rightOf, storedLog } from './recorded.js'
import { Shelf } from './shelf.js'

const conversationId = 'c1'

/** The live system after each event: from the stored event, as a command's own answer is. */
function liveStreams(log: readonly StoredEvent[]): readonly Stream[] {
  let conversation: Conversation | null = null
  return log.map((stored) => {
    conversation = evolve(conversation, rightOf(decode(stored)))
    return { conversation, lastHash: stored.hash }
  })
}

/** All that a stream holds, messages and all, in words: streams are the same if and only if these are. */
const inWords = (stream: Stream): string => takeSnapshot(conversationId, stream).text

const logs = fc.noShrink(stories).map(({ log }) => storedLog(log))

test('At every version a rebuild from the start is what was live then.', async () => {
  await fc.assert(
    fc.asyncProperty(logs, async (log) => {
      const live = liveStreams(log)
      const shelf = new Shelf(log)
      for (const [index, stream] of live.entries()) {
        const rebuilt = rightOf(await rebuild(shelf, { conversationId, toVersion: index + 1 }))
        expect(inWords(rebuilt)).toBe(inWords(stream))
      }
      expect(inWords(rightOf(await rebuild(shelf, { conversationId })))).toBe(inWords(live.at(-1) ?? emptyStream))
    }),
    { numRuns: 60 },
  )
})

test('From a snapshot at any version the end is the same as from the start, and so is every report on the way.', async () => {
  await fc.assert(
    fc.asyncProperty(logs, fc.nat(), async (log, lot) => {
      const live = liveStreams(log)
      const at = lot % live.length
      const from = readSnapshot(takeSnapshot(conversationId, live[at] ?? emptyStream))
      expect(from && inWords(from)).toBe(inWords(live[at] ?? emptyStream))
      for (const toVersion of [at + 1, Math.min(at + 2, live.length), live.length]) {
        const rebuilt = rightOf(await rebuild(new Shelf(log), { conversationId, toVersion, ...(from && { from }) }))
        const expected = live[toVersion - 1] ?? emptyStream
        expect(inWords(rebuilt)).toBe(inWords(expected))
        expect(reportConversation(conversationId, rebuilt.conversation)).toEqual(
          reportConversation(conversationId, expected.conversation),
        )
      }
    }),
    { numRuns: 150 },
  )
})

test('A rebuild from a known state reads only what came after, and leaves that state as it was.', async () => {
  const log = storedLog([opened(), received('u1'), received('u2'), received('u3')])
  const shelf = new Shelf(log)
  const from = rightOf(await rebuild(shelf, { conversationId, toVersion: 2 }))
  const before = inWords(from)
  const rebuilt = rightOf(await rebuild(shelf, { conversationId, from }))
  expect(shelf.asked).toEqual([1, 3])
  expect(rebuilt.conversation?.version).toBe(4)
  expect(inWords(from)).toBe(before)
})

test('What is rebuilt is frozen.', async () => {
  const { conversation } = rightOf(await rebuild(new Shelf(storedLog([opened(), received('u1')])), { conversationId }))
  expect(Object.isFrozen(conversation)).toBe(true)
  expect(Object.isFrozen(conversation?.policy)).toBe(true)
})

test('A conversation that is not there is nothing, at the start of its chain.', async () => {
  const shelf = new Shelf(storedLog([opened()], 'another'))
  expect(rightOf(await rebuild(shelf, { conversationId }))).toEqual({ conversation: null, lastHash: chainStart })
})

test('What was erased in the store is gone from the rebuilt messages, and the rest is as it was.', async () => {
  const log = storedLog([opened(), received('u1'), received('u2'), erased('u1')])
  const gone = log.map((event) => (event.version === 2 ? { ...event, content: null, salt: null } : event))
  const [whole, wanting] = await Promise.all(
    [log, gone].map(async (events) => rightOf(await rebuild(new Shelf(events), { conversationId }))),
  )
  expect(wanting && inWords(wanting)).toBe(whole && inWords(whole))
})

const pageMax = 4_096

test.each([pageMax - 1, pageMax, pageMax + 1, 2 * pageMax])(
  'A log of %i events is rebuilt whole, page by page.',
  async (count) => {
    const talk = Array.from({ length: count - 1 }, (_, index) => received(`u${index}`))
    const log = storedLog([opened(), ...talk])
    const shelf = new Shelf(log)
    const { conversation, lastHash } = rightOf(await rebuild(shelf, { conversationId }))
    expect(conversation?.version).toBe(count)
    expect(lastHash).toBe(log.at(-1)?.hash)
    const pages = Math.floor(count / pageMax) + 1
    expect(shelf.asked).toEqual(Array.from({ length: pages }, (_, page) => page * pageMax + 1))
  },
)

test('A version at the edge of a page is reached from either side.', async () => {
  const talk = Array.from({ length: pageMax + 1 }, (_, index) => received(`u${index}`))
  const shelf = new Shelf(storedLog([opened(), ...talk]))
  for (const toVersion of [pageMax - 1, pageMax, pageMax + 1]) {
    expect(rightOf(await rebuild(shelf, { conversationId, toVersion })).conversation?.version).toBe(toVersion)
  }
})
