/** A file of an older schema becomes today's when it is opened: nothing in it changes, and what is new can be used. */
import { right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { applicationId, schemaVersion } from '../../src/stores/sqlite/migrations.js'
import { readPragma } from '../../src/stores/sqlite/pragmas.js'
import { eventById } from '../../src/stores/sqlite/schema/event-by-id.js'
import { eventByVersion } from '../../src/stores/sqlite/schema/event-by-version.js'
import { eventIsNotChanged, eventIsNotDeleted } from '../../src/stores/sqlite/schema/event-is-kept.js'
import { eventTable } from '../../src/stores/sqlite/schema/event-table.js'
import { snapshotTable } from '../../src/stores/sqlite/schema/snapshot-table.js'
import { bareAt, newPath, openAt, presentDrivers } from './sqlite-files.js'
import { appendOf, storedEvent } from './stored-events.js'

const firstSchema = [eventTable, eventByVersion, eventById, eventIsNotDeleted, eventIsNotChanged, snapshotTable]

test.each(presentDrivers)('over %s a file of schema 1 is brought to the schema of today.', async (driver) => {
  const path = newPath()
  const bare = await bareAt(path, driver)
  for (const sql of firstSchema) bare.exec(sql)
  const { record, hash } = storedEvent('a', 1)
  bare
    .prepare("INSERT INTO event (conversation_id, version, event_id, record, hash) VALUES ('a', 1, 'a-1', ?, ?)")
    .run(record, hash)
  bare.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = 1`)
  bare.close()
  const store = await openAt(path, driver)
  expect(orThrow(await store.read({ conversationId: 'a' }))).toEqual([storedEvent('a', 1)])
  orThrow(await store.append(appendOf(storedEvent('a', 2))))
  expect(await store.registers?.save({ key: 'k', revision: 0, text: 't' })).toEqual(right({ revision: 1 }))
  expect(readPragma(await bareAt(path, driver), 'user_version')).toBe(schemaVersion)
})
