/** Registers, each a key of the bucket; a register's revision is the bucket's sequence of its last change. */
import { randomUUID } from 'node:crypto'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Register } from '../../log/registers.js'
import type { Broker } from './broker.js'
import { Unanswered } from './failure.js'
import { type Names, registerSubject } from './subjects.js'

const saveHeader = 'Colloquy-Save'

export class RegisterBucket {
  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
  ) {}

  async load(key: string): Promise<Register | null> {
    const stored = await this.last(key)
    return stored && { key, revision: stored.sequence, text: Buffer.from(stored.data).toString() }
  }

  /** Throws `Unanswered` where it may have been saved or not. */
  async save({ key, revision, text }: Register): Promise<Either<StoreError, { readonly revision: number }>> {
    // Tells our change from another's of the same text, where the answer to it was lost.
    const save = randomUUID()
    const published = await this.broker.publish({
      subject: registerSubject(this.names, key),
      payload: Buffer.from(text),
      after: revision,
      headers: { [saveHeader]: save },
    })
    if (published.kind === 'taken') return right({ revision: published.sequence })
    const stored = await this.lastAfter(key, published.maybeOwn)
    if (stored?.header(saveHeader) === save) return right({ revision: stored.sequence })
    if (published.maybeOwn) throw new Unanswered('another has changed the register since', true)
    const actualVersion = stored?.sequence ?? 0
    const message = `the register is at revision ${actualVersion}, not ${revision}`
    return left(storeError('wrong-expected-version', message, { actualVersion }))
  }

  private async lastAfter(key: string, maybeSaved: boolean) {
    try {
      return await this.last(key)
    } catch (cause) {
      throw new Unanswered(`the register cannot be read: ${cause}`, maybeSaved, cause)
    }
  }

  private last(key: string) {
    return this.broker.ofLeader(this.names.bucket, { last_by_subj: registerSubject(this.names, key) })
  }
}
