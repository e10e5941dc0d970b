/** Each example, run as its reader would run it: a chat is answered, and the one who persists is redirected, warned, and shut out. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDatabase, startExample } from './example-process.js'
import { type StandIn, startStandIn } from './provider-stand-in.js'

let standIn: StandIn
beforeAll(async () => {
  standIn = await startStandIn()
})
afterAll(() => standIn.close())

type Happened = { readonly kind: string; readonly purpose?: string; readonly error?: { readonly code: string } }

const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** What happened in answer to a message, but for the text. */
async function say(url: string, content: string): Promise<readonly Happened[]> {
  const response = await post(url, { content })
  expect(response.status).toBe(200)
  const lines = (await response.text()).trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Happened).filter(({ kind }) => kind !== 'text')
}

const inShort = (events: readonly Happened[]) => events.map(({ kind, purpose }) => purpose ?? kind).join(', ')

/** The whole road, by the example's own interface. */
async function walk(base: string): Promise<void> {
  const opened = await post(`${base}/chats`, {})
  expect(opened.status).toBe(201)
  const { conversationId, threadId } = (await opened.json()) as { conversationId: string; threadId: string }
  const chat = `${base}/chats/${conversationId}/${threadId}`
  expect(inShort(await say(chat, 'How long do eggs take?'))).toBe('reply, done')
  for (let times = 0; times < 3; times++) expect(inShort(await say(chat, 'harm'))).toBe('redirection, done')
  expect(inShort(await say(chat, 'harm'))).toBe('warning, done')
  expect(inShort(await say(chat, 'harm'))).toBe('reply, ended, done')
  const late = await post(chat, { content: 'Hello?' })
  expect([late.status, await late.json()]).toMatchObject([409, { code: 'ended' }])
  expect((await post(`${base}/chats/nowhere/at-all`, { content: 'Hello?' })).status).toBe(409)
  expect(standIn.faults).toEqual([])
}

describe.each(['express', 'fastify', 'hono'])('%s', (name) => {
  test('answers, redirects, warns and ends, and says why it takes no more.', async () => {
    const database = newDatabase()
    const example = await startExample(`examples/${name}.mjs`, standIn, database.path)
    try {
      await walk(example.said)
    } finally {
      await example.stop()
      database.remove()
    }
  })
})

type Handler = (request: Request, context: { readonly params: Promise<object> }) => Promise<Response>

/** A server that calls route handlers as Next does: a `Request`, and a promise of what is in the path. */
async function mount(open: Handler, receive: Handler): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    const [, , conversationId, threadId] = (incoming.url ?? '').split('/')
    let body = ''
    for await (const chunk of incoming) body += chunk
    const request = new Request(`http://localhost${incoming.url}`, { method: 'POST', body })
    const handle = threadId === undefined ? open : receive
    const response = await handle(request, { params: Promise.resolve({ conversationId, threadId }) })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    Readable.fromWeb(response.body as never).pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

test("Next's route handlers do the same.", async () => {
  const database = newDatabase()
  const env = { DB: database.path, ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: standIn.url }
  Object.assign(process.env, env)
  const at = (path: string) => import(/* @vite-ignore */ new URL(`../../examples/next/${path}`, import.meta.url).href)
  const { POST: open } = await at('app/chats/route.js')
  const { POST: receive } = await at('app/chats/[conversationId]/[threadId]/route.js')
  const { conversations } = await at('colloquy.js')
  const server = await mount(open, receive)
  try {
    await walk(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
    await conversations.close()
    for (const name of Object.keys(env)) delete process.env[name]
    database.remove()
  }
})

const files = ['express.mjs', 'fastify.mjs', 'hono.mjs', 'worker.mjs', 'next/colloquy.js', 'next/app/chats/route.js']

test.each(files)('%s has fewer than 60 lines.', (name) => {
  const text = readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8')
  expect(text.trimEnd().split('\n').length).toBeLessThan(60)
})
