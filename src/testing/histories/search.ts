/**
 * Looks for one order of a conversation's operations that explains every answer and puts none before another that had
 * answered when it was asked. Wing and Gong's search, with Lowe's memory of where it has been: the same operations
 * done, to the same log, need not be tried twice. And what leaves the log as it is, a read or a refusal, is done as
 * soon as it can be: later it could not do better, and all that had to come before it has.
 * @see J. M. Wing and C. Gong, Testing and Verifying Concurrent Objects, 1993
 * @see G. Lowe, Testing for Linearizability, 2017
 */
import type { Operation } from './operation.js'
import { afterOperation, isOpen, type Log, Logs } from './register.js'

export type Found =
  | { readonly kind: 'order'; readonly order: readonly Operation[]; readonly states: number }
  /** `logsMet`: every log that the operation which answered last was tried on. */
  | { readonly kind: 'none'; readonly states: number; readonly logsMet: readonly Log[] }
  | { readonly kind: 'too-many-states'; readonly states: number }

/**
 * A moment of the history: an operation is asked, or answers. In a list, so that an operation is taken out and put back
 * fast.
 */
interface Moment {
  readonly index: number
  readonly at: number
  /** Where its operation answers; `null` in the answer itself, and where none has come. */
  answer: Moment | null
  readonly isAnswer: boolean
  before: Moment | null
  after: Moment | null
}

const moment = (index: number, at: number, isAnswer: boolean): Moment => ({
  index,
  at,
  isAnswer,
  answer: null,
  before: null,
  after: null,
})

/** The moments in order of time behind a head that is none. */
function timeline(operations: readonly Operation[]): Moment {
  const moments = operations.flatMap((operation, index) => {
    const asked = moment(index, operation.askedAt, false)
    // What is open may happen at any later time, so its answer, if there is one, ends nothing.
    if (isOpen(operation) || operation.answeredAt === null) return [asked]
    asked.answer = moment(index, operation.answeredAt, true)
    return [asked, asked.answer]
  })
  const head = moment(-1, 0, true)
  let last = head
  for (const next of moments.sort((a, b) => a.at - b.at)) {
    last.after = next
    next.before = last
    last = next
  }
  return head
}

function unlink({ before, after }: Moment): void {
  if (before) before.after = after
  if (after) after.before = before
}

function link(moment: Moment): void {
  if (moment.before) moment.before.after = moment
  if (moment.after) moment.after.before = moment
}

function takeOut(asked: Moment): void {
  unlink(asked)
  if (asked.answer) unlink(asked.answer)
}

function putBack(asked: Moment): void {
  if (asked.answer) link(asked.answer)
  link(asked)
}

const answersLast = (operations: readonly Operation[]): number =>
  operations.reduce((last, { answeredAt }, index) => {
    return (answeredAt ?? 0) > (operations[last]?.answeredAt ?? 0) ? index : last
  }, 0)

interface Step {
  readonly asked: Moment
  /** As it was before. */
  readonly log: Log
  /** It left the log as it was. */
  readonly isFree: boolean
}

class Search {
  private readonly logs = new Logs()
  private readonly head: Moment
  private readonly path: Step[] = []
  private readonly been = new Set<string>()
  private readonly logsMet = new Set<Log>()
  private readonly last: number
  private log: Log = this.logs.empty
  /** A bit for each operation that is done. */
  private done = 0n
  private remaining: number

  constructor(
    private readonly operations: readonly Operation[],
    private readonly statesMax: number,
  ) {
    this.head = timeline(operations)
    this.last = answersLast(operations)
    this.remaining = operations.filter((operation) => !isOpen(operation)).length
  }

  run(): Found {
    let at = this.head.after
    while (this.remaining > 0) {
      if (this.been.size > this.statesMax) return { kind: 'too-many-states', states: this.been.size }
      // An answer whose operation is not done: something before was taken wrongly.
      const outcome = at && !at.isAnswer ? this.take(at) : 'dead end'
      if (outcome === 'taken') at = this.head.after
      else if (outcome === 'not now') at = at?.after ?? null
      else {
        const undone = this.undo()
        if (!undone) return { kind: 'none', states: this.been.size, logsMet: [...this.logsMet] }
        at = undone.after
      }
    }
    const order = this.path.flatMap(({ asked }) => this.operations[asked.index] ?? [])
    return { kind: 'order', order, states: this.been.size }
  }

  /** Does this operation next, if the log can answer so and this was not tried before. */
  private take(asked: Moment): 'taken' | 'not now' | 'dead end' {
    const operation = this.operations[asked.index] as Operation
    if (asked.index === this.last) this.logsMet.add(this.log)
    const next = afterOperation(operation, this.log, this.logs)
    if (next === undefined) return 'not now'
    const done = this.done | (1n << BigInt(asked.index))
    const state = `${done.toString(36)} ${next.number}`
    // With an operation that leaves the log alone nothing is lost, so if it leads nowhere, nor does anything else here.
    if (this.been.has(state)) return next === this.log ? 'dead end' : 'not now'
    this.been.add(state)
    this.path.push({ asked, log: this.log, isFree: next === this.log })
    this.log = next
    this.count(operation, done, -1)
    takeOut(asked)
    return 'taken'
  }

  /** Undoes the last operation that changed the log, and what was done since: there was no other choice in it. */
  private undo(): Moment | undefined {
    for (let step = this.path.pop(); step; step = this.path.pop()) {
      const { asked, log, isFree } = step
      this.log = log
      this.count(this.operations[asked.index] as Operation, this.done & ~(1n << BigInt(asked.index)), 1)
      putBack(asked)
      if (!isFree) return asked
    }
    return undefined
  }

  private count(operation: Operation, done: bigint, by: 1 | -1): void {
    this.done = done
    if (!isOpen(operation)) this.remaining += by
  }
}

/**
 * Searches the orders of one conversation's telling operations, from an empty log.
 * @param statesMax how many states (operations done, and the log they led to) are visited at most.
 */
export const findOrder = (operations: readonly Operation[], statesMax: number): Found =>
  new Search(operations, statesMax).run()
