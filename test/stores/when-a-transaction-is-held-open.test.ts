/**
 * A transaction held open by another program on the same file. SQLite lets one write at a time, so that positions are in
 * the order of commits, and a reader who remembers its position has nothing to miss: the suite's law on held transactions
 * asks for others who write beside it, and is declared as not supported.
 */
import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import type { Driver } from '../../src/stores/sqlite/driver.js'
import { bareAt, newPath, openAt, presentDrivers } from './sqlite-files.js'
import { appendOf, storedEvent } from './stored-events.js'

function insert(driver: Driver, { conversationId, version, eventId, record, hash }: StoredEvent): void {
  const columns = 'conversation_id, version, event_id, record, hash, content, salt'
  const statement = driver.prepare(`INSERT INTO event (${columns}) VALUES (?, ?, ?, ?, ?, NULL, NULL)`)
  statement.run(conversationId, version, eventId, record, hash)
}

describe.each(presentDrivers)('over %s', (name) => {
  test('What is written and not committed is not read, and once it is, it stands behind what was read before.', async () => {
    const path = newPath()
    const store = await openAt(path, name)
    orThrow(await store.append(appendOf(storedEvent('before', 1))))
    const other = await bareAt(path, name)
    other.exec('BEGIN IMMEDIATE')
    insert(other, storedEvent('held', 1))
    const [before, ...none] = orThrow(await store.readAll({ afterPosition: 0 }))
    expect(none).toEqual([])
    expect(orThrow(await store.read({ conversationId: 'held' }))).toEqual([])
    other.exec('COMMIT')
    orThrow(await store.append(appendOf(storedEvent('after', 1))))
    const rest = orThrow(await store.readAll({ afterPosition: before?.position ?? Number.NaN }))
    expect(rest.map(({ eventId }) => eventId)).toEqual(['held-1', 'after-1'])
  })

  test("A reader that holds on to the past is in nobody's way, and sees the past to its end.", async () => {
    const path = newPath()
    const store = await openAt(path, name)
    orThrow(await store.append(appendOf(storedEvent('a', 1))))
    const other = await bareAt(path, name)
    const count = other.prepare<{ readonly events: number }>('SELECT count(*) AS events FROM event')
    other.exec('BEGIN')
    expect(count.all()).toEqual([expect.objectContaining({ events: 1 })])
    orThrow(await store.append(appendOf(storedEvent('a', 2))))
    expect(orThrow(await store.read({ conversationId: 'a' }))).toHaveLength(2)
    expect(count.all()).toEqual([expect.objectContaining({ events: 1 })])
    other.exec('COMMIT')
    expect(count.all()).toEqual([expect.objectContaining({ events: 2 })])
  })
})
