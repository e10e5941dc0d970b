/** What callers ask of the door, method by method. */
import type { Content, Ground, Policy, Purpose, RiskKind, Warning } from '#machines/events.js'
import type { Assessment } from './assessing.js'

/** Fields that every order may carry. */
export interface Order {
  /** Sent twice, a command acts once and answers the same, across processes and restarts. Unique in its conversation. */
  readonly commandId?: string
  /** What this belongs to, in your own terms; recorded with the event. */
  readonly correlationId?: string
  /** Your own name for whoever acts; recorded with the event. */
  readonly actorId?: string
  /** The conversation's version that the caller knows, from 1; at any other the order is refused as `version-conflict`. */
  readonly expectedVersion?: number
}

export interface OnConversation extends Order {
  readonly conversationId: string
}

export interface OnThread extends OnConversation {
  readonly threadId: string
}

export interface Open extends Order {
  readonly conversationId?: string
  readonly threadId?: string
  readonly owner?: string
  /** The conversation that this one goes on from, after an end. */
  readonly continuedFrom?: string
  /** Instead of the policy given to `createConversations`. */
  readonly policy?: Partial<Policy>
}

export interface Receive extends OnThread {
  readonly content: Content
  readonly messageId?: string
}

export interface Send extends OnThread {
  readonly content: Content
  /** Default `reply`. */
  readonly purpose?: Purpose
  /** What a warning must say; required, and both parts non-empty, when `purpose` is `warning`. */
  readonly warning?: Warning
  readonly messageId?: string
}

export interface Fork extends OnThread {
  /** The cut: with `edit` a user message, without it an assistant message, on `threadId`'s line. */
  readonly messageId: string
  readonly edit?: { readonly content: Content; readonly messageId?: string }
  readonly newThreadId?: string
}

export interface End extends OnThread {
  readonly ground: Ground
  readonly reason: string
  /** Default `assistant`; a user may end on `user-request` alone. */
  readonly by?: 'assistant' | 'user'
}

export interface ProposeEnd extends OnThread {
  readonly reason: string
}

export interface RequestEnd extends OnThread {
  readonly reason?: string
}

export interface Assessed extends OnThread {
  readonly messageId: string
  readonly assessment: Assessment
}

export interface FlagRisk extends OnConversation {
  readonly kind: RiskKind
  readonly threadId?: string
  readonly messageId?: string
  readonly note?: string
  /** Default `operator`. */
  readonly by?: 'assessor' | 'operator' | 'assistant' | 'system'
}

export interface ClearRisk extends OnConversation {
  readonly reason: string
  /** Default `operator`. */
  readonly by?: 'operator' | 'assessor'
}

export interface GiveFeedback extends OnThread {
  readonly rating: 'up' | 'down'
  readonly messageId?: string
  readonly comment?: string
}

export interface NoteWelfare extends OnThread {
  readonly signal: string
  /** 0 to 1. */
  readonly intensity: number
  readonly note?: string
  /** Default `assistant`. */
  readonly by?: 'assistant' | 'assessor'
}

export interface Erase extends OnConversation {
  /** Without them: every message that the conversation has at this moment. */
  readonly messageIds?: readonly string[]
  /** Stays in the log for ever; so it must not say what was erased. */
  readonly reason: string
  /** Default `operator`. */
  readonly by?: 'operator' | 'system'
  /** Whether to have the store rewrite its files afterwards, see `EventStore.compact`; it may take long. Default false. */
  readonly compact?: boolean
}

export interface EraseOwner extends Pick<Erase, 'reason' | 'by' | 'compact' | 'correlationId' | 'actorId'> {
  readonly owner: string
}

/** What came of erasing all that an owner's conversations hold. */
export interface ErasedOwner {
  readonly owner: string
  /** Conversations of this owner. */
  readonly conversations: number
  /** Messages that were erased now, also those that an earlier erasure had named and not reached. */
  readonly messages: number
  /** Messages that were erased before. */
  readonly erasedBefore: number
}

export interface Events {
  readonly conversationId: string
  readonly fromVersion?: number
  readonly toVersion?: number
  readonly limit?: number
}

export interface OneConversation {
  readonly conversationId: string
  /** As it was just after this event, from 1; default: as it is now. One that is not there yet is `unknown-version`. */
  readonly version?: number
}

export interface OneThread extends OneConversation {
  readonly threadId: string
}

export type Listed = readonly { readonly conversationId: string; readonly version: number }[]
