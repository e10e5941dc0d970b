/** SQLite files for tests, each in a folder of its own that is gone after the test; and the drivers to open them with. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { chooseDriver, driverNames } from '../../src/stores/sqlite/choose-driver.js'
import type { Driver, DriverName } from '../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'

const found = await Promise.all(driverNames.map(async (name) => ({ name, answer: await chooseDriver(name) })))

/** The drivers that are here; a test over each must say which are not. */
export const presentDrivers = found.filter(({ answer }) => answer._tag === 'Right').map(({ name }) => name)
export const absentDrivers = driverNames.filter((name) => !presentDrivers.includes(name))

/** A path at which there is no file yet. */
export function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'chats.db')
}

/** The store at this path, closed after the test. */
export async function openAt(path: string, driver?: DriverName): Promise<EventStore> {
  const store = orThrow(await openSqliteStore(driver ? { path, driver } : { path }))
  onTestFinished(() => store.close())
  return store
}

/** The bare driver at this path, as another program would open it. */
export async function bareAt(path: string, name: DriverName): Promise<Driver> {
  const driver = orThrow(await chooseDriver(name))(path)
  let open = true
  const close = () => {
    if (open) driver.close()
    open = false
  }
  onTestFinished(close)
  return { ...driver, close }
}

/** Every byte that SQLite keeps for this path: the file, `-wal` and `-shm`. */
export function bytesOf(path: string): string {
  const folder = join(path, '..')
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('')
}
