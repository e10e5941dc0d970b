/**
 * What every store asks before it saves a register, said once. Pure: the store looks up and writes, this page judges. It
 * must never know how a store keeps anything.
 */
import { isStorable, isStorableId, isWithinBytes } from './append-check.js'
import { type StoreError, storeError } from './errors.js'
import { type Register, registerBytesMax } from './registers.js'

function fault({ key, revision, text }: Register): string | undefined {
  if (!isStorableId(key)) return 'its key cannot be kept'
  if (!Number.isSafeInteger(revision) || revision < 0) return 'its revision is not one'
  if (!isStorable(text)) return 'its text holds NUL or a lone surrogate'
  return isWithinBytes(text, registerBytesMax) ? undefined : `its text has more than ${registerBytesMax} bytes`
}

/** Why this register cannot be saved, whatever is stored: `invalid-append`, or `undefined` if it can. */
export function invalidRegister(register: Register): StoreError | undefined {
  const why = fault(register)
  return why === undefined ? undefined : storeError('invalid-append', `this register cannot be saved: ${why}`)
}

/** The refusal of a register that is at another revision than was said; `undefined` where it is at that one. */
export function staleRegister({ revision }: Register, actualRevision: number): StoreError | undefined {
  if (revision === actualRevision) return undefined
  const message = `the register is at revision ${actualRevision}, not ${revision}`
  return storeError('wrong-expected-version', message, { actualVersion: actualRevision })
}
