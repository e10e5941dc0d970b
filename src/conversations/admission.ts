/** Who may still come in: everybody, until the door is closed; whoever came in before is waited for. */
import { type Either, left } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../log/errors.js'

export class Admission {
  private readonly inside = new Set<Promise<unknown>>()
  private isClosed = false

  /** Does the work, or refuses it as `closed`. */
  async admit<E, A>(work: () => Promise<Either<E, A>>): Promise<Either<E | StoreError, A>> {
    if (this.isClosed) return left(storeError('closed', 'the door was closed'))
    const mine = work()
    this.inside.add(mine)
    try {
      return await mine
    } finally {
      this.inside.delete(mine)
    }
  }

  /** From now on nobody comes in; resolves once those who are in are through, however it went. */
  async close(): Promise<void> {
    this.isClosed = true
    await Promise.allSettled(this.inside)
  }
}
