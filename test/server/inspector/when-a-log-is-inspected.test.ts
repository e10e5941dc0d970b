/** What the inspector's page is told: lists, logs, one event, what comes, and what the statechart saw of it. */

import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { EventLine } from '../../../src/inspector/log-line.js'
import type { EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { openMemoryStore } from '../../../src/stores/memory.js'
import { type Door, here, openDoor, opened } from '../../conversations/door.js'
import { eventsOf } from '../served.js'
import { inspected } from './inspected.js'

const say = async ({ conversations }: Door, content: string) =>
  orThrow(await conversations.receive({ ...here, content }))

const hostileTexts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "javascript:alert('1')",
  '</style><style>*{display:none}',
  '\u2028\u2029\r\nevent: forged\ndata: {}\n\n',
  '\u202e\u0007\u001b[31m',
  '{{constructor.constructor("alert(1)")()}}',
]

/** A store that reads so, whatever was written. */
const reading = (read: EventStore['read']): EventStore => ({ ...openMemoryStore(), read })

describe('a log', () => {
  test('It comes event by event, in order, with hashes, from any version.', async () => {
    const door = await opened(openDoor())
    await say(door, 'Hello')
    const { lines, get } = await inspected({ store: door.store })
    const all = (await lines('/api/conversations/c1/log')) as readonly EventLine[]
    expect(all.map(({ event: { hash: _, ...event } }) => event)).toEqual(
      door.heard.map(({ hash: _, ...event }) => JSON.parse(JSON.stringify(event))),
    )
    expect(all.map(({ hash }) => hash)).toEqual(
      orThrow(await door.store.read({ conversationId: 'c1' })).map(({ hash }) => hash),
    )
    expect(await lines('/api/conversations/c1/log?from=3')).toEqual(all.slice(2))
    expect((await get('/api/conversations/c1/log')).headers.get('content-type')).toMatch(/^application\/x-ndjson/)
  })

  test('Long content is cut to 200 characters, never through one, and to be had whole by its version.', async () => {
    const door = await opened(openDoor())
    await say(door, 'x'.repeat(200))
    await say(door, `${'x'.repeat(199)}😀`)
    const { lines, json } = await inspected({ store: door.store })
    const said = ((await lines('/api/conversations/c1/log')) as readonly EventLine[]).filter(
      ({ event }) => event.type === 'message.received',
    )
    expect(said.map(({ cut }) => cut)).toEqual([undefined, true])
    expect(said[1]?.event.data).toMatchObject({ content: 'x'.repeat(199) })
    const whole = await json(`/api/conversations/c1/events/${said[1]?.event.version}`)
    expect(whole).toMatchObject({ event: { data: { content: `${'x'.repeat(199)}😀` } } })
    expect(whole).not.toHaveProperty('cut')
  })

  test('What cannot be read stands in its place as a fault.', async () => {
    const door = await opened(openDoor())
    await say(door, 'Hello')
    const stored = orThrow(await door.store.read({ conversationId: 'c1' }))
    const unknown = (stored[2]?.record ?? '').replace(/"type":"[^"]*"/, '"type":"<script>alert(1)</script>"')
    const damaged = stored.map(
      (event, at): StoredEvent =>
        at === 1 ? { ...event, record: `{<b>${'z'.repeat(500)}` } : at === 2 ? { ...event, record: unknown } : event,
    )
    const store = reading(async ({ fromVersion = 1, limit = 10_000 }) =>
      right(damaged.slice(fromVersion - 1, fromVersion - 1 + limit)),
    )
    const { lines } = await inspected({ store })
    const all = await lines('/api/conversations/c1/log')
    expect(all.map((line) => ('fault' in line ? line.version : 'event'))).toEqual(['event', 2, 3])
    expect(all[1]).toMatchObject({ version: 2, record: `{<b>${'z'.repeat(500)}`.slice(0, 200) })
    expect(all[2]).toMatchObject({ fault: expect.stringContaining('unknown event type') })
  })

  test.each(hostileTexts)('Hostile text comes back as the data it is, wherever it stands: %j', async (text) => {
    const door = openDoor()
    const place = { conversationId: text, threadId: text }
    orThrow(await door.conversations.open({ ...place, owner: text }))
    orThrow(await door.conversations.receive({ ...place, messageId: text, content: text }))
    orThrow(await door.conversations.requestEnd({ ...place, reason: text }))
    const { get, lines, json } = await inspected({ store: door.store })
    const path = `/api/conversations/${encodeURIComponent(text)}`
    expect(await json('/api/conversations')).toMatchObject({ conversations: [{ conversationId: text, owner: text }] })
    const all = (await lines(`${path}/log`)) as readonly EventLine[]
    expect(all.map(({ event }) => event.type)).toEqual(door.heard.map(({ type }) => type))
    expect(all[1]?.event.data).toMatchObject({ threadId: text, messageId: text, content: text })
    const stopped = new AbortController()
    const live = await get(`${path}/live`, { signal: stopped.signal })
    const heard: unknown[] = []
    for await (const { event, data } of eventsOf(live)) {
      heard.push([event, data])
      if (heard.length === all.length) break
    }
    expect(heard).toEqual(all.map((line) => ['line', line]))
    stopped.abort()
    for (const one of [
      `${path}/log`,
      '/api/conversations',
      `/api/conversations/${encodeURIComponent(`${text}?`)}/log`,
    ]) {
      const { headers } = await get(one)
      expect(headers.get('content-type')).toMatch(/^application\/(json|x-ndjson|problem\+json)/)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })

  test('What comes later is followed from the version that was seen last, with heartbeats between.', async () => {
    const door = await opened(openDoor())
    const { get } = await inspected({ store: door.store, limits: { heartbeatMs: 20 } })
    const live = await get('/api/conversations/c1/live', { headers: { 'last-event-id': '1' } })
    const reader = (live.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe(': still here\n\n')
    await say(door, 'Later')
    let text = ''
    while (!text.includes('id: 2\n')) text += (await reader.read()).value
    expect(text).toContain('"content":"Later"')
    expect(text).not.toContain('id: 1\n')
    await reader.cancel()
  })

  test('A log of 100,000 events is read no faster than its client reads it.', async () => {
    const door = await opened(openDoor())
    await say(door, 'x'.repeat(180))
    const [, event] = orThrow(await door.store.read({ conversationId: 'c1' })) as [StoredEvent, StoredEvent]
    const total = 100_000
    const eventAt = (version: number): StoredEvent => ({
      ...event,
      version,
      record: event.record.replace('"version":2', `"version":${version}`),
    })
    let read = 0
    const store = reading(async ({ fromVersion = 1, limit = 10_000 }) => {
      const count = Math.max(0, Math.min(limit, total - fromVersion + 1))
      read = Math.max(read, fromVersion - 1 + count)
      return right(Array.from({ length: count }, (_, at) => eventAt(fromVersion + at)))
    })
    const { get } = await inspected({ store })
    const log = await get('/api/conversations/c1/log')
    const reader = (log.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    // Another answer comes meanwhile, and what the sockets hold is far from all.
    await get('/api/about')
    expect(read).toBeLessThan(total / 2)
    let newlines = 0
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      newlines += piece.value.filter((byte) => byte === 10).length
    }
    expect(read).toBe(total)
    expect(newlines).toBeGreaterThan(total / 2)
  })
})

describe('a list', () => {
  const filled = async (store: EventStore, lastOwner = 'ada') => {
    const door = openDoor({ store })
    for (const [conversationId, owner, content] of [
      ['calm', 'ada', 'Hello'],
      ['risky', 'bob', 'crisis'],
      ['Other', lastOwner, 'Hello'],
    ] as const) {
      const place = { conversationId, threadId: 'main' }
      orThrow(await door.conversations.open({ ...place, owner }))
      orThrow(await door.conversations.receive({ ...place, content }))
    }
    return store
  }
  const withoutViews = (): EventStore => {
    const { views: _, registers: __, ...store } = openMemoryStore()
    return store
  }
  const stores = [
    ['an index', openMemoryStore],
    ['no index', withoutViews],
  ] as const

  test.each(stores)('With %s conversations are found by owner, risk, state and text.', async (_, open) => {
    const { json } = await inspected({ store: await filled(open()) })
    const ids = async (query: string) => {
      const { conversations } = (await json(`/api/conversations?${query}`)) as {
        conversations: { conversationId: string }[]
      }
      return conversations.map(({ conversationId }) => conversationId).sort()
    }
    expect(await ids('')).toEqual(['Other', 'calm', 'risky'])
    expect(await ids('owner=ada')).toEqual(['Other', 'calm'])
    expect(await ids('risk=flagged')).toEqual(['risky'])
    expect(await ids('state=ended')).toEqual([])
    expect(await ids('text=OTHER')).toEqual(['Other'])
    expect(await ids('text=bob')).toEqual(['risky'])
    expect(await ids('endedWithin=24h')).toEqual([])
  })

  test.each(stores)(
    'With %s an owner too long for a row stands there as a digest, by which it is found.',
    async (_, open) => {
      const { json } = await inspected({ store: await filled(open(), 'o'.repeat(1_000)) })
      const owners = async (query: string) => {
        const { conversations } = await json(`/api/conversations?${query}`)
        return (conversations as { owner: string }[]).map(({ owner }) => owner)
      }
      const digests = (await owners('')).filter((owner) => owner.startsWith('sha256:'))
      expect(digests).toHaveLength(1)
      expect(digests[0]).toHaveLength('sha256:'.length + 64)
      expect(await owners(`text=${digests[0]}`)).toEqual(digests)
      expect(await owners(`owner=${digests[0]}`)).toEqual([])
    },
  )

  test('A text that few have keeps nobody waiting: a question turns so many pages of the index, and says where it stopped.', async () => {
    const store = await filled(openMemoryStore())
    const door = openDoor({ store })
    for (let count = 0; count < 250; count++) {
      orThrow(await door.conversations.open({ conversationId: `more-${count}`, threadId: 'main' }))
    }
    let turned = 0
    const { views } = store
    const page: NonNullable<EventStore['views']>['page'] = (...asked) => {
      turned += 1
      return (views as NonNullable<typeof views>).page(...asked)
    }
    const { json } = await inspected({ store: { ...store, views: { ...(views as NonNullable<typeof views>), page } } })
    expect(await json('/api/conversations?limit=1&text=none-is-so')).toEqual({
      conversations: [],
      cursor: expect.any(String),
    })
    expect(turned).toBe(100)
  })

  test.each(stores)('With %s pages follow one another without a gap.', async (_, open) => {
    const { json } = await inspected({ store: await filled(open()) })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = (await json(`/api/conversations?limit=1${query}`)) as {
        conversations: { conversationId: string }[]
        cursor?: string
      }
      seen.push(...page.conversations.map(({ conversationId }) => conversationId))
      cursor = page.cursor
    } while (cursor !== undefined && seen.length < 10)
    expect(seen.sort()).toEqual(['Other', 'calm', 'risky'])
  })

  test('What the threads of all conversations did is counted on the statechart.', async () => {
    const { json } = await inspected({ store: await filled(openMemoryStore()) })
    const heat = await json('/api/heat')
    expect(heat).toMatchObject({ conversations: 3, isWhole: true, faulty: 0 })
    expect(heat.states).toMatchObject({ 'risk.flagged': 1, 'assessment.pending': 3 })
  })
})
