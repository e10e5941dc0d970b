/** Whose a conversation is. To users, another's conversation is one that is not there: the two answers are the same. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { rejection } from '../conversation/rejection.js'
import type { ConversationView } from '../conversations/conversation-view.js'
import type { Refused } from '../conversations/journal.js'
import type { Conversations } from '../conversations.js'
import type { Principal } from './tokens.js'

/** The same words whether there is one or not. */
const none = left(rejection('not-opened', 'there is no such conversation'))

export const owns = ({ owner }: Principal, conversation: ConversationView): boolean => conversation.owner === owner

/** The conversation, if it is the asker's, or they are an operator. */
export async function mayRead(
  conversations: Conversations,
  who: Principal,
  conversationId: string,
): Promise<Either<Refused, ConversationView>> {
  const seen = await conversations.conversation({ conversationId })
  if (isLeft(seen)) return seen.left.code === 'not-opened' ? none : seen
  return who.role === 'operator' || owns(who, seen.right) ? right(seen.right) : none
}
