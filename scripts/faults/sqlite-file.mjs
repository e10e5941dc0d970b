/** SQLite files for the faults: a folder of their own, the store over them, and the lines that its writers left. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { orThrow } from 'colloquy'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import { chooseDriver } from '../../dist/stores/sqlite/choose-driver.js'
import { migrate } from '../../dist/stores/sqlite/migrations.js'
import { setPragmas } from '../../dist/stores/sqlite/pragmas.js'
import { sqliteStoreOver } from '../../dist/stores/sqlite/sqlite-store.js'

/** Memory where there is a file system in it: files are opened thousands of times, and no disk is asked. */
const quick = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Does this with a folder of its own, which is then gone. */
export async function inFolder(work, where = tmpdir()) {
  const folder = mkdtempSync(join(where, 'colloquy-fault-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const inQuickFolder = (work) => inFolder(work, quick)

/**
 * The store over a file. As it is shipped; but for a run that is to see many checkpoints, which then come every so many
 * pages, and for the seeded bug.
 */
export async function openSqlite(path, { checkpointPages, isNormal = false } = {}) {
  if (checkpointPages === undefined && !isNormal) return orThrow(await openSqliteStore({ path }))
  const driver = orThrow(await chooseDriver())(path)
  const refused = setPragmas(driver) ?? migrate(driver)
  if (refused) throw new Error(refused.message)
  if (checkpointPages !== undefined) driver.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
  if (isNormal) driver.exec('PRAGMA synchronous = NORMAL')
  return sqliteStoreOver(driver)
}

/** What a writer was told; a line that the kill cut short was never told. */
export function acknowledgedIn(file) {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}
