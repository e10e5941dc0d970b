/** A store that fails while a command runs: the user gets one line, and what they can do next. */
import type { StoreError } from '../log/errors.js'
import { InputError } from './exit.js'
import { visible } from './paint.js'

/** Runs a task; a `StoreError` that it throws becomes an `InputError`, any other error stays what it is. */
export async function tellingFailure<A>(what: string, task: () => Promise<A>): Promise<A> {
  try {
    return await task()
  } catch (error) {
    // The store's own refusals are values, not errors; anything else is our fault.
    if (error instanceof Error) throw error
    throw new InputError(`${what}: ${visible((error as StoreError).message)}`)
  }
}
