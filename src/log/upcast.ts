/**
 * Reading old logs for ever: an event of an older schema is lifted one schema at a time, when it is read. What is
 * stored, and hashed, stays as it was written.
 */
import { currentSchema } from './recorded-event.js'

/** An event as JSON, of any schema. */
export type RawEvent = { readonly type: string; readonly schema: number; readonly data: unknown } & {
  readonly [field: string]: unknown
}

/** Lifts the data of one type from one schema to the next. Pure. */
export interface Upcast {
  readonly type: string
  /** The schema it reads; what it gives back is of `from + 1`. */
  readonly from: number
  readonly data: (data: unknown) => unknown
}

/** None yet: every type is still at its first schema. Add here, in the commit that raises `currentSchema`. */
export const upcasts: readonly Upcast[] = []

/**
 * The event at the current schema, as far as the given steps lead.
 * A type without a step from its schema keeps its data: its shape did not change.
 */
export function upcast(event: RawEvent, steps: readonly Upcast[] = upcasts, to: number = currentSchema): RawEvent {
  let lifted = event
  while (Number.isInteger(lifted.schema) && lifted.schema >= 1 && lifted.schema < to) {
    const from = lifted.schema
    const step = steps.find((candidate) => candidate.type === lifted.type && candidate.from === from)
    lifted = { ...lifted, schema: from + 1, data: step ? step.data(lifted.data) : lifted.data }
  }
  return lifted
}
