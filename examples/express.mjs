/** A chat on Express, answered and assessed by Claude: `ANTHROPIC_API_KEY=… node examples/express.mjs`. Events come as JSON lines. */
import Anthropic from '@anthropic-ai/sdk'
import { createConversations, orThrow } from 'colloquy'
import { anthropicJudge } from 'colloquy/assess'
import { answer } from 'colloquy/llm'
import { anthropicModel } from 'colloquy/llm/anthropic'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import express from 'express'

const client = new Anthropic()
const conversations = createConversations({
  store: orThrow(await openSqliteStore({ path: process.env.DB ?? 'chat.db' })),
  assess: anthropicJudge({ client, model: 'claude-haiku-4-5' }),
})
const model = anthropicModel({ client, model: 'claude-opus-4-5', maxTokens: 4_096, system: 'You help with cooking.' })

/** What the rules refuse is the caller's affair; what the world refuses is ours. */
const refuse = (response, { kind, code, message }) =>
  response.status(kind === 'store' ? 503 : 409).json({ code, message })

const app = express()
app.use(express.json({ limit: '64kb' }))

app.post('/chats', async (_, response) => {
  const opened = await conversations.open()
  if (opened._tag === 'Left') return refuse(response, opened.left)
  const { conversationId, threadId } = opened.right
  response.status(201).json({ conversationId, threadId })
})

app.post('/chats/:conversationId/:threadId', async (request, response) => {
  const received = await conversations.receive({ ...request.params, content: request.body.content })
  if (received._tag === 'Left') return refuse(response, received.left)
  response.type('application/x-ndjson')
  // Whoever goes away is answered all the same: the log has it when they come back.
  for await (const event of answer({ conversations, model }, request.params))
    response.write(`${JSON.stringify(event)}\n`)
  response.end()
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`)
})
