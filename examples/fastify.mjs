/** A chat on Fastify, answered by OpenAI's Responses and assessed by its moderation: `OPENAI_API_KEY=… node examples/fastify.mjs`. */
import { Readable } from 'node:stream'
import { createConversations, orThrow } from 'colloquy'
import { openAiModeration } from 'colloquy/assess'
import { answer } from 'colloquy/llm'
import { openAiResponses } from 'colloquy/llm/openai'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import Fastify from 'fastify'
import OpenAI from 'openai'

const client = new OpenAI()
const conversations = createConversations({
  store: orThrow(await openSqliteStore({ path: process.env.DB ?? 'chat.db' })),
  assess: openAiModeration({ client }),
})
const model = openAiResponses({ client, model: 'gpt-5', system: 'You help with cooking.' })

/** What the rules refuse is the caller's affair; what the world refuses is ours. */
const refuse = (reply, { kind, code, message }) => reply.code(kind === 'store' ? 503 : 409).send({ code, message })

async function* linesOf(events) {
  for await (const event of events) yield `${JSON.stringify(event)}\n`
}

const app = Fastify({ bodyLimit: 65_536 })

app.post('/chats', async (_, reply) => {
  const opened = await conversations.open()
  if (opened._tag === 'Left') return refuse(reply, opened.left)
  const { conversationId, threadId } = opened.right
  return reply.code(201).send({ conversationId, threadId })
})

app.post('/chats/:conversationId/:threadId', async ({ params, body }, reply) => {
  const received = await conversations.receive({ ...params, content: body.content })
  if (received._tag === 'Left') return refuse(reply, received.left)
  return reply.type('application/x-ndjson').send(Readable.from(linesOf(answer({ conversations, model }, params))))
})

console.log(await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' }))
