/** All that a conversation holds, whichever runner made it: how its indexes are laid out is left out. */
import { entriesOf } from '../../src/conversation/id-index.js'
import { type Conversation, type Message, type Thread, threadsOf } from '../../src/conversation/state.js'

export interface Picture extends Omit<Conversation, 'threads' | 'messages'> {
  readonly threads: readonly Thread[]
  /** In the order in which they were added. */
  readonly messages: readonly Message[]
}

export function pictureOf(conversation: Conversation | null): Picture | null {
  if (!conversation) return null
  const messages = [...entriesOf(conversation.messages).values()].sort((a, b) => a.version - b.version)
  return { ...conversation, threads: threadsOf(conversation), messages }
}
