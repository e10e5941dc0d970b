/** What fails on the way to the servers, as our errors. No driver's exception may reach a caller but as a `cause`. */
import { type StoreError, storeError } from '../../log/errors.js'

/** A question without an answer, or refused. */
export class Unanswered extends Error {
  constructor(
    message: string,
    /** Whether any of it may have had an effect, or may still have one. */
    readonly wasSent: boolean,
    cause?: unknown,
  ) {
    super(message, { cause })
  }
}

/** What is stored is not what was written. */
export class Corrupt extends Error {
  constructor(
    message: string,
    readonly conversationId: string,
    readonly version?: number,
  ) {
    super(message)
  }
}

const inWords = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** For what changes nothing, or may be lost: `unavailable`, or `corrupt-event`. */
export function failure(what: string, cause: unknown): StoreError {
  if (cause instanceof Corrupt) {
    const { conversationId, version } = cause
    return storeError('corrupt-event', cause.message, { conversationId, ...(version !== undefined && { version }) })
  }
  return storeError('unavailable', `could not ${what}: ${inWords(cause)}`, { cause })
}

/** For what may have happened all the same: as above, or `unknown-outcome`. */
export function writeFailure(what: string, cause: unknown): StoreError {
  if (!(cause instanceof Unanswered && cause.wasSent)) return failure(what, cause)
  const message = `the answer was lost, so this ${what} may have happened or not: ${inWords(cause)}`
  return storeError('unknown-outcome', message, { cause })
}
