/** After an erasure the text is nowhere in the bytes that SQLite keeps: not in the file, not in the log beside it. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { migrate } from '../../src/stores/sqlite/migrations.js'
import { setPragmas } from '../../src/stores/sqlite/pragmas.js'
import { sqliteStoreOver } from '../../src/stores/sqlite/sqlite-store.js'
import { bareAt, bytesOf, newPath, openAt, presentDrivers } from './sqlite-files.js'
import { appendOf, inShort, storedEvent } from './stored-events.js'

const secretOf = (id: string, version: number) => `<<secret ${id} ${version}>>`
const saltOf = (id: string, version: number) => `<salt ${id} ${version}>`

/** A sequence of chances, the same at every run. */
function chances(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % below
  }
}

async function say(store: EventStore, id: string, version: number, times: number): Promise<void> {
  const content = JSON.stringify(secretOf(id, version).repeat(times))
  orThrow(await store.append(appendOf(storedEvent(id, version, { content, salt: saltOf(id, version) }))))
}

describe.each(presentDrivers)('over %s', (driver) => {
  test('The text is in the bytes before, and neither it nor its salt after, for short texts and for long.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    for (const [index, times] of [1, 40, 4_000].entries()) await say(store, 'a', index + 1, times)
    const erased = [1, 2, 3].flatMap((version) => [secretOf('a', version), saltOf('a', version)])
    for (const text of erased) expect(bytesOf(path)).toContain(text)
    orThrow(await store.erase({ conversationId: 'a', versions: [1, 2, 3] }))
    for (const text of erased) expect(bytesOf(path)).not.toContain(text)
  })

  test('Nothing erased is left behind among thousands of events that come and are erased in no order.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    const chance = chances(7)
    const present = Array.from({ length: 1_000 }, (_, index) => index + 1)
    await Promise.all(present.map((version) => say(store, 'a', version, 1 + chance(chance(5) === 0 ? 500 : 40))))
    const erased = Array.from({ length: 800 }, () => present.splice(chance(present.length), 1)[0] ?? 0)
    for (let from = 0; from < erased.length; from += 50) {
      orThrow(await store.erase({ conversationId: 'a', versions: erased.slice(from, from + 50) }))
    }
    const bytes = bytesOf(path)
    expect(erased.filter((version) => bytes.includes(secretOf('a', version)))).toEqual([])
    expect(present.filter((version) => !bytes.includes(secretOf('a', version)))).toEqual([])
  })

  test('A snapshot dropped is nowhere in the bytes.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    await say(store, 'a', 1, 1)
    for (const times of [1, 400, 3, 4_000]) {
      const text = secretOf('a', 99).repeat(times)
      orThrow(await store.saveSnapshot({ conversationId: 'a', version: 99, text }))
    }
    expect(bytesOf(path)).toContain(secretOf('a', 99))
    orThrow(await store.erase({ conversationId: 'a', versions: [] }))
    expect(bytesOf(path)).not.toContain(secretOf('a', 99))
  })

  // SQLite copies rows from leaf to leaf as snapshots grow, and leaves bytes behind; it never copies overflow pages.
  test('The text of a snapshot never lies in a leaf of a tree, whatever its length.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    const lengths = Array.from({ length: 60 }, (_, n) => 1 + n * 7)
    for (const times of lengths) {
      const id = `c${times}`
      orThrow(await store.saveSnapshot({ conversationId: id, version: 1, text: secretOf(id, 1).repeat(times) }))
    }
    orThrow(await store.erase({ conversationId: 'nobody', versions: [] }))
    const [pageBytes, leafOfTable] = [4_096, 13]
    const file = readFileSync(path, 'latin1')
    const pages = Array.from({ length: file.length / pageBytes }, (_, n) =>
      file.slice(n * pageBytes, (n + 1) * pageBytes),
    )
    expect(pages.filter((page) => page.includes('<<secret')).length).toBeGreaterThanOrEqual(lengths.length)
    const leaves = pages.filter((page) => page.charCodeAt(0) === leafOfTable)
    expect(leaves.length).toBeGreaterThan(1)
    expect(leaves.filter((page) => page.includes('<<secret'))).toEqual([])
  })

  test('While a reader elsewhere holds on to the old text, the answer is unavailable; erased again, it is gone.', async () => {
    const path = newPath()
    const impatient = await bareAt(path, driver)
    expect(setPragmas(impatient) ?? migrate(impatient)).toBeUndefined()
    impatient.exec('PRAGMA busy_timeout = 0')
    const store = sqliteStoreOver(impatient)
    await say(store, 'a', 1, 1)
    const reader = await bareAt(path, driver)
    reader.exec('BEGIN')
    expect(reader.prepare('SELECT content FROM event').all()).toHaveLength(1)
    expect(inShort(await store.erase({ conversationId: 'a', versions: [1] }))).toBe('unavailable')
    reader.exec('COMMIT')
    expect(inShort(await store.erase({ conversationId: 'a', versions: [1] }))).toBeUndefined()
    expect(bytesOf(path)).not.toContain(secretOf('a', 1))
  })
})
