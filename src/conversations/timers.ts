/**
 * Timers: what is due is a field of a projection, made of the times that events recorded; a runner asks which are due by the
 * clock it is given, and orders what is to happen through the door. So the firing is a recorded event like any other, and
 * whoever replays the log needs no clock. It must never act on a row that is behind its log.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../log/errors.js'
import { Projector } from '../log/projection/projector.js'
import type { ViewStore } from '../log/projection/view-in-force.js'
import { bringUpToDate, type Projection } from '../log/projection.js'
import type { ViewPage, ViewRow } from '../log/views.js'
import type { Refused } from './journal.js'

export interface DueTimer {
  readonly conversationId: string
  /**
   * Made of the timer and the event that set it. Give it to the order: then it acts once, whichever processes fire it, and
   * however often.
   */
  readonly commandId: string
  /** When it was due, in milliseconds since 1970. */
  readonly dueAt: number
  /** The row, current with the log. */
  readonly row: ViewRow
}

export interface Timer {
  /**
   * Has the integer fields `due_at`, in milliseconds since 1970 (`null`: nothing is to happen), and `due_version`, of the event
   * that set it; and an index of `due_at` alone. Its `evolve` says when it is set, and that it is done once its event came.
   */
  readonly projection: Projection
  /** Orders what is to happen. A rejection means that it is not to happen any more. */
  fire(due: DueTimer): Promise<Either<Refused, unknown>>
}

export interface FireDue {
  readonly store: ViewStore
  readonly timer: Timer
  readonly clock: () => Date
  /** Looks at so many timers and no more; 1,000. */
  readonly timersMax?: number
  /** Stops between two timers. */
  readonly signal?: AbortSignal
}

export interface Fired {
  readonly fired: number
  /** Refused by the rules, or by the moment. */
  readonly rejected: number
}

const timersPerPage = 100

/** The row as the log has it by now. */
async function fresh(store: ViewStore, projection: Projection, row: ViewRow): Promise<Either<StoreError, ViewRow>> {
  const { conversationId, version } = row
  const later = await store.read({ conversationId, fromVersion: version + 1, limit: 1 })
  if (isLeft(later) || later.right.length === 0) return isLeft(later) ? later : right(row)
  const built = await bringUpToDate(store, projection, { conversationId, kept: row })
  return isLeft(built) ? built : right(built.right.row ?? row)
}

function dueIn({ name }: Projection, row: ViewRow, nowMs: number): DueTimer | undefined {
  const { due_at: dueAt, due_version: version } = row.fields
  if (typeof dueAt !== 'number' || dueAt > nowMs) return undefined
  return { conversationId: row.conversationId, commandId: `timer.${name}.${version}`, dueAt, row }
}

/**
 * Fires what is due by now, the longest due first. Several processes may do so at once.
 * @returns how many were fired; what other processes fired at the same time counts too. Errors: the store's, and then what
 * is left is fired the next time.
 * @example
 * setInterval(() => fireDueTimers({ store, timer, clock: () => new Date() }), 60_000)
 */
export async function fireDueTimers({ timersMax = 1_000, ...run }: FireDue): Promise<Either<StoreError, Fired>> {
  const { store, timer, clock, signal } = run
  const projector = new Projector(store, timer.projection)
  const caughtUp = await projector.catchUp(signal ? { signal } : {})
  if (isLeft(caughtUp)) return caughtUp
  const nowMs = clock().getTime()
  const sum = { fired: 0, rejected: 0 }
  let after: ViewPage['after']
  for (let left = timersMax; left > 0 && !signal?.aborted; left -= timersPerPage) {
    const limit = Math.min(left, timersPerPage)
    const page: ViewPage = { orderBy: 'due_at', to: nowMs, limit, ...(after && { after }) }
    const rows = await projector.withView((shape) => store.views.page(shape, page))
    if (isLeft(rows)) return rows
    for (const row of rows.right) {
      if (signal?.aborted) break
      const fired = await fireOne(run, row, nowMs)
      if (isLeft(fired)) return fired
      if (fired.right) sum[fired.right] += 1
    }
    const last = rows.right.at(-1)
    if (!last || rows.right.length < limit) break
    after = { value: last.fields.due_at as number, conversationId: last.conversationId }
  }
  return right(sum)
}

async function fireOne(
  { store, timer }: Pick<FireDue, 'store' | 'timer'>,
  row: ViewRow,
  nowMs: number,
): Promise<Either<StoreError, keyof Fired | null>> {
  const current = await fresh(store, timer.projection, row)
  if (isLeft(current)) return current
  const due = dueIn(timer.projection, current.right, nowMs)
  if (!due) return right(null)
  const answer = await timer.fire(due)
  if (!isLeft(answer)) return right('fired')
  const error = answer.left
  return error.kind === 'rejection' ? right('rejected') : { _tag: 'Left', left: error }
}
