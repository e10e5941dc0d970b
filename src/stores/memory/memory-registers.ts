/** Registers in a map. Node runs one step at a time, so that compare-and-set is a plain `if`. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import { invalidRegister, staleRegister } from '../../log/register-check.js'
import type { Register, Registers } from '../../log/registers.js'

type Answer<A> = Promise<Either<StoreError, A>>
type Guard = <Q, A>(work: (request: Q) => Either<StoreError, A>) => (request: Q) => Answer<A>

/** @param unlessClosed answers for a store that was closed. */
export function memoryRegisters(unlessClosed: Guard): Registers {
  const kept = new Map<string, Register>()
  return {
    load: unlessClosed((key: string): Either<StoreError, Register | null> => {
      const register = kept.get(key)
      return right(register ? { ...register } : null)
    }),
    save: unlessClosed((register: Register): Either<StoreError, { readonly revision: number }> => {
      const { key, revision, text } = register
      const refused = invalidRegister(register) ?? staleRegister(register, kept.get(key)?.revision ?? 0)
      if (refused) return left(refused)
      kept.set(key, { key, revision: revision + 1, text })
      return right({ revision: revision + 1 })
    }),
  }
}
