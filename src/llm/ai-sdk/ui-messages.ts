/**
 * A thread as the messages of `useChat`, and back. Each message carries in its metadata where it stands in the tree, so that a
 * page can show branches, and a server can tell an edit from a message that goes on.
 */
import type { Content, ErasableContent } from '#machines/events.js'
import type { MessageView, ThreadView } from '../../conversations/thread-view.js'
import { fieldsOf } from '../network-shapes.js'
import type { ChatMessage, ChatMetadata } from './chat-message.js'
import { contentIn, partsFor } from './ui-content.js'

const erasedText = '[This message was erased.]'

function metadataOf(message: MessageView, parentId: string | null): ChatMetadata {
  const { messageId, threadId, version, purpose, warning, content } = message
  return {
    messageId,
    parentId,
    threadId,
    version,
    ...(purpose && { purpose }),
    ...(warning && { warning }),
    ...(content === null && { isErased: true }),
    ...(Array.isArray(content) && { isBlocks: true }),
  }
}

/**
 * The messages of a thread for `useChat`, in order. Erased content is a text that says so, with `isErased` in the metadata.
 * The SDK wants at least one part: content without any gets one that shows nothing.
 */
export function toUIMessages({ messages }: Pick<ThreadView, 'messages'>): ChatMessage[] {
  return messages.map((message, place) => {
    const parts = partsFor(message.content ?? erasedText)
    const metadata = metadataOf(message, messages[place - 1]?.messageId ?? null)
    return {
      id: message.messageId,
      role: message.role,
      metadata,
      parts: parts.length > 0 ? [...parts] : [{ type: 'step-start' }],
    }
  })
}

/** What a message of a chat says, in the log's terms. */
export interface SaidMessage {
  readonly messageId: string
  readonly role: 'user' | 'assistant'
  /** `null` for one that was shown as erased. */
  readonly content: ErasableContent
  /** `undefined` where the chat does not say. */
  readonly parentId: string | null | undefined
}

/**
 * What a message of `useChat` says. Its metadata came from a client, and is taken as that: it says where the client saw the
 * message, and is no proof of anything. `undefined` for what is no message of a user or an assistant. Never throws.
 */
export function fromUIMessage(message: unknown): SaidMessage | undefined {
  const { id, role, parts, metadata } = fieldsOf(message)
  if (typeof id !== 'string' || (role !== 'user' && role !== 'assistant') || !Array.isArray(parts)) return undefined
  const { parentId, isErased, isBlocks } = fieldsOf(metadata)
  const said: Content = contentIn(parts, isBlocks === true)
  return {
    messageId: id,
    role,
    content: isErased === true ? null : said,
    parentId: typeof parentId === 'string' || parentId === null ? parentId : undefined,
  }
}
