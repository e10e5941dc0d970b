/** Registers over PostgreSQL: each save is one statement, hence one transaction. */
import { type Either, isRight, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import { invalidRegister, staleRegister } from '../../log/register-check.js'
import type { Register, Registers } from '../../log/registers.js'
import type { Question } from './connection.js'
import { type Refusal, unknownOutcome, writeFailure } from './failure.js'
import { loadRegister, saveRegister } from './statements.js'

type Answer<A> = Promise<Either<StoreError, A>>

interface Told {
  readonly rows: readonly unknown[]
  readonly warning: Error | undefined
}

/** What registers need of the store that they are kept in. */
export interface RegisterSchema {
  isClosed(): boolean
  /** Asks what changes nothing. */
  look(ids: readonly string[], question: Question): Answer<readonly unknown[]>
  /** Asks what changes something, again where others were in the way. */
  change(question: Question): Promise<Either<Refusal, Told>>
}

type Saved = { readonly revision: number }

export function postgresRegisters({ isClosed, look, change }: RegisterSchema): Registers {
  async function load(key: string): Answer<Register | null> {
    const rows = (await look([key], loadRegister(key))) as Either<StoreError, readonly Register[]>
    return isRight(rows) ? right(rows.right[0] ?? null) : rows
  }

  async function refusal(register: Register): Answer<never> {
    const now = await load(register.key)
    if (!isRight(now)) return now
    const actual = now.right?.revision ?? 0
    // It has come to this revision since; so it was at another when it was to be changed.
    const error = staleRegister(register, actual) ?? storeError('unavailable', 'others changed the register: try again')
    return left(error)
  }

  async function save(register: Register): Answer<Saved> {
    const invalid = isClosed() ? undefined : invalidRegister(register)
    if (invalid) return left(invalid)
    const told = isClosed() ? undefined : await change(saveRegister(register))
    if (told === undefined) return left(storeError('closed', 'the store was closed'))
    if (!isRight(told)) return left(writeFailure('save', told.left))
    const [saved] = told.right.rows as readonly Saved[]
    if (!saved) return refusal(register)
    const { warning } = told.right
    return warning ? left(unknownOutcome('save', warning)) : right(saved)
  }

  return { load, save }
}
