/** What an audit answers: divergences, one by one, and how much it checked. Match on `code`, never on the text. */

export type FindingCode =
  /** Versions that should be there are not. */
  | 'missing-event'
  /** An event does not follow from the one before: one of the two was changed, or is out of place. */
  | 'broken-link'
  /** Content is not what was hashed. */
  | 'wrong-content'
  /** Content is gone, and no `content.erased` names its message. */
  | 'missing-content'
  /** Content is there, although a `content.erased` names its message. */
  | 'content-not-erased'
  /** A record is not an event, or another's. */
  | 'corrupt-event'
  /** An event is of a type or a schema that this version of the library does not know. */
  | 'unknown-event'
  /** The log does not replay: the machine would not have accepted this event. */
  | 'not-accepted'
  /** Another machine recorded this, and today's would decide it differently: refuse it, or give other vetoes or states. */
  | 'decided-differently'
  /** An accepted event broke an invariant of the spec: the machine itself is wrong, or the log was made to look right. */
  | 'invariant-broken'
  /** A snapshot is not what its events replay to. */
  | 'wrong-snapshot'
  /** The store could not read it. */
  | 'unreadable'

/** One divergence. */
export interface Finding {
  readonly conversationId: string
  /** The version at which it shows. */
  readonly version: number
  readonly code: FindingCode
  /** One line. It may quote what the log says. */
  readonly message: string
}

/** How much was checked, and found to be as it should. */
export interface AuditTotals {
  conversations: number
  events: number
  /** Events that follow from the one before. */
  links: number
  /** Content that is what was hashed. */
  contents: number
  /** Content that is gone, as a `content.erased` says. */
  erased: number
  /** Conversations whose every event was accepted anew. */
  replayed: number
  /** Of those, conversations that another machine began: today's decides them alike. */
  otherMachines: number
  /** Snapshots equal to what their events replay to. */
  snapshots: number
  /** Snapshots that nobody reads: written by another machine, or in another shape. */
  unusedSnapshots: number
}

/** Before anything was checked. */
export const noTotals = (): AuditTotals => ({
  conversations: 0,
  events: 0,
  links: 0,
  contents: 0,
  erased: 0,
  replayed: 0,
  otherMachines: 0,
  snapshots: 0,
  unusedSnapshots: 0,
})
