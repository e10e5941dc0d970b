/** A chat on Hono, by any server that speaks Chat Completions: `OPENAI_BASE_URL=… OPENAI_API_KEY=… node examples/hono.mjs`. */
import { serve } from '@hono/node-server'
import { createConversations, orThrow } from 'colloquy'
import { openAiModeration } from 'colloquy/assess'
import { answer } from 'colloquy/llm'
import { openAiChat } from 'colloquy/llm/openai'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import OpenAI from 'openai'

const client = new OpenAI()
const conversations = createConversations({
  store: orThrow(await openSqliteStore({ path: process.env.DB ?? 'chat.db' })),
  assess: openAiModeration({ client }),
})
const model = openAiChat({ client, model: process.env.MODEL ?? 'gpt-5-mini', system: 'You help with cooking.' })

/** What the rules refuse is the caller's affair; what the world refuses is ours. */
const refuse = (context, { kind, code, message }) => context.json({ code, message }, kind === 'store' ? 503 : 409)

const app = new Hono()

app.post('/chats', async (context) => {
  const opened = await conversations.open()
  if (opened._tag === 'Left') return refuse(context, opened.left)
  const { conversationId, threadId } = opened.right
  return context.json({ conversationId, threadId }, 201)
})

app.post('/chats/:conversationId/:threadId', async (context) => {
  const place = context.req.param()
  const { content } = await context.req.json()
  const received = await conversations.receive({ ...place, content })
  if (received._tag === 'Left') return refuse(context, received.left)
  return stream(context, async (out) => {
    for await (const event of answer({ conversations, model }, place)) await out.writeln(JSON.stringify(event))
  })
})

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}`)
})
