/** What a restore answers beside what an audit finds: what is wrong with the file, or with the store it goes to. */
import type { FindingCode } from '../audit/audit-finding.js'

export type RestoreFindingCode =
  | FindingCode
  /** The file does not begin as an export does, or as one of a newer format. Nothing was written. */
  | 'not-an-export'
  /** A line is no line of an export. */
  | 'malformed-line'
  /** A conversation stands where it cannot: out of order, twice, or in pieces. Nothing of it was written. */
  | 'out-of-order'
  /** A conversation's events are not those that its head tells of. Nothing of it was written. */
  | 'wrong-head'
  /** The store has another history of the conversation. Nothing of it was written. */
  | 'different-history'
  /** The file has no end, or not the end of what it has: it was cut off, or changed. */
  | 'cut-off'
  /** What the store has is not what the file's end tells of. */
  | 'wrong-heads'

/** One thing that is wrong. */
export interface RestoreFinding {
  readonly code: RestoreFindingCode
  /** The line of the file at which it shows, from 1. */
  readonly line: number
  /** Where it is about a conversation. */
  readonly conversationId?: string
  readonly version?: number
  /** One line. It may quote what the log says. */
  readonly message: string
}

/** What came of an export. */
export interface RestoreTotals {
  /** Conversations that were not there. */
  added: number
  /** Conversations of which a part was there. */
  continued: number
  /** Conversations that were there already. */
  known: number
  /** Conversations of which nothing was written. */
  refused: number
  /** Events appended. */
  events: number
}
