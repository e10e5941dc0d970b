/** `POST /chats` of a Next app: opens a conversation. */
import { conversations, refuse } from '../../colloquy.js'

export async function POST() {
  const opened = await conversations.open()
  if (opened._tag === 'Left') return refuse(opened.left)
  const { conversationId, threadId } = opened.right
  return Response.json({ conversationId, threadId }, { status: 201 })
}
