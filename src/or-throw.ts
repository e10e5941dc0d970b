/** For those who prefer exceptions to `Either`. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { Refused } from './conversations/journal.js'

/** What `orThrow` throws: the refusal as an error, its `code` on it. */
export class RefusedError extends Error {
  readonly code: Refused['code']

  constructor(readonly refused: Refused) {
    super(`${refused.code}: ${refused.message}`)
    this.name = 'RefusedError'
    this.code = refused.code
  }
}

/**
 * The right-hand value of an answer.
 * @throws RefusedError with the rejection's or store error's code.
 * @example const turn = orThrow(await conversations.open())
 */
export function orThrow<A>(answer: Either<Refused, A>): A {
  if (isLeft(answer)) throw new RefusedError(answer.left)
  return answer.right
}
