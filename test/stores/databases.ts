/** Database files that hold given logs, and ways to tamper with them behind the store's back. */
import type { StoredEvent } from '../../src/log/event-store.js'
import type { Stream } from '../../src/log/rebuild.js'
import { rebuild } from '../../src/log/rebuild.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { takeSnapshot } from '../../src/log/snapshot.js'
import { orThrow } from '../../src/or-throw.js'
import { chooseDriver } from '../../src/stores/sqlite/choose-driver.js'
import type { Driver } from '../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { chained } from '../log/recorded.js'
import { newPath } from './sqlite-files.js'

/** A database that holds these logs, one conversation each; it is closed again. */
export async function databaseWith(...logs: readonly (readonly RecordedEvent[])[]): Promise<string> {
  const path = newPath()
  const store = orThrow(await openSqliteStore({ path }))
  for (const log of logs) {
    const events = chained(log)
    const [{ conversationId }] = events as readonly [StoredEvent]
    orThrow(await store.append({ conversationId, expectedVersion: 0, events }))
  }
  await store.close()
  return path
}

/** Keeps a snapshot of a conversation as it is at a version. */
export async function keepSnapshot(path: string, conversationId: string, toVersion: number): Promise<void> {
  const store = orThrow(await openSqliteStore({ path }))
  const stream: Stream = orThrow(await rebuild(store, { conversationId, toVersion }))
  orThrow(await store.saveSnapshot(takeSnapshot(conversationId, stream)))
  await store.close()
}

/** Erases content as the store does it. */
export async function eraseVersions(path: string, conversationId: string, ...versions: readonly number[]) {
  const store = orThrow(await openSqliteStore({ path }))
  orThrow(await store.erase({ conversationId, versions }))
  await store.close()
}

/** Another program with the file open, which heeds no trigger. */
export async function tamper(path: string, change: (driver: Driver) => void): Promise<void> {
  const driver = orThrow(await chooseDriver())(path)
  for (const trigger of ['event_is_not_deleted', 'event_is_not_changed']) driver.exec(`DROP TRIGGER ${trigger}`)
  change(driver)
  driver.close()
}
