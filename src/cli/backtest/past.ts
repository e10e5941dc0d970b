/**
 * Past conversations in the form in which they are walked: no text, no ids but for finding a conversation again, and
 * numbers side by side, so that a batch of them goes to another thread without a copy and is walked many times quickly.
 */

/** What is known of a message: who said it, and of a user's how it was judged. */
export const kinds = ['assistant', 'unassessed', 'none', 'harmful', 'risk'] as const
export type Kind = (typeof kinds)[number]

/** A message of a past conversation, after the one that it follows. */
export interface PastMessage {
  readonly messageId: string
  /** The place in the conversation, from 0, of the message that it follows; -1 for a first one. */
  readonly parent: number
  readonly kind: Kind
  /** The greatest of the scores by which it was judged, 0 to 1; NaN if it was judged by none. */
  readonly score: number
}

/** One conversation, its messages in the order in which they were said: each after its parent. */
export interface PastConversation {
  readonly conversationId: string
  readonly messages: readonly PastMessage[]
}

/** Several conversations, message by message. */
export interface Batch {
  /** Where each conversation begins; one more at the end. */
  readonly starts: Uint32Array
  /** `PastMessage.parent`. */
  readonly parents: Int32Array
  /** Indices in `kinds`. */
  readonly kinds: Uint8Array
  readonly scores: Float64Array
}

/** A message's place: which conversation of the batch, which message of the conversation, from 0. */
export interface Place {
  readonly conversation: number
  readonly message: number
}

/** The numbers of these conversations, side by side. */
export function batchOf(conversations: readonly PastConversation[]): Batch {
  const count = conversations.reduce((sum, { messages }) => sum + messages.length, 0)
  const starts = new Uint32Array(conversations.length + 1)
  const batch = {
    starts,
    parents: new Int32Array(count),
    kinds: new Uint8Array(count),
    scores: new Float64Array(count),
  }
  let at = 0
  for (const [place, { messages }] of conversations.entries()) {
    starts[place] = at
    for (const { parent, kind, score } of messages) {
      batch.parents[at] = parent
      batch.kinds[at] = kinds.indexOf(kind)
      batch.scores[at] = score
      at += 1
    }
  }
  starts[conversations.length] = at
  return batch
}
