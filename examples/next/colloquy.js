/** What the route handlers of a Next app share. Copy it beside `app/`. */
import Anthropic from '@anthropic-ai/sdk'
import { createConversations, orThrow } from 'colloquy'
import { anthropicJudge } from 'colloquy/assess'
import { anthropicModel } from 'colloquy/llm/anthropic'
import { openSqliteStore } from 'colloquy/stores/sqlite'

const client = new Anthropic()

export const conversations = createConversations({
  store: orThrow(await openSqliteStore({ path: process.env.DB ?? 'chat.db' })),
  assess: anthropicJudge({ client, model: 'claude-haiku-4-5' }),
})
export const model = anthropicModel({ client, model: 'claude-opus-4-5', maxTokens: 4_096 })

/** What the rules refuse is the caller's affair; what the world refuses is ours. */
export const refuse = ({ kind, code, message }) =>
  Response.json({ code, message }, { status: kind === 'store' ? 503 : 409 })
