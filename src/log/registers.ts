/**
 * Registers: small named texts that every process on a store shares, each changed by compare-and-set. Checkpoints, leases
 * and what was parked are kept in them, so that whatever processes must agree on is agreed on in one way. They are no
 * part of any conversation's log, and must never hold content.
 * @see Herlihy, Wait-free synchronization (1991): why compare-and-set is enough
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from './errors.js'

/** UTF-8 bytes of a register's text. */
export const registerBytesMax = 262_144

export interface Register {
  /** 1 to `idBytesMax` UTF-8 bytes, compared byte by byte. */
  readonly key: string
  /** Grows with every change; 0 for a register that was never saved. */
  readonly revision: number
  /** At most `registerBytesMax` UTF-8 bytes; neither NUL nor a lone surrogate. */
  readonly text: string
}

type Answer<A> = Promise<Either<StoreError, A>>

export interface Registers {
  /** The register as it is now, or `null` if it was never saved; a key that cannot be kept is the key of nothing. */
  load(key: string): Answer<Register | null>
  /**
   * Changes a register that is still at this revision; 0 for one that was never saved. What was answered is durable, and
   * every later `load` sees it, through whichever handle.
   * @returns the new revision. Errors: `wrong-expected-version`, with the revision as `actualVersion`, and then nothing
   * was changed; `unknown-outcome`: load it to see; `invalid-append` for a key or text that cannot be kept;
   * `unavailable`, `closed`.
   */
  save(register: Register): Answer<{ readonly revision: number }>
}
