/**
 * Asking a provider's client: what it throws becomes an `AssessorError` that says whether asking again may help. The
 * client's own text stays in `cause`, outside of the log: it may quote the request.
 */
import { AssessorError } from './assessor-error.js'
import { untilAborted } from './until-aborted.js'

/** Request Timeout, Conflict and Too Many Requests pass; so does what the server has to answer for. */
const isPassing = (status: number) => status === 408 || status === 409 || status === 429 || status >= 500

const statusOf = (thrown: unknown): number | undefined => {
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined
  return typeof status === 'number' ? status : undefined
}

function failure(thrown: unknown): AssessorError {
  if (thrown instanceof AssessorError) return thrown
  // What JSON.parse throws quotes what it was given.
  if (thrown instanceof SyntaxError) {
    return new AssessorError('malformed-answer', "the classifier's answer is not JSON", { cause: thrown })
  }
  const status = statusOf(thrown)
  const why = status === undefined ? 'it could not be reached' : `status ${status}`
  const canPass = status === undefined || isPassing(status)
  return new AssessorError('classifier-failed', `the classifier did not answer: ${why}`, { canPass, cause: thrown })
}

/**
 * What the client answers.
 * @throws AssessorError `classifier-failed` or `malformed-answer`; the signal's reason, once it is aborted.
 */
export async function asking<A>(signal: AbortSignal, ask: () => PromiseLike<A> | A): Promise<A> {
  signal.throwIfAborted()
  try {
    return await untilAborted(signal, ask())
  } catch (thrown) {
    signal.throwIfAborted()
    throw failure(thrown)
  }
}
