/** A whole log, nothing cut: what the page's export asks for. However long its texts are, little of it is held at once. */
import fc from 'fast-check'
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { wholeLines } from '../../../src/inspector/whole-lines.js'
import { storeError } from '../../../src/log/errors.js'
import type { EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { eventsPerPageMax, sizedPages } from '../../../src/server/inspector/sized-pages.js'
import { here, openDoor, opened } from '../../conversations/door.js'
import { inspected } from './inspected.js'

async function filled() {
  const door = await opened(openDoor())
  for (const content of ['x'.repeat(5_000), 'short', `${'y'.repeat(300)}😀`]) {
    orThrow(await door.conversations.receive({ ...here, content }))
  }
  orThrow(await door.conversations.requestEnd({ ...here, reason: 'r'.repeat(1_000) }))
  return door.store
}

/** The store, of which one record was damaged. */
const damagedAt = (version: number, store: EventStore): EventStore => ({
  ...store,
  read: async (range) => {
    const page = await store.read(range)
    if (isLeft(page)) return page
    const damaged = (event: StoredEvent) => ({ ...event, record: `{${'z'.repeat(900)}` })
    return right(page.right.map((event) => (event.version === version ? damaged(event) : event)))
  },
})

describe('a log that is asked for whole', () => {
  test('Each line is what the event alone is answered by, faults too, from any version.', async () => {
    const { get, lines } = await inspected({ store: damagedAt(4, await filled()) })
    const whole = await lines('/api/conversations/c1/log?from=1&whole=1')
    expect(whole).toHaveLength(8)
    for (const [at, line] of whole.entries()) {
      expect(line).toEqual(await (await get(`/api/conversations/c1/events/${at + 1}`)).json())
    }
    expect(whole[3]).toMatchObject({ record: `{${'z'.repeat(900)}` })
    expect(await lines('/api/conversations/c1/log?whole=1&from=6')).toEqual(whole.slice(5))
    expect(await lines('/api/conversations/c1/log')).not.toEqual(whole)
  })

  test('Of its texts the page takes those that it lists, in order; what is missing is no export.', async () => {
    const { get } = await inspected({ store: await filled() })
    const text = await (await get('/api/conversations/c1/log?whole=1')).text()
    const texts = text.split('\n').filter((line) => line !== '')
    async function* sent(all: readonly string[]) {
      yield* all
    }
    const taken = async (versions: readonly number[], all: readonly string[] = texts) => {
      const kept: string[] = []
      for await (const line of wholeLines(sent(all), versions)) kept.push(line)
      return kept
    }
    expect(await taken([1, 2, 3, 4, 5, 6, 7, 8])).toEqual(texts)
    expect(await taken([2, 6])).toEqual([texts[1], texts[5]])
    expect(await taken([])).toEqual([])
    await expect(taken([2, 9])).rejects.toThrow('version 9')
    await expect(taken([2, 3], texts.slice(0, 2))).rejects.toThrow('version 3')
    await expect(taken([2, 3], [texts[0] ?? '', '{"broken', texts[2] ?? ''])).rejects.toThrow('version 2')
  })
})

describe('its pages', () => {
  const stored = { conversationId: 'c', eventId: 'e', hash: '', salt: null, record: '' }
  const texts = new Map<number, string>()
  const textOf = (units: number): string => {
    const text = texts.get(units) ?? 'x'.repeat(units)
    texts.set(units, text)
    return text
  }
  /** A log whose event of version n has a text of so many units; and the pages that were read of it. */
  const logOf = (unitsAt: (version: number) => number, total: number) => {
    const read: number[] = []
    const events = (from: number, count: number): readonly StoredEvent[] =>
      Array.from({ length: count }, (_, at) => ({ ...stored, version: from + at, content: textOf(unitsAt(from + at)) }))
    const store: Pick<EventStore, 'read'> = {
      read: async ({ fromVersion = 1, limit = 10_000 }) => {
        const page = events(fromVersion, Math.max(0, Math.min(limit, total - fromVersion + 1)))
        read.push(page.reduce((sum, { content }) => sum + (content?.length ?? 0), 0))
        return right(page)
      },
    }
    return { store, read }
  }
  const versionsOf = async (store: Pick<EventStore, 'read'>, fromVersion: number) => {
    const versions: number[] = []
    for await (const page of sizedPages(store, { conversationId: 'c', fromVersion })) {
      versions.push(...orThrow(page).map(({ version }) => version))
    }
    return versions
  }

  test('Every event from the first that is asked for comes once, in order, however long each is.', async () => {
    const law = fc.asyncProperty(
      fc.array(fc.constantFrom(0, 100, 10_000, 500_000), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 1, max: 300 }),
      async (runs, total, from) => {
        const unitsAt = (version: number) => runs[Math.floor(version / 700) % runs.length] ?? 0
        const expected = Array.from({ length: Math.max(0, total - from + 1) }, (_, at) => from + at)
        expect(await versionsOf(logOf(unitsAt, total).store, from)).toEqual(expected)
      },
    )
    await fc.assert(law, { numRuns: 50 })
  })

  test('Of long texts a few are held at once, once the first page has told how long they are.', async () => {
    const { store, read } = logOf(() => 1_000_000, 300)
    await versionsOf(store, 1)
    expect(Math.max(...read.slice(1))).toBeLessThanOrEqual(4_000_000)
    expect(Math.max(...read)).toBeLessThanOrEqual(128_000_000)
  })

  test('Of short ones many, but never so many that long ones after them could not be held.', async () => {
    const { store, read } = logOf((version) => (version <= 10_000 ? 10 : 1_000_000), 12_000)
    await versionsOf(store, 1)
    expect(Math.max(...read)).toBeLessThanOrEqual(eventsPerPageMax * 1_000_000)
    expect(read.filter((units) => units > 4_000_000)).toHaveLength(1)
  })

  test('After the store has failed nothing more is asked of it.', async () => {
    let reads = 0
    const read: EventStore['read'] = async (range) => {
      reads += 1
      return reads === 1 ? logOf(() => 1, 1_000).store.read(range) : left(storeError('unavailable', 'gone'))
    }
    await expect(versionsOf({ read }, 1)).rejects.toThrow('gone')
    expect(reads).toBe(2)
  })
})
