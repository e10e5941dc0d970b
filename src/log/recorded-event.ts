/** An event in its envelope: what happened (SPEC §3), and where and when the log recorded it. */
import type { LifecycleEvent } from '#machines/events.js'

export interface Envelope {
  /** Unique in its conversation. */
  readonly id: string
  readonly conversationId: string
  /** Its place in the conversation's log, from 1 without gaps. */
  readonly version: number
  /** The schema of `data` under this type, from 1. */
  readonly schema: number
  /** RFC 3339. */
  readonly recordedAt: string
  /** What led to it: a command's or an event's id. */
  readonly causationId?: string
  /** What it belongs to, in the caller's own terms. */
  readonly correlationId?: string
  /** Ties it to all that went before; see `hash-chain.ts`. */
  readonly hash?: string
}

export type RecordedEvent = Envelope & LifecycleEvent

/** The schema that this version of the library writes, the same for every type so far. */
export const currentSchema = 1
