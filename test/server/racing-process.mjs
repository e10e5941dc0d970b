/**
 * One of several processes that serve one SQLite file: orders against one conversation over its own HTTP server, as fast as it
 * can. Prints how each order was answered. Arguments: file, name, conversation, thread, seed, rounds.
 */
import { createConversations, orThrow } from 'colloquy'
import { demoAssessor, demoModel, serve, Tokens } from 'colloquy/server'
import { openSqliteStore } from 'colloquy/stores/sqlite'

const [path, name, conversationId, threadId, seedText, roundsText] = process.argv.slice(2)
const token = 'the-same-token-in-every-process'
const conversations = createConversations({ store: orThrow(await openSqliteStore({ path })), assess: demoAssessor })
const demo = { name: 'demo', isDemo: true }
const serving = await serve({
  conversations,
  model: { ...demo, model: demoModel({ pieceDelayMs: 0 }) },
  assessor: demo,
  tokens: orThrow(Tokens.of({ [token]: { owner: 'ada', role: 'user' } })),
  port: 0,
})

let seed = Number(seedText)
/** The same numbers in every run (mulberry32). */
function chance() {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const pick = (all) => all[Math.floor(chance() * all.length)]

const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const base = `${serving.url}/v1/conversations/${conversationId}`
const post = async (path, body) => {
  const response = await fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  await response.text()
  return response.status
}
async function threadNow() {
  const { threads } = await (await fetch(base, { headers })).json()
  return pick(threads).threadId
}
const messagesOf = async (thread, role) =>
  (await (await fetch(`${base}/threads/${thread}`, { headers })).json()).messages.filter((one) => one.role === role)

/** Each takes a thread, and orders something on it. */
const orders = {
  message: (thread) =>
    post(`/threads/${thread}/messages`, { content: pick(['Hello', 'you idiot', 'you idiot', 'stupid']) }),
  fork: async (thread) => {
    const message = pick(await messagesOf(thread, 'user'))
    return message ? post(`/threads/${thread}/fork`, { messageId: message.messageId, content: 'you idiot' }) : 'none'
  },
  retry: async (thread) => {
    const message = pick(await messagesOf(thread, 'assistant'))
    return message ? post(`/threads/${thread}/retry`, { messageId: message.messageId }) : 'none'
  },
  request: (thread) => post(`/threads/${thread}/end/request`, {}),
  confirm: (thread) => post(`/threads/${thread}/end/confirm`, {}),
  end: async (thread) => {
    const ended = await conversations.end({
      conversationId,
      threadId: thread,
      ground: 'persistent-harm',
      reason: 'a race',
    })
    return ended._tag === 'Left' ? ended.left.code : 'ended'
  },
  assess: async (thread) => {
    const message = pick(await messagesOf(thread, 'user'))
    if (!message) return 'none'
    const assessment = { harm: 'harmful', risk: null }
    const order = { conversationId, threadId: thread, messageId: message.messageId, assessment }
    const assessed = await conversations.assess(order)
    return assessed._tag === 'Left' ? assessed.left.code : 'assessed'
  },
}
const names = ['message', 'message', 'message', 'fork', 'retry', 'request', 'confirm', 'end', 'assess']

console.log('ready')
process.stdin.once('data', async () => {
  for (let round = 0; round < Number(roundsText); round++) {
    const together = [pick(names), pick(names)]
    const thread = chance() < 0.6 ? threadId : await threadNow()
    const answers = await Promise.all(together.map((order) => orders[order](thread)))
    for (const [at, answer] of answers.entries()) console.log(JSON.stringify([name, together[at], answer]))
  }
  await serving.close()
  await conversations.close()
  console.log('done')
  process.stdin.destroy()
})
