/** Registers, each a key of the bucket. A register's revision counts its own changes; the bucket's sequence counts them all. */
import { randomUUID } from 'node:crypto'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import { staleRegister } from '../../log/register-check.js'
import type { Register } from '../../log/registers.js'
import type { Broker } from './broker.js'
import { Unanswered } from './failure.js'
import type { RawMessage } from './raw-message.js'
import { type Names, registerSubject } from './subjects.js'

const revisionHeader = 'Colloquy-Revision'
/** Tells a change from another's of the same text, where the answer to it was lost. */
const saveHeader = 'Colloquy-Save'

const revisionOf = (stored: RawMessage | null): number => Number(stored?.header(revisionHeader) ?? 0)

export class RegisterBucket {
  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
  ) {}

  async load(key: string): Promise<Register | null> {
    const stored = await this.last(key)
    return stored && { key, revision: revisionOf(stored), text: Buffer.from(stored.data).toString() }
  }

  /** Throws `Unanswered` where it may have been saved or not. */
  async save(register: Register): Promise<Either<StoreError, { readonly revision: number }>> {
    const { key, revision, text } = register
    const before = await this.last(key)
    const stale = staleRegister(register, revisionOf(before))
    if (stale) return left(stale)
    const [save, next] = [randomUUID(), revision + 1]
    const published = await this.broker.publish({
      subject: registerSubject(this.names, key),
      payload: Buffer.from(text),
      after: before?.sequence ?? 0,
      headers: { [revisionHeader]: `${next}`, [saveHeader]: save },
    })
    if (published.kind === 'taken') return right({ revision: next })
    const stored = await this.lastAfter(key, published.maybeOwn)
    if (stored?.header(saveHeader) === save) return right({ revision: next })
    const moved = staleRegister(register, revisionOf(stored))
    // Ours may have been the one before it.
    if (published.maybeOwn || !moved) throw new Unanswered('another was in the way', published.maybeOwn)
    return left(moved)
  }

  private async lastAfter(key: string, maybeSaved: boolean): Promise<RawMessage | null> {
    try {
      return await this.last(key)
    } catch (cause) {
      throw new Unanswered(`the register cannot be read: ${cause}`, maybeSaved, cause)
    }
  }

  private last(key: string): Promise<RawMessage | null> {
    return this.broker.ofLeader(this.names.bucket, { last_by_subj: registerSubject(this.names, key) })
  }
}
