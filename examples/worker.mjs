/**
 * A queue worker whose queue is the log: every process that runs it answers messages as they come, each of them once, and what a
 * dead one leaves is taken over: `ANTHROPIC_API_KEY=… node examples/worker.mjs`, as often as you like.
 */
import Anthropic from '@anthropic-ai/sdk'
import { createConversations, orThrow } from 'colloquy'
import { answer } from 'colloquy/llm'
import { anthropicModel } from 'colloquy/llm/anthropic'
import { openSqliteStore } from 'colloquy/stores/sqlite'

const store = orThrow(await openSqliteStore({ path: process.env.DB ?? 'chat.db' }))
const conversations = createConversations({ store })
const model = anthropicModel({ client: new Anthropic(), model: 'claude-opus-4-5', maxTokens: 4_096 })

/** Whether this event waits for an answer: a message that has been assessed, or could not be. */
const isDue = ({ type }) => type === 'message.assessed' || type === 'assessment.failed'

async function handle(event, { signal }) {
  if (!isDue(event)) return
  const { threadId, messageId } = event.data
  const place = { conversationId: event.conversationId, threadId }
  // The same id for the same message: whoever answers it again, after a crash, adds nothing.
  const commandId = `answer to ${messageId}`
  const { messages } = orThrow(await conversations.thread(place))
  if (messages.at(-1)?.messageId !== messageId) return
  for await (const happened of answer({ conversations, model }, { ...place, commandId, signal })) {
    if (happened.kind === 'failed' && happened.error.kind !== 'rejection') throw happened.error
  }
}

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
console.log('working')
orThrow(await conversations.subscribe({ group: 'answers', leaseMs: 5_000, handle, signal: stop.signal }))
await conversations.close()
