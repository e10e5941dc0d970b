/** Events as they come: all that is there, then what follows, each once and in order, until the caller has had enough. */
import { describe, expect, test } from 'vitest'
import type { FedEvent } from '../../src/log/feed.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Door, here, openDoor, opened } from './door.js'
import { stores } from './stores.js'

const c1 = { conversationId: here.conversationId }
const note = ({ conversations }: Door, signal: string, conversationId = 'c1') =>
  conversations.noteWelfare({ ...here, conversationId, signal, intensity: 0 }).then(orThrow)

/** The next so many events; the feed stays open. */
async function next(feed: AsyncGenerator<FedEvent, void>, count: number): Promise<readonly FedEvent[]> {
  const events: FedEvent[] = []
  while (events.length < count) {
    const { value, done } = await feed.next()
    if (done || !value) throw new Error('the feed ended')
    events.push(value)
  }
  return events
}
const signals = (events: readonly FedEvent[]) =>
  events.map((event) => (event.type === 'welfare.noted' ? event.data.signal : event.type))

describe.each(stores)('over $name', ({ open }) => {
  test('It hears what was, then what is, from this door and from others, each once.', async () => {
    const store = await open()
    const door = await opened(openDoor({ store, pollMs: 1 }))
    const other = openDoor({ store }, 'o')
    await note(door, 'before')
    const abort = new AbortController()
    const feed = door.conversations.subscribe({ ...c1, signal: abort.signal })
    expect(signals(await next(feed, 2))).toEqual(['conversation.opened', 'before'])
    const waiting = next(feed, 1)
    await note(door, 'own')
    expect(signals(await waiting)).toEqual(['own'])
    const waitingAgain = next(feed, 2)
    await note(other, 'other’s')
    await note(door, 'own again')
    expect(signals(await waitingAgain)).toEqual(['other’s', 'own again'])
    const last = feed.next()
    abort.abort()
    expect(await last).toEqual({ value: undefined, done: true })
  })

  test('Without a conversation it hears all of them, in the store’s order, by growing position.', async () => {
    const store = await open()
    const door = await opened(openDoor({ store, pollMs: 1 }))
    orThrow(await door.conversations.open({ conversationId: 'c2', threadId: 'main' }))
    await note(door, 'one', 'c1')
    await note(door, 'two', 'c2')
    const feed = door.conversations.subscribe()
    const events = await next(feed, 4)
    expect(events.map(({ conversationId }) => conversationId)).toEqual(['c1', 'c2', 'c1', 'c2'])
    const positions = events.map(({ position }) => position ?? -1)
    expect(positions).toEqual([...positions].sort((a, b) => a - b))
    const later = door.conversations.subscribe({ fromPosition: positions[2] ?? -1 })
    expect(signals(await next(later, 2))).toEqual(['one', 'two'])
    const waiting = next(later, 1)
    await note(door, 'three', 'c1')
    expect(signals(await waiting)).toEqual(['three'])
    await Promise.all([feed.return(), later.return()])
  })

  test('Many events are heard page by page, none twice and none left out.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    for (let index = 0; index < 520; index++) await note(door, `${index}`)
    for (const request of [c1, {}]) {
      const feed = door.conversations.subscribe(request)
      expect((await next(feed, 521)).map(({ version }) => version)).toEqual(
        Array.from({ length: 521 }, (_, at) => at + 1),
      )
      await feed.return()
    }
  })
})

test('It can begin at a later version.', async () => {
  const door = await opened(openDoor())
  await note(door, 'one')
  await note(door, 'two')
  const feed = door.conversations.subscribe({ ...c1, fromVersion: 3 })
  expect(signals(await next(feed, 1))).toEqual(['two'])
  await feed.return()
})

test('A conversation that is not there yet is waited for.', async () => {
  const door = openDoor({ pollMs: 1 })
  const feed = door.conversations.subscribe(c1)
  const waiting = next(feed, 1)
  await opened(door)
  expect(signals(await waiting)).toEqual(['conversation.opened'])
  await feed.return()
})

test('One that is aborted before it begins, or in the middle of a page, says no more.', async () => {
  const door = await opened(openDoor())
  await note(door, 'one')
  expect(await door.conversations.subscribe({ ...c1, signal: AbortSignal.abort() }).next()).toMatchObject({
    done: true,
  })
  const abort = new AbortController()
  const feed = door.conversations.subscribe({ ...c1, signal: abort.signal })
  await next(feed, 1)
  abort.abort()
  expect(await feed.next()).toMatchObject({ done: true })
})

test('Several hear the same, each at its own pace.', async () => {
  const door = await opened(openDoor({ pollMs: 1 }))
  const feeds = [1, 2, 3].map(() => door.conversations.subscribe(c1))
  const waiting = feeds.map((feed) => next(feed, 2))
  await note(door, 'one')
  for (const heard of waiting) expect(signals(await heard)).toEqual(['conversation.opened', 'one'])
  await Promise.all(feeds.map((feed) => feed.return()))
})

test('A store that fails throws its error out of the feed, and a new one goes on from the last version handled.', async () => {
  const store = openMemoryStore()
  const door = await opened(openDoor({ store }))
  const feed = door.conversations.subscribe(c1)
  await next(feed, 1)
  await store.close()
  await expect(feed.next()).rejects.toMatchObject({ kind: 'store', code: 'closed' })
})
