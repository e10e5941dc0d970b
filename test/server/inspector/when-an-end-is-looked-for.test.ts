/** "Ended in the last day" goes by the time of the end, whatever came after it. */
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { encode, parseEvent } from '../../../src/log/codec.js'
import type { EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { eventsBackMax, lastEndOf } from '../../../src/server/inspector/last-end.js'
import { openMemoryStore } from '../../../src/stores/memory.js'
import { ended, received } from '../../../src/testing/events.js'
import { recordLog } from '../../../src/testing/stories/recorded-logs.js'
import { endAsAsked, openDoor } from '../../conversations/door.js'
import { inspected } from './inspected.js'

const hourMs = 3_600_000
const at = (conversationId: string) => ({ conversationId, threadId: 'main' })

/** Conversations that ended so many hours ago, and what was said of them since. */
const past = [
  { conversationId: 'today', endedHoursAgo: 1, feedbackNow: 0 },
  { conversationId: 'today-and-praised', endedHoursAgo: 2, feedbackNow: 40 },
  { conversationId: 'a-month-ago', endedHoursAgo: 720, feedbackNow: 0 },
  { conversationId: 'a-month-ago-and-blamed', endedHoursAgo: 720, feedbackNow: 1 },
  { conversationId: 'a-month-ago-and-much-blamed', endedHoursAgo: 720, feedbackNow: 40 },
] as const

async function filled(store: EventStore): Promise<EventStore> {
  const startedMs = Date.now()
  let hoursAgo = 0
  const door = openDoor({ store, clock: () => new Date(startedMs - hoursAgo * hourMs) })
  for (const { conversationId, endedHoursAgo, feedbackNow } of past) {
    hoursAgo = endedHoursAgo
    orThrow(await door.conversations.open(at(conversationId)))
    await endAsAsked(door, at(conversationId))
    hoursAgo = 0
    for (let given = 0; given < feedbackNow; given++) {
      orThrow(await door.conversations.giveFeedback({ ...at(conversationId), rating: 'down' }))
    }
  }
  hoursAgo = 3
  orThrow(await door.conversations.open(at('open')))
  return store
}

const withoutViews = (): EventStore => {
  const { views: _, registers: __, ...store } = openMemoryStore()
  return store
}

interface Listed {
  readonly conversations: readonly { readonly conversationId: string; readonly endedAt?: string }[]
  readonly cursor?: string
}

describe.each([
  ['an index', openMemoryStore],
  ['no index', withoutViews],
])('with %s', (_, open) => {
  test('What ended long ago is not listed for what was said of it today; what ended today is.', async () => {
    const { json } = await inspected({ store: await filled(open()) })
    const ids = async (query: string) =>
      ((await json(`/api/conversations?${query}`)) as unknown as Listed).conversations
        .map(({ conversationId }) => conversationId)
        .sort()
    expect(await ids('endedWithin=24h')).toEqual(['today', 'today-and-praised'])
    expect(await ids('endedWithin=2h&text=praised')).toEqual([])
    expect(await ids('endedWithin=3h&text=praised')).toEqual(['today-and-praised'])
    expect(await ids('endedWithin=1000h')).toEqual(past.map(({ conversationId }) => conversationId).sort())
    expect(await ids('endedWithin=24h&state=engaging')).toEqual([])
    expect(await ids('endedWithin=24h&state=ended')).toEqual(['today', 'today-and-praised'])
  })

  test('The row says when the end was, and pages follow one another over those that are left out.', async () => {
    const { json } = await inspected({ store: await filled(open()) })
    const seen = new Map<string, number>()
    let cursor: string | undefined
    for (let pages = 0; pages < 10; pages++) {
      const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = (await json(`/api/conversations?endedWithin=24h&limit=1${query}`)) as unknown as Listed
      for (const { conversationId, endedAt = '' } of page.conversations) {
        expect(seen.has(conversationId)).toBe(false)
        seen.set(conversationId, Math.round((Date.now() - Date.parse(endedAt)) / hourMs))
      }
      cursor = page.cursor
      if (cursor === undefined) break
    }
    expect([...seen].sort()).toEqual([
      ['today', 1],
      ['today-and-praised', 2],
    ])
  })
})

describe('an end that lies far back', () => {
  const stored = (event: ReturnType<typeof received> | ReturnType<typeof ended>): StoredEvent => {
    const [recorded] = recordLog([event], 'c1')
    return encode(orThrow(parseEvent(recorded)), { previous: '', salt: 's' })
  }
  const [said, end] = [stored(received('m')), stored(ended('user-request'))]
  /** A log of so many events, the first of which is an end. */
  const logOf = (total: number) => {
    let asked = 0
    const at = (version: number): StoredEvent => {
      const { record, ...rest } = version === 1 ? end : said
      return { ...rest, version, record: record.replace('"version":1', `"version":${version}`) }
    }
    const read: EventStore['read'] = async ({ fromVersion = 1, toVersion = total }) => {
      asked += toVersion - fromVersion + 1
      return right(Array.from({ length: toVersion - fromVersion + 1 }, (_, place) => at(fromVersion + place)))
    }
    return { read, asked: () => asked, total }
  }
  const lookedFor = async ({ read, total }: ReturnType<typeof logOf>) =>
    orThrow(await lastEndOf({ read }, { conversationId: 'c1', version: total })).endedAt

  test('It is found at any length up to a bound, and no more is read than that.', async () => {
    for (const total of [1, 2, 16, 17, 18, 1_000])
      expect(await lookedFor(logOf(total))).toBe('2026-01-01T00:00:01.000Z')
    const longest = logOf(eventsBackMax)
    expect(await lookedFor(longest)).toBe('2026-01-01T00:00:01.000Z')
    const tooLong = logOf(eventsBackMax + 1)
    expect(await lookedFor(tooLong)).toBeUndefined()
    expect([longest.asked(), tooLong.asked()]).toEqual([eventsBackMax, eventsBackMax])
  })

  test('An end that was just now costs one read of a few events.', async () => {
    const log = logOf(1)
    const read: EventStore['read'] = (range) => log.read({ ...range, fromVersion: 1, toVersion: 1 })
    let reads = 0
    const counted: EventStore['read'] = (range) => {
      reads += 1
      expect((range.toVersion ?? 0) - (range.fromVersion ?? 0)).toBeLessThan(16)
      return read(range)
    }
    expect(await lastEndOf({ read: counted }, { conversationId: 'c1', version: 50_000 })).toMatchObject({
      right: { endedAt: '2026-01-01T00:00:01.000Z', eventsRead: 16 },
    })
    expect(reads).toBe(1)
  })
})
