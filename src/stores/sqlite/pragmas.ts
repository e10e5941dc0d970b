/**
 * The settings on which durability, sharing and erasure rest. Drivers differ in their defaults (FULL or NORMAL, 0 or
 * 5000 ms), so each is set and read back at every open, and never inherited.
 */
import { type StoreError, storeError } from '../../log/errors.js'
import type { Driver } from './driver.js'

/** How long SQLite waits for another process's lock, in ms; the event loop waits with it. */
export const busyTimeoutMs = 5_000

const settings: readonly (readonly [pragma: string, value: string, readBack: string | number])[] = [
  // First, so that those below wait for a lock rather than fail.
  ['busy_timeout', String(busyTimeoutMs), busyTimeoutMs],
  // Readers and the writer do not wait for each other; a commit is one fsync.
  ['journal_mode', 'WAL', 'wal'],
  // Under NORMAL, a power cut takes acknowledged commits with it.
  ['synchronous', 'FULL', 2],
  // What is erased is overwritten with zeros, not only forgotten.
  ['secure_delete', 'ON', 1],
  ['foreign_keys', 'ON', 1],
]

/** What a pragma is at. */
export function readPragma(driver: Driver, pragma: string): string | number | undefined {
  const [row] = driver.prepare<{ [column: string]: string | number }>(`PRAGMA ${pragma}`).all()
  return row && Object.values(row)[0]
}

/** Sets every pragma and reads it back: `incompatible-store` if one did not take. Throws as the driver throws. */
export function setPragmas(driver: Driver): StoreError | undefined {
  for (const [pragma, value, expected] of settings) {
    driver.exec(`PRAGMA ${pragma} = ${value}`)
    const actual = readPragma(driver, pragma)
    if (actual !== expected) {
      return storeError('incompatible-store', `the pragma ${pragma} is ${actual}, though set to ${value}`)
    }
  }
  return undefined
}
