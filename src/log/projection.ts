/**
 * A projection: a fold over a conversation's events that leaves one row in a view. It knows no clock, no chance and no rule
 * of the lifecycle: time is what the events recorded, states are what the conversation says. So a row is the same whoever
 * makes it, when, and how often.
 * @see Greg Young, "CQRS Documents": projections; Marten: inline and asynchronous ones over one definition
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Conversation } from '../conversation/state.js'
import type { StoreError } from './errors.js'
import { type Readable, rebuild, type Stream } from './rebuild.js'
import type { RecordedEvent } from './recorded-event.js'
import type { ViewRow, ViewShape } from './views.js'

export type RowFields = ViewRow['fields']

export interface Projection extends Pick<ViewShape, 'fields' | 'indexes'> {
  /** 1 to 24 of `a` to `z`, `0` to `9` and `_`, beginning with a letter. */
  readonly name: string
  /** From 1. Raise it when `evolve`, the fields or the indexes change: rows are then made anew, beside the old ones. */
  readonly schema: number
  /**
   * The row's fields after an event. Pure: the same answer for the same three, for ever.
   * @param fields after the event before; `null` before the first.
   * @param conversation just after the event; to be read, neither changed nor kept.
   */
  evolve(fields: RowFields | null, event: RecordedEvent, conversation: Conversation): RowFields
}

const shapes = new WeakMap<Projection, Map<number, ViewShape>>()

/** The view that holds a generation of a projection's rows. Generations count from 1; a rebuild makes the next one. */
export function shapeOf(projection: Projection, generation: number): ViewShape {
  const known = shapes.get(projection) ?? new Map<number, ViewShape>()
  shapes.set(projection, known)
  const { name, schema, fields, indexes } = projection
  const shape = known.get(generation) ?? { name: `${name}_${schema}_${generation}`, fields, indexes }
  known.set(generation, shape)
  return shape
}

/** The row after an event that follows on it. */
export function nextRow(
  projection: Projection,
  kept: ViewRow | null,
  event: RecordedEvent,
  conversation: Conversation,
): ViewRow {
  const { conversationId, version } = event
  return { conversationId, version, fields: projection.evolve(kept?.fields ?? null, event, conversation) }
}

/** That a conversation has events, up to this version at least. */
export interface Touched {
  readonly conversationId: string
  readonly version: number
}

export interface UpToDate {
  readonly row: ViewRow | null
  readonly stream: Stream
}

/**
 * A row brought up to date from the log: what it takes in already is not taken in again.
 * @param known.kept the row as it is kept; `null` for none, and then it is made from the first event on.
 * @param known.from the conversation as it is known, to read less of the log; not used where the row is behind it.
 * @returns `null` for a conversation without events. Errors: those of `rebuild`.
 */
export async function bringUpToDate(
  store: Readable,
  projection: Projection,
  known: {
    readonly conversationId: string
    readonly kept: ViewRow | null
    readonly from?: Stream | undefined
    readonly toVersion?: number
  },
): Promise<Either<StoreError, UpToDate>> {
  const { kept, from, ...range } = known
  let row = kept
  const isUsable = (from?.conversation?.version ?? Number.POSITIVE_INFINITY) <= (kept?.version ?? 0)
  const built = await rebuild(store, {
    ...range,
    ...(from && isUsable && { from }),
    onEvent: (event, conversation) => {
      // A log may be gone over twice; an event counts once, in its turn.
      if (event.version === (row?.version ?? 0) + 1) row = nextRow(projection, row, event, conversation)
    },
  })
  return isLeft(built) ? built : right({ row, stream: built.right })
}
