/** The messages that a page shows, as `useChat` knows them: one type for those that are loaded and for the one under way. */
import type { UIMessage } from 'ai'
import type { ContentBlock, Ground, Purpose, Veto, Warning } from '#machines/events.js'
import type { Stance } from '../../lifecycle/guidance.js'

/** What a message's `metadata` says. Of an answer under way little is known yet. */
export interface ChatMetadata {
  /** The log's own id; while an answer comes the message itself has one that the client made up. */
  readonly messageId?: string
  /** The message before it on its line; `null` for the first. Not told of an answer under way. */
  readonly parentId?: string | null
  /** The thread on which it was said. After an edit, the branch's. */
  readonly threadId?: string
  /** The version of the event that added it. */
  readonly version?: number
  /** What an assistant's message was for. */
  readonly purpose?: Purpose
  readonly warning?: Warning
  /** What is to be done next, as it was just after; of an answer under way alone. */
  readonly stance?: Stance
  readonly isErased?: true
  /** Where its content is blocks that would read as plain text. */
  readonly isBlocks?: true
}

/** The data parts, by name. In a stream all but `ended` come in passing, to `onData`. */
export interface ChatData {
  readonly [name: string]: unknown
  /** A block of content for which the SDK has no part. */
  block: ContentBlock
  guidance: { readonly stance: Stance }
  /** The model asked for an end, and was refused. */
  declined: { readonly code: string; readonly vetoes: readonly Veto[] }
  proposed: { readonly [nothing: string]: never }
  ended: { readonly ground: Ground }
}

/** For `useChat<ChatMessage>()`. */
export type ChatMessage = UIMessage<ChatMetadata, ChatData>
