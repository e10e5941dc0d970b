/** Long conversations come by consumers, which are kept from page to page: no page may miss, double or bring back anything. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, storedEvent } from '../stored-events.js'
import { dropStore, newName, openNamed } from './servers.js'

const name = newName()
const count = 360
const perAppend = 3
const all = Array.from({ length: count }, (_, n) =>
  storedEvent('long', n + 1, { content: JSON.stringify(`said ${n + 1}`), salt: `5a${n}` }),
)
let writer: EventStore

beforeAll(async () => {
  writer = await openNamed(name)
  for (let begin = 0; begin < count; begin += perAppend) {
    orThrow(await writer.append(appendOf(...all.slice(begin, begin + perAppend))))
    orThrow(await writer.append(appendOf(storedEvent('beside', begin / perAppend + 1))))
  }
})
afterAll(async () => {
  await writer.close()
  await dropStore(name)
})

async function pagesOf(store: EventStore, limit: number): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = []
  for (;;) {
    const page = orThrow(await store.read({ conversationId: 'long', fromVersion: events.length + 1, limit }))
    if (page.length === 0) return events
    events.push(...page)
  }
}

/** Not multiples of an append, so that pages end within one. */
const limits = [100, 130, 359, 1_000]

test('Whatever its pages, a conversation reads whole: by a handle that knows nothing of it, and again by one that does.', async () => {
  for (const limit of limits) {
    const store = await openNamed(name)
    expect(await pagesOf(store, limit)).toEqual(all)
    expect(await pagesOf(store, limit)).toEqual(all)
    await store.close()
  }
})

test('Readers of one handle who go at different paces do not take each other anything away.', async () => {
  const store = await openNamed(name)
  const read = await Promise.all([...limits, ...limits].map((limit) => pagesOf(store, limit)))
  for (const events of read) expect(events).toEqual(all)
  await store.close()
})

test('The feed gives every event once, whatever its pages.', async () => {
  const store = await openNamed(name)
  for (const limit of [7, 100, 10_000]) {
    const ids: string[] = []
    for (let afterPosition = 0; ; ) {
      const page = orThrow(await store.readAll({ afterPosition, limit }))
      const last = page.at(-1)
      if (last === undefined) break
      ids.push(...page.map(({ eventId }) => eventId))
      afterPosition = last.position
    }
    expect(ids).toHaveLength(count + count / perAppend)
    expect(new Set(ids).size).toBe(ids.length)
  }
  await store.close()
})

test('What is erased between two pages is not on the second, though it was fetched ahead.', async () => {
  const store = await openNamed(name)
  const first = orThrow(await store.read({ conversationId: 'long', limit: 200 }))
  expect(first.at(-1)?.content).toBe('"said 200"')
  orThrow(await writer.erase({ conversationId: 'long', versions: [201, 202, 300] }))
  const second = orThrow(await store.read({ conversationId: 'long', fromVersion: 201 }))
  const isErased = ({ version }: StoredEvent) => [201, 202, 300].includes(version)
  expect(second.filter(isErased).map(({ content }) => content)).toEqual([null, null, null])
  expect(second.filter((event) => !isErased(event))).toEqual(all.slice(200).filter((event) => !isErased(event)))
  await store.close()
})
