/**
 * Group commit: writes that wait in one turn of the event loop share one transaction and one fsync, which is what a
 * commit costs. No write may see another fail, and none is answered before the fsync that makes it last.
 */
import { type Either, left } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Driver, Statement } from './driver.js'
import { failure, isBusy } from './failure.js'

/** Bounds of one transaction, so that other processes and the event loop get their turn. */
const writesPerCommitMax = 512
const charactersPerCommitMax = 16 * 1_048_576
/** Bounds of what waits; beyond them a write is refused at once as `unavailable`. */
export const writesWaitingMax = 10_000
const charactersWaitingMax = 256 * 1_048_576

export interface Write<A> {
  /** For messages: `append`, `erase`. */
  readonly verb: string
  /** How much text it brings. */
  readonly characters: number
  /** Runs inside the transaction. A `Left` must have written nothing; a throw undoes what it wrote. */
  run(): Either<StoreError, A>
  /** Runs once the commit is durable, before the answer, and may answer otherwise. It must not throw. */
  afterCommit?(answer: Either<StoreError, A>): Either<StoreError, A>
}

/** A write in the queue; what it answers is hidden, so that writes of all kinds can wait together. */
interface Waiting {
  readonly verb: string
  readonly characters: number
  /** Runs it; the answer is kept until `answer`. */
  run(): void
  answer(): void
  refuse(error: StoreError): void
}

const unknown = ({ verb }: Waiting, cause: unknown): StoreError =>
  storeError('unknown-outcome', `the commit failed, so this ${verb} may have happened or not`, { cause })

export class GroupCommit {
  private waiting: Waiting[] = []
  private charactersWaiting = 0
  private scheduled = false
  private readonly begin: Statement
  private readonly commit: Statement
  private readonly rollback: Statement

  constructor(driver: Driver) {
    // IMMEDIATE: a deferred transaction that must upgrade is refused at once, whatever the busy timeout.
    this.begin = driver.prepare('BEGIN IMMEDIATE')
    this.commit = driver.prepare('COMMIT')
    this.rollback = driver.prepare('ROLLBACK')
  }

  /** How many writes wait. */
  get waitingCount(): number {
    return this.waiting.length
  }

  /** Puts a write in the queue. It answers when its transaction is durable, or with why it is not. */
  submit<A>(write: Write<A>): Promise<Either<StoreError, A>> {
    const isFull = this.waiting.length >= writesWaitingMax || this.charactersWaiting > charactersWaitingMax
    if (isFull) return Promise.resolve(left(storeError('unavailable', 'too many writes are waiting already')))
    return new Promise((resolve) => {
      let answered: Either<StoreError, A>
      this.waiting.push({
        verb: write.verb,
        characters: write.characters,
        run: () => {
          answered = write.run()
        },
        answer: () => resolve(write.afterCommit?.(answered) ?? answered),
        refuse: (error) => resolve(left(error)),
      })
      this.charactersWaiting += write.characters
      this.schedule()
    })
  }

  /** Commits all that waits, now. */
  drain(): void {
    while (this.waiting.length > 0) this.commitBatch(this.nextBatch())
  }

  // After this turn's I/O, not as a microtask: the turn's other writes come along, and sockets are not starved.
  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.commitBatch(this.nextBatch())
      this.schedule()
    })
  }

  private nextBatch(): Waiting[] {
    let count = 0
    let characters = 0
    for (const write of this.waiting.slice(0, writesPerCommitMax)) {
      if (count > 0 && characters + write.characters > charactersPerCommitMax) break
      characters += write.characters
      count++
    }
    this.charactersWaiting -= characters
    return this.waiting.splice(0, count)
  }

  private commitBatch(batch: readonly Waiting[]): void {
    if (batch.length === 0) return
    try {
      this.begin.run()
    } catch (cause) {
      this.undo()
      for (const write of batch) write.refuse(failure(`could not ${write.verb}`, cause))
      return
    }
    this.runAndCommit(batch)
  }

  private runAndCommit(batch: readonly Waiting[]): void {
    try {
      for (const write of batch) write.run()
    } catch (cause) {
      this.undo()
      this.retryAlone(batch, cause)
      return
    }
    try {
      this.commit.run()
    } catch (cause) {
      this.undo()
      for (const write of batch) {
        write.refuse(isBusy(cause) ? failure(`could not ${write.verb}`, cause) : unknown(write, cause))
      }
      return
    }
    for (const write of batch) write.answer()
  }

  // One write broke the transaction of all. Each gets its own, so that only the culprit is refused.
  private retryAlone(batch: readonly Waiting[], cause: unknown): void {
    const [first, ...others] = batch
    if (first && others.length === 0) first.refuse(failure(`could not ${first.verb}`, cause))
    else for (const write of batch) this.commitBatch([write])
  }

  private undo(): void {
    try {
      this.rollback.run()
    } catch {
      // SQLite undoes some failed transactions by itself; then there is nothing to roll back, and it says so.
    }
  }
}
