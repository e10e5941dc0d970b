/** Events as stores get them, the suite's own; and their answers in one word. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../src/log/errors.js'

export { appendOf, storedEvent, storedEvents } from '../../src/testing/store-suite/specimens.js'

/** An answer in one word: its value, or its error's code. */
export function inShort<A>(answer: Either<StoreError, A>): A | string {
  return answer._tag === 'Right' ? answer.right : answer.left.code
}
