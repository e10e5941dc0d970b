/** What a refusal looks like over HTTP (RFC 9457): one table from code to status, and nothing of the inside in the words. */
import type { Veto } from '#machines/events.js'
import type { RejectionCode } from '../conversation/rejection.js'
import type { Refused } from '../conversations/journal.js'
import type { StoreError, StoreErrorCode } from '../log/errors.js'

/** The server's own. */
export type ServerCode =
  /** No bearer token, or none that is known. */
  | 'unauthenticated'
  /** The token's role may not do this. */
  | 'forbidden'
  /** There is nothing at this path. */
  | 'not-found'
  /** The path is there, and not for this method. */
  | 'method-not-allowed'
  /** The body is not JSON. */
  | 'malformed-json'
  /** A field, a header or a parameter is missing, unknown, or not of its kind. */
  | 'invalid-request'
  /** The body is not `application/json`. */
  | 'unsupported-media-type'
  /** The body is longer than `bodyBytesMax`. */
  | 'body-too-large'
  /** The token has had its `requestsPerMinuteMax`. */
  | 'too-many-requests'
  /** The owner has `streamsPerOwnerMax` answers and subscriptions under way. */
  | 'too-many-streams'
  /** The server has `requestsAtOnceMax` requests under way. */
  | 'overloaded'
  /** The `Host` is none that this server answers to. */
  | 'misdirected-host'
  /** A page of another origin asks. */
  | 'foreign-origin'
  /** We are wrong; the server's log says more. */
  | 'internal'

export type ProblemCode = RejectionCode | StoreErrorCode | ServerCode

export interface Problem {
  readonly code: ProblemCode
  /** One line for a developer; never to be matched on. */
  readonly detail: string
  readonly vetoes?: readonly Veto[]
  /** After how many seconds to try again. */
  readonly retryAfterSeconds?: number
  /** What the server's log is to hear of, and the client is not. */
  readonly cause?: StoreError
}

/** The status of every code. */
export const statusOf: { readonly [C in ProblemCode]: number } = {
  'invalid-event': 400,
  'invalid-policy': 400,
  'version-gap': 409,
  'duplicate-event': 409,
  'not-opened': 404,
  'already-opened': 409,
  'unknown-thread': 404,
  'duplicate-thread': 409,
  'not-permitted': 403,
  ended: 409,
  'unknown-message': 404,
  'wrong-role': 409,
  'duplicate-message': 409,
  'already-assessed': 409,
  'risk-flagged': 409,
  'warning-not-due': 409,
  'confirmation-not-due': 409,
  'not-requested': 409,
  'not-asked': 409,
  'not-confirmed': 409,
  'risk-not-flagged': 409,
  'already-ended': 409,
  'assessment-pending': 409,
  'redirections-remaining': 409,
  'warning-not-given': 409,
  'warning-not-ignored': 409,
  'not-proposed': 409,
  'command-id-reused': 422,
  'version-conflict': 412,
  'unknown-version': 404,
  'wrong-expected-version': 503,
  'unknown-outcome': 503,
  'invalid-append': 400,
  'corrupt-event': 500,
  'unknown-event': 500,
  'view-missing': 503,
  closed: 503,
  unavailable: 503,
  'incompatible-store': 500,
  'wrong-key': 500,
  'key-gone': 410,
  'key-unavailable': 503,
  'driver-missing': 500,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'malformed-json': 400,
  'invalid-request': 400,
  'unsupported-media-type': 415,
  'body-too-large': 413,
  'too-many-requests': 429,
  'too-many-streams': 429,
  overloaded: 503,
  'misdirected-host': 421,
  'foreign-origin': 403,
  internal: 500,
}

const retryAfterSeconds = 1

export const problem = (code: ProblemCode, detail: string, more: Partial<Problem> = {}): Problem => ({
  ...more,
  code,
  detail,
})

/** What the door refused. A store's own words may name files and hosts: they are for the server's log. */
export function problemOf(refused: Refused): Problem {
  if (refused.kind === 'store') return problem(refused.code, 'the store refused', { cause: refused })
  const { code, message, vetoes } = refused
  return problem(code, message, vetoes ? { vetoes } : {})
}

const causes = new WeakMap<Response, StoreError>()

/** What lies behind a response, if the world refused. */
export const causeOf = (response: Response): StoreError | undefined => causes.get(response)

/** A problem as it is sent. */
export function problemResponse(
  { code, detail, vetoes, retryAfterSeconds: after, cause }: Problem,
  headers?: Readonly<Record<string, string>>,
): Response {
  const status = statusOf[code]
  const title = code.replaceAll('-', ' ')
  const body = { type: `urn:colloquy:problem:${code}`, title, status, code, detail, ...(vetoes && { vetoes }) }
  const response = new Response(JSON.stringify(body), { status, ...(headers && { headers }) })
  // What the caller is to mend is nothing to wake an operator for.
  if (cause && status >= 500) causes.set(response, cause)
  response.headers.set('content-type', 'application/problem+json')
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  if (status === 401) response.headers.set('www-authenticate', 'Bearer')
  if (status === 429 || status === 503) response.headers.set('retry-after', String(after ?? retryAfterSeconds))
  return response
}
