/** A store that fails, and clients that go away: every request comes to an end that says so, and nothing is held on to. */
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { storeError } from '../../../src/log/errors.js'
import type { EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { here, openDoor, opened } from '../../conversations/door.js'
import { interposed } from '../../conversations/interposed-store.js'
import { allOf, eventsOf } from '../served.js'
import { inspected } from './inspected.js'

const secret = 'a path or a password'
const unavailable = async () => left(storeError('unavailable', secret))
const thrown = async () => {
  throw new Error(secret)
}

const filled = async () => {
  const door = await opened(openDoor())
  orThrow(await door.conversations.receive({ ...here, content: 'Hello' }))
  return door
}

describe.each([
  ['answers that it failed', unavailable, 'unavailable', 503],
  ['throws', thrown, 'internal', 500],
])('a store that %s', (_, fails, code, status) => {
  test('Every question is answered by a problem with a code, and what lies behind it is told to the server alone.', async () => {
    const { store } = await filled()
    const views = store.views && { ...store.views, page: fails, load: fails }
    const failing = { ...interposed(store, { read: () => fails, list: () => fails }), ...(views && { views }) }
    const heard: unknown[] = []
    const { get } = await inspected({ store: failing, onError: (error) => heard.push(error) })
    const paths = [
      'conversations',
      'conversations?endedWithin=24h',
      'conversations/c1/log',
      'conversations/c1/events/1',
    ]
    for (const path of paths) {
      const answer = await get(`/api/${path}`)
      const text = await answer.text()
      expect([path, answer.status, JSON.parse(text).code]).toEqual([path, status, code])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(text).not.toContain(secret)
    }
    expect(heard.map((error) => (error as Error).message)).toEqual(paths.map(() => secret))
  })

  test('A log whose first page fails is a problem too, for nothing of it was sent.', async () => {
    const { store } = await filled()
    const failing = interposed(store, { read: (real) => (range) => (range.limit === 1 ? real(range) : fails()) })
    const { get } = await inspected({ store: failing, limits: { streamsPerOwnerMax: 1, requestsAtOnceMax: 1 } })
    for (const attempt of [1, 2]) {
      const answer = await get('/api/conversations/c1/log')
      expect([attempt, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        attempt,
        status,
        code,
      ])
    }
  })

  test('A live stream ends with a failure and a code, and its place is free again.', async () => {
    const { store, conversations } = await filled()
    let isBroken = false
    const failing = interposed(store, { read: (real) => (range) => (isBroken ? fails() : real(range)) })
    const heard: unknown[] = []
    const limits = { streamsPerOwnerMax: 1, requestsAtOnceMax: 1 }
    const { get } = await inspected({
      store: { ...failing, listen: store.listen as NonNullable<EventStore['listen']> },
      limits,
      onError: (error) => heard.push(error),
    })
    const events = eventsOf(await get('/api/conversations/c1/live?from=3'))
    expect((await events.next()).value).toMatchObject({ event: 'line', id: 3 })
    isBroken = true
    orThrow(await conversations.receive({ ...here, content: 'unseen' }).catch(() => right(null)))
    expect((await events.next()).value).toEqual({ event: 'failed', data: { code, detail: 'the store refused' } })
    expect((await events.next()).done).toBe(true)
    expect(heard).toMatchObject([{ message: secret }])
    isBroken = false
    expect((await get('/api/conversations/c1/log')).status).toBe(200)
  })

  test('A log that fails half-way is broken off, never ended as if this were all; its place is free again.', async () => {
    const { store } = await filled()
    const [, event] = orThrow(await store.read({ conversationId: 'c1' })) as [StoredEvent, StoredEvent]
    const failing = interposed(store, {
      read:
        () =>
        async ({ fromVersion = 1, limit = 1 }) =>
          fromVersion > 4_096
            ? fails()
            : right(
                Array.from({ length: limit }, (_, at) => ({
                  ...event,
                  version: fromVersion + at,
                  record: event.record.replace('"version":2', `"version":${fromVersion + at}`),
                })),
              ),
    })
    const heard: unknown[] = []
    const limits = { streamsPerOwnerMax: 1, requestsAtOnceMax: 1 }
    const { get } = await inspected({ store: failing, limits, onError: (error) => heard.push(error) })
    for (const attempt of [1, 2]) {
      const answer = await get('/api/conversations/c1/log')
      expect([attempt, answer.status]).toEqual([attempt, 200])
      await expect(answer.text()).rejects.toThrow()
      expect(heard).toHaveLength(attempt)
    }
    expect(heard).toMatchObject([{ message: secret }, { message: secret }])
  })
})

describe('a client that goes away', () => {
  /** A store that counts who listens to it and which reads are under way, and answers reads when it is let. */
  const counting = async () => {
    const { store, conversations } = await filled()
    const held = { listeners: 0, reads: 0, gate: Promise.resolve() }
    const counted: EventStore = {
      ...interposed(store, {
        read: (real) => async (range) => {
          held.reads += 1
          await held.gate
          held.reads -= 1
          return real(range)
        },
      }),
      listen: (heard) => {
        held.listeners += 1
        const stop = store.listen?.(heard)
        return () => {
          held.listeners -= 1
          stop?.()
        }
      },
    }
    return { store: counted, held, conversations }
  }
  const limits = { streamsPerOwnerMax: 3, requestsAtOnceMax: 4 }

  test('Live streams stop listening when their readers have gone, however many there were.', async () => {
    const { store, held } = await counting()
    const { get } = await inspected({ store, limits })
    for (let round = 0; round < 3; round++) {
      const gone = new AbortController()
      for (let at = 0; at < limits.streamsPerOwnerMax; at++) {
        const live = await get('/api/conversations/c1/live', { signal: gone.signal })
        await eventsOf(live).next()
      }
      expect(held.listeners).toBe(limits.streamsPerOwnerMax)
      expect((await get('/api/conversations/c1/live')).status).toBe(429)
      gone.abort()
      await expect.poll(() => held.listeners, { timeout: 20_000 }).toBe(0)
    }
    expect((await get('/api/conversations/c1/log')).status).toBe(200)
  })

  test.each(['log', 'live'])('One who has gone before the store answered takes no place for its %s.', async (kind) => {
    const { store, held } = await counting()
    const { get } = await inspected({ store, limits: { streamsPerOwnerMax: 1, requestsAtOnceMax: 2 } })
    for (let round = 0; round < 3; round++) {
      let letGo = () => {}
      held.gate = new Promise((resolve) => {
        letGo = resolve
      })
      const gone = new AbortController()
      const asked = get(`/api/conversations/c1/${kind}`, { signal: gone.signal }).then(
        (answer) => answer.text(),
        () => 'given up',
      )
      await expect.poll(() => held.reads, { timeout: 20_000 }).toBe(1)
      gone.abort()
      await asked.catch(() => 'given up')
      letGo()
      await expect
        .poll(async () => (await get('/api/conversations/c1/log')).text(), { timeout: 20_000 })
        .toContain('conversation.opened')
      await expect.poll(() => held.listeners + held.reads, { timeout: 20_000 }).toBe(0)
    }
  })

  test('A question by HEAD holds nothing, though the answer would be a stream.', async () => {
    const { store, held } = await counting()
    const { get } = await inspected({ store, limits: { streamsPerOwnerMax: 1, requestsAtOnceMax: 1 } })
    for (const kind of ['log', 'live', 'log', 'live']) {
      const answer = await get(`/api/conversations/c1/${kind}`, { method: 'HEAD' })
      expect([kind, answer.status]).toEqual([kind, 200])
    }
    expect(held.listeners).toBe(0)
  })

  test('Closing ends what is streamed.', async () => {
    const { store, held } = await counting()
    const { get, close } = await inspected({ store })
    const live = await get('/api/conversations/c1/live?from=3')
    const heard = allOf(live)
    await expect.poll(() => held.listeners, { timeout: 20_000 }).toBe(1)
    await close()
    expect((await heard).map(({ event }) => event)).toEqual(['line'])
    expect(held.listeners).toBe(0)
  })
})
