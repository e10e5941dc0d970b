/** Answers that are told at once, as JSON: versions travel as `ETag`. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { Refused } from '../conversations/journal.js'
import type { Turn } from '../conversations/turn.js'
import { problemOf, problemResponse } from './problem.js'
import type { Call } from './route.js'
import { shownTurn } from './shown.js'

/** A version as an entity tag. */
export const tagOf = (version: number): string => `"${version}"`

export function jsonResponse(body: unknown, more: { readonly status?: number; readonly version?: number } = {}) {
  const { status = 200, version } = more
  const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (version !== undefined) headers.etag = tagOf(version)
  return new Response(JSON.stringify(body), { status, headers })
}

/** What was asked for, or why not. */
export function reply<A>(answer: Either<Refused, A>, shown: (value: A) => unknown = (value) => value): Response {
  if (isLeft(answer)) return problemResponse(problemOf(answer.left))
  const { version } = answer.right as { readonly version?: unknown }
  return jsonResponse(shown(answer.right), typeof version === 'number' ? { version } : {})
}

/** What came of an order. */
export const turnReply = (answer: Either<Refused, Turn>, { who }: Call): Response =>
  reply(answer, (turn) => shownTurn(turn, who.role))
