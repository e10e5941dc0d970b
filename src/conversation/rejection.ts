/** Why an event is not accepted, as a value: match on `code`, never on the text. */
import type { Veto } from '#machines/events.js'
import type { RefusalCode } from '../lifecycle/automaton.js'

/** Faults of structure: ids and order, which the statechart does not know. In the order in which SPEC §4 names them. */
export type StructureCode =
  | 'invalid-event'
  | 'invalid-policy'
  | 'version-gap'
  | 'duplicate-event'
  | 'not-opened'
  | 'already-opened'
  | 'unknown-thread'
  | 'duplicate-thread'
  | 'unknown-message'
  | 'wrong-role'
  | 'duplicate-message'
  | 'already-assessed'

/** The door's own. */
export type DoorCode =
  /** One command id for two commands. */
  | 'command-id-reused'
  /** The conversation is not at the version that the caller expects. */
  | 'version-conflict'
  /** The conversation has no such version. */
  | 'unknown-version'

export type RejectionCode = StructureCode | RefusalCode | DoorCode

export interface Rejection {
  readonly kind: 'rejection'
  readonly code: RejectionCode
  /** One line for a log or a developer; never to be matched on. */
  readonly message: string
  /** For a refused end or proposal: all that stands in the way. */
  readonly vetoes?: readonly Veto[]
}

export function rejection(code: RejectionCode, message: string, vetoes?: readonly Veto[]): Rejection {
  return { kind: 'rejection', code, message, ...(vetoes && { vetoes }) }
}
