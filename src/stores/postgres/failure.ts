/** What the driver throws, as our errors. No driver's exception may reach a caller but as a `cause`. */
import { type StoreError, type StoreErrorCode, storeError } from '../../log/errors.js'

/** Something that was asked of the server failed. */
export interface Refusal {
  /** Whether any of it may have reached the server. */
  readonly wasSent: boolean
  readonly cause: unknown
}

const serializationFailure = '40001'
const deadlock = '40P01'
const uniqueViolation = '23505'
const completionUnknown = '40003'

/** The server's five letters (SQLSTATE), where it was the server that refused. */
export function stateOf(cause: unknown): string | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : undefined
}

/**
 * Whether certainly nothing was done. A server that says why it refused has rolled back; but not where it lost the
 * connection (class 08), or was ending it (57P), for the commit may have come before.
 */
export function isUndone({ wasSent, cause }: Refusal): boolean {
  if (!wasSent) return true
  const state = stateOf(cause)
  return state !== undefined && !/^(08|57P)/.test(state) && state !== completionUnknown
}

/** Whether the same may succeed at once: others were in the way, and by now they are through. */
export function isPassing(refusal: Refusal): boolean {
  return isUndone(refusal) && [serializationFailure, deadlock, uniqueViolation].includes(stateOf(refusal.cause) ?? '')
}

function codeOf(cause: unknown): StoreErrorCode {
  // XX001 and XX002: the server found its own pages damaged.
  return /^XX00[12]$/.test(stateOf(cause) ?? '') ? 'corrupt-event' : 'unavailable'
}

const inWords = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** For what changes nothing, or may be lost: `unavailable`, or `corrupt-event` where the server's data are damaged. */
export function failure(what: string, { cause }: Refusal): StoreError {
  return storeError(codeOf(cause), `${what}: ${inWords(cause)}`, { cause })
}

/** For what may have happened all the same: as above, or `unknown-outcome`. */
export function writeFailure(verb: string, refusal: Refusal): StoreError {
  if (isUndone(refusal)) return failure(`could not ${verb}`, refusal)
  return unknownOutcome(verb, refusal.cause)
}

export function unknownOutcome(verb: string, cause: unknown): StoreError {
  const message = `the answer was lost, so this ${verb} may have happened or not: ${inWords(cause)}`
  return storeError('unknown-outcome', message, { cause })
}
