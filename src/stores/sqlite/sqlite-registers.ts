/** Registers over SQLite: looked up at once, saved through the group commit, whose transaction makes the compare-and-set one step. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import { invalidRegister, staleRegister } from '../../log/register-check.js'
import type { Register, Registers } from '../../log/registers.js'
import type { Write } from './group-commit.js'
import type { Statements } from './statements.js'

/** What registers need of the store that they are kept in. */
export interface RegisterFile {
  readonly sql: Statements
  isClosed(): boolean
  look<A>(ids: readonly string[], none: A, query: () => A): Either<StoreError, A>
  write<A>(write: Write<A>): Promise<Either<StoreError, A>>
}

export function sqliteRegisters({ sql, isClosed, look, write }: RegisterFile): Registers {
  return {
    load: async (key) => look([key], null, () => sql.loadRegister.all(key)[0] ?? null),
    save: async (register: Register): Promise<Either<StoreError, { readonly revision: number }>> => {
      const invalid = isClosed() ? undefined : invalidRegister(register)
      if (invalid) return left(invalid)
      const { key, revision, text } = register
      return write({
        verb: 'save the register',
        characters: text.length,
        run: () => {
          const refused = staleRegister(register, sql.loadRegister.all(key)[0]?.revision ?? 0)
          if (refused) return left(refused)
          sql.saveRegister.run(key, revision + 1, text)
          return right({ revision: revision + 1 })
        },
      })
    },
  }
}
