/**
 * How a file becomes ours, and how an older one becomes today's. A migration that was published must never change; a
 * file that is not ours, or is newer than this code, must never be written to, not by a byte.
 */
import { type StoreError, storeError } from '../../log/errors.js'
import type { Driver } from './driver.js'
import { readPragma } from './pragmas.js'
import { eventById } from './schema/event-by-id.js'
import { eventByVersion } from './schema/event-by-version.js'
import { eventIsNotChanged, eventIsNotDeleted } from './schema/event-is-kept.js'
import { eventTable } from './schema/event-table.js'
import { registerTable } from './schema/register-table.js'
import { snapshotTable } from './schema/snapshot-table.js'

/** `CLLQ` in ASCII, at byte 68 of the file: how a file is known as a Colloquy store. */
export const applicationId = 0x43_4c_4c_51

/** The statements that lead from schema n to n + 1, at n. */
const migrations: readonly (readonly string[])[] = [
  [eventTable, eventByVersion, eventById, eventIsNotDeleted, eventIsNotChanged, snapshotTable],
  [registerTable],
]

/** The schema this code writes, kept in the file's `user_version`. */
export const schemaVersion = migrations.length

interface FileKind {
  readonly isOurs: boolean
  readonly isEmpty: boolean
  readonly schema: number
}

function kindOf(driver: Driver): FileKind {
  const id = readPragma(driver, 'application_id')
  const schema = Number(readPragma(driver, 'user_version'))
  const objects = driver.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').all()
  return { isOurs: id === applicationId, isEmpty: id === 0 && schema === 0 && objects.length === 0, schema }
}

/** Why this file is not to be touched: `incompatible-store`, or `undefined` if it may be. Reads only. */
export function foreignFile(driver: Driver): StoreError | undefined {
  const { isOurs, isEmpty, schema } = kindOf(driver)
  if (!isOurs && !isEmpty) return storeError('incompatible-store', 'this database is not a Colloquy store')
  if (schema <= schemaVersion) return undefined
  const message = `this store has schema ${schema}; this version of Colloquy knows ${schemaVersion}`
  return storeError('incompatible-store', message)
}

/** Why this file cannot be read as it is: as `foreignFile`, or it is empty. An older one of ours can. Reads only. */
export const unreadableFile = (driver: Driver): StoreError | undefined =>
  kindOf(driver).isEmpty
    ? storeError('incompatible-store', 'there is no Colloquy store in this database, which is empty')
    : foreignFile(driver)

/** Whether this file of ours lacks what later migrations bring. */
export const isOlder = (driver: Driver): boolean => kindOf(driver).schema < schemaVersion

function applyMissing(driver: Driver): StoreError | undefined {
  // Asked again under the lock: another process may have been here since.
  const foreign = foreignFile(driver)
  if (foreign) return foreign
  const { schema } = kindOf(driver)
  for (const sql of migrations.slice(schema).flat()) driver.exec(sql)
  driver.exec(`PRAGMA application_id = ${applicationId}`)
  driver.exec(`PRAGMA user_version = ${schemaVersion}`)
  return undefined
}

// Not left to closing: libsql's connection lives on until it is collected, and the lock with it.
function undo(driver: Driver): void {
  try {
    driver.exec('ROLLBACK')
  } catch {
    // SQLite has undone it by itself.
  }
}

/** Brings the file to today's schema, in one transaction. Throws as the driver throws, the file being as before. */
export function migrate(driver: Driver): StoreError | undefined {
  if (kindOf(driver).schema === schemaVersion) return undefined
  driver.exec('BEGIN IMMEDIATE')
  try {
    const foreign = applyMissing(driver)
    driver.exec('COMMIT')
    return foreign
  } catch (cause) {
    undo(driver)
    throw cause
  }
}
