/**
 * Views: what a store keeps for those who ask across conversations, one row a conversation, with an index for each way of
 * asking. A view is never the only copy of anything: it can be dropped, and made again from the log. A row bears the
 * version of the event that it is current with, and an older row never replaces a newer one: so it does no harm when a
 * row comes twice, or late.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from './errors.js'

export type FieldType = 'text' | 'integer'
export type FieldValue = string | number | null

/** UTF-8 bytes of a text in a field: so much fits into the index of any database. */
export const fieldBytesMax = 512
/** Most rows that one page holds. */
export const rowsPerPageMax = 1_000
/** Most views that one append has rows for. */
export const viewsPerAppendMax = 16
export const fieldsMax = 16
export const indexesMax = 16

/**
 * What a view is called and has. It never changes: another shape is another view, also under the same name, and knows
 * nothing of this one's rows.
 */
export interface ViewShape {
  /** 1 to 40 of `a` to `z`, `0` to `9` and `_`, beginning with a letter; so for the names of fields. */
  readonly name: string
  readonly fields: { readonly [field: string]: FieldType }
  /**
   * Each a list of fields to ask by, in order: equal in all but the last, an integer, sorted by the last. Of two that serve
   * a question alike the first may be taken: name the one with fewer rows first. A row that has
   * nothing in one of them is left out of that index, so that what is rare costs the others nothing; whoever asks for
   * `null` is answered all the same, by looking further.
   */
  readonly indexes: readonly (readonly string[])[]
}

export interface ViewRow {
  readonly conversationId: string
  /** The version of the last event that it takes in. */
  readonly version: number
  /**
   * Every field of the shape. A text has at most `fieldBytesMax` UTF-8 bytes, neither NUL nor a lone surrogate; an integer
   * is a safe one.
   */
  readonly fields: { readonly [field: string]: FieldValue }
}

export interface ViewPage {
  /** Rows whose fields are equal to all of these; `null` asks for rows that have none. */
  readonly where?: { readonly [field: string]: FieldValue }
  /** An integer field to sort by, then by conversation id (UTF-8 bytes); rows that have none in it are left out. */
  readonly orderBy: string
  /** Turns the whole order round, that of ids at equal values too. */
  readonly descending?: boolean
  /** Bounds on `orderBy`, both included. */
  readonly from?: number
  readonly to?: number
  /** The last row of the page before: rows that follow it, whatever came or went meanwhile. */
  readonly after?: { readonly value: number; readonly conversationId: string }
  /** Rounded down; at most `rowsPerPageMax`, and that is the default. */
  readonly limit?: number
}

/** A row on its way to its view, see `AppendRequest`. */
export interface PlacedRow {
  readonly shape: ViewShape
  readonly row: ViewRow
}

type Answer<A> = Promise<Either<StoreError, A>>

/**
 * As everywhere in the port nothing rejects or throws. Errors: `view-missing` where the view was not made, or was dropped;
 * `invalid-append` for a shape, a row or a question that cannot be, see `view-check.ts`; `unavailable`, `closed`. Nothing
 * here has an unknown outcome: what was perhaps saved, made or dropped is saved, made or dropped again.
 */
export interface Views {
  /** Makes the view where there is none; two who do so at once both succeed. */
  make(shape: ViewShape): Answer<void>
  /** Keeps rows, at most `rowsPerPageMax`, all or none; a row that is not newer than the kept one is let go. */
  save(shape: ViewShape, rows: readonly ViewRow[]): Answer<void>
  /** The rows of these conversations, at most `rowsPerPageMax`, in any order; those that have none are not among them. */
  load(shape: ViewShape, conversationIds: readonly string[]): Answer<readonly ViewRow[]>
  /**
   * Rows by order of a field. Within 20 ms of a million where the fields of `where`, none of them `null`, and then `orderBy`
   * are an index.
   */
  page(shape: ViewShape, page: ViewPage): Answer<readonly ViewRow[]>
  /** Removes the view with all its rows; nothing happens where there is none. */
  drop(shape: ViewShape): Answer<void>
}
