/** What a driver throws, as our errors. No driver's exception may reach a caller but as a `cause`. */
import { type StoreError, type StoreErrorCode, storeError } from '../../log/errors.js'

const busy = 5
const locked = 6
const readOnly = 8
const corrupt = 11
const tooBig = 18
const constraint = 19
const notADatabase = 26

// better-sqlite3 gives names only; of these alone the number matters to us.
const numbers: readonly (readonly [name: string, number: number])[] = [
  ['SQLITE_BUSY', busy],
  ['SQLITE_LOCKED', locked],
  ['SQLITE_READONLY', readOnly],
  ['SQLITE_CORRUPT', corrupt],
  ['SQLITE_TOOBIG', tooBig],
  ['SQLITE_NOTADB', notADatabase],
  ['SQLITE_CONSTRAINT', constraint],
]

/** SQLite's primary result code, where the exception tells it: the low byte of the extended one. */
function resultCode(cause: unknown): number | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined
  const { errcode, rawCode, code } = cause as { errcode?: unknown; rawCode?: unknown; code?: unknown }
  const extended = typeof errcode === 'number' ? errcode : rawCode
  if (typeof extended === 'number') return extended & 0xff
  return numbers.find(([name]) => typeof code === 'string' && code.startsWith(name))?.[1]
}

/** Whether another connection was in the way, so that nothing at all was done. */
export const isBusy = (cause: unknown): boolean => [busy, locked].includes(resultCode(cause) ?? 0)

/** Whether a write was refused, for the file was opened to be read. */
export const isReadOnly = (cause: unknown): boolean => resultCode(cause) === readOnly

/** Whether a row was refused by an index, a check or a trigger: only that row, and the transaction goes on. */
export const isConstraint = (cause: unknown): boolean => resultCode(cause) === constraint

function codeOf(cause: unknown): StoreErrorCode {
  switch (resultCode(cause)) {
    case corrupt:
      return 'corrupt-event'
    case notADatabase:
      return 'incompatible-store'
    case tooBig:
      return 'invalid-append'
    default:
      // Locked, full, read-only, out of memory, a failing disk: it was not done, and may be done later.
      return 'unavailable'
  }
}

/**
 * The error for something that was certainly not done. `what` is a clause, as in `could not append`.
 * Codes: `unavailable`; `corrupt-event` where the file is damaged; `incompatible-store` where it is no database;
 * `invalid-append` where a text exceeds SQLite's own bounds.
 */
export function failure(what: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return storeError(codeOf(cause), `${what}: ${reason}`, { cause })
}
