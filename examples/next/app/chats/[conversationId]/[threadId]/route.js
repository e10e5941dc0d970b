/** `POST /chats/[conversationId]/[threadId]` of a Next app: takes a message, and streams the answer's events as JSON lines. */
import { answer } from 'colloquy/llm'
import { conversations, model, refuse } from '../../../../colloquy.js'

async function* linesOf(events) {
  for await (const event of events) yield new TextEncoder().encode(`${JSON.stringify(event)}\n`)
}

export async function POST(request, { params }) {
  const place = await params
  const { content } = await request.json()
  const received = await conversations.receive({ ...place, content })
  if (received._tag === 'Left') return refuse(received.left)
  const lines = ReadableStream.from(linesOf(answer({ conversations, model }, place)))
  return new Response(lines, { headers: { 'content-type': 'application/x-ndjson' } })
}
