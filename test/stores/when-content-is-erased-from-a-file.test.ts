/** After an erasure the text is nowhere in the bytes that SQLite keeps: not in the file, not in the log beside it. */
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

  test('Nothing of a dropped snapshot is left behind, however often snapshots grew and shrank around it.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    const ids = Array.from({ length: 200 }, (_, n) => `c${n}`)
    await Promise.all(ids.map((id) => say(store, id, 1, 1)))
    for (const seed of [101, 102, 103, 104]) {
      const chance = chances(seed)
      for (let round = 0; round < 1_000; round++) {
        const id = ids[chance(ids.length)] ?? ''
        const text = secretOf(id, 99).repeat(1 + chance(chance(5) === 0 ? 500 : 60))
        const saved = store.saveSnapshot({ conversationId: id, version: 99, text })
        if (round % 20 === 0) orThrow(await saved)
      }
    }
    for (const id of ids.slice(0, 100)) orThrow(await store.erase({ conversationId: id, versions: [1] }))
    const bytes = bytesOf(path)
    expect(ids.slice(0, 100).filter((id) => bytes.includes(secretOf(id, 99)))).toEqual([])
    expect(bytes).toContain('<<secret c150 99>>')
  })

  test('While a reader elsewhere holds on to the old text, the answer is unavailable; erased again, it is gone.', async () => {
    const path = newPath()
    const impatient = await bareAt(path, driver)
    expect(setPragmas(impatient) ?? migrate(impatient)).toBeUndefined()
    impatient.prepare('PRAGMA busy_timeout = 0').all()
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
