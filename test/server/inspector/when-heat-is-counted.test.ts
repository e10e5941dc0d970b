/** The count of a database's traffic says that it is whole once there is nothing more to count, and at no other end. */
import { expect, test } from 'vitest'
import { orThrow } from '../../../src/or-throw.js'
import { HeatMap } from '../../../src/server/inspector/heat.js'
import { readingOf } from '../../../src/server/inspector/read-store.js'
import { openMemoryStore } from '../../../src/stores/memory.js'
import { openDoor } from '../../conversations/door.js'

/** Two conversations, of an event each. */
async function two() {
  const store = openMemoryStore()
  const { conversations } = openDoor({ store })
  for (const conversationId of ['c1', 'c2']) {
    orThrow(await conversations.open({ conversationId, threadId: 'main' }))
  }
  return readingOf(store)
}

const unexpected = (error: unknown): never => {
  throw error
}

test('Once every conversation is counted, the count is whole.', async () => {
  const heat = new HeatMap(await two(), new AbortController().signal, unexpected)
  expect(await heat.soFar()).toMatchObject({ conversations: 2, isWhole: true })
})

test('A count that ends at its bound is not whole.', async () => {
  const heat = new HeatMap(await two(), new AbortController().signal, unexpected, 1)
  expect(await heat.soFar()).toMatchObject({ conversations: 2, isWhole: false })
})

test('A count that is broken off is not whole, wherever it was.', async () => {
  const reading = await two()
  expect(await new HeatMap(reading, AbortSignal.abort(), unexpected).soFar()).toMatchObject({ isWhole: false })
  const closing = new AbortController()
  const list: typeof reading.list = async (range) => {
    const page = await reading.list(range)
    if (range.afterId === undefined) closing.abort()
    return page
  }
  const heat = new HeatMap({ ...reading, list }, closing.signal, unexpected)
  expect(await heat.soFar()).toMatchObject({ conversations: 0, isWhole: false })
  const read: typeof reading.read = async (range) => {
    if (range.conversationId === 'c2') ending.abort()
    return reading.read(range)
  }
  const ending = new AbortController()
  const last = new HeatMap({ ...reading, read }, ending.signal, unexpected)
  expect(await last.soFar()).toMatchObject({ conversations: 2, isWhole: false })
})
