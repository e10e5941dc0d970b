/**
 * The process that `server.mjs` measures: it serves over HTTP, and has the same conversations without HTTP when told to. Its model says
 * when it says each piece, in nanoseconds of a clock that both processes share.
 */
import { createConversations, orThrow } from 'colloquy'
import { answer } from 'colloquy/llm'
import { serve, Tokens } from 'colloquy/server'
import { openSqliteStore } from 'colloquy/stores/sqlite'

const [path, ownersText, piecesText, pieceMsText] = process.argv.slice(2)
const [owners, pieces, pieceMs] = [ownersText, piecesText, pieceMsText].map(Number)
const named = { name: 'bench', isDemo: true }
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function* model() {
  for (let piece = 0; piece < pieces; piece++) {
    await wait(pieceMs)
    yield { kind: 'text', text: `${process.hrtime.bigint()} ` }
  }
}

const assess = () => ({ harm: 'none', risk: null })
const conversations = createConversations({ store: orThrow(await openSqliteStore({ path })), assess })
const tokens = Object.fromEntries(
  Array.from({ length: owners }, (_, n) => [`token-of-the-owner-${n}`, { owner: `owner ${n}`, role: 'user' }]),
)
const serving = await serve({
  conversations,
  model: { ...named, model },
  assessor: named,
  tokens: orThrow(Tokens.of(tokens)),
  port: 0,
})

/** One message without a server: how late each piece of its answer came, and how long it all took, in milliseconds. */
async function direct({ conversationId, threadId }) {
  const begun = process.hrtime.bigint()
  const late = []
  orThrow(await conversations.receive({ conversationId, threadId, content: 'Hello' }))
  for await (const event of answer({ conversations, model }, { conversationId, threadId })) {
    if (event.kind === 'text') late.push(Number(process.hrtime.bigint() - BigInt(event.text.trim())) / 1e6)
    if (event.kind === 'failed') throw new Error(event.error.code)
  }
  return { late, took: Number(process.hrtime.bigint() - begun) / 1e6 }
}

process.on('message', async () => {
  const opened = await Promise.all(Object.values(tokens).map(({ owner }) => conversations.open({ owner })))
  process.send({ ran: await Promise.all(opened.map((one) => direct(orThrow(one)))) })
})
process.on('disconnect', async () => {
  await serving.close()
  await conversations.close()
})
process.send({ url: serving.url })
