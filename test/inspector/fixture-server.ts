/**
 * A server that speaks the inspector's contract over logs held in memory, under the same Content-Security-Policy: so the
 * page can be tried before, and apart from, the one that reads a database.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { LogLine } from '../../src/inspector/log-line.js'

const folder = fileURLToPath(new URL('../../dist/inspector/page/', import.meta.url))
const kinds: { readonly [ending: string]: string } = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; worker-src 'self'"

export interface FixtureServer {
  readonly url: string
  /** Adds a line to a conversation, and tells those who follow it. */
  readonly append: (conversationId: string, line: LogLine) => void
  /** Methods of the requests so far; a page that only reads makes none but GET. */
  readonly methods: ReadonlySet<string>
  readonly close: () => Promise<void>
}

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(value))
}

type Logs = Map<string, LogLine[]>
type Followers = Map<string, Set<ServerResponse>>

const frame = (line: LogLine): string => `data: ${JSON.stringify(line)}\n\n`

function list(logs: Logs, text: string | null): unknown {
  const ids = [...logs.keys()].filter((id) => id.includes(text ?? ''))
  const conversations = ids.map((conversationId) => ({
    conversationId,
    version: logs.get(conversationId)?.length,
    owner: 'user-1',
    state: 'warning.ignored',
    risk: 'flagged',
    lastActivity: Date.UTC(2026, 10, 23),
  }))
  return { conversations: conversations.slice(0, 100) }
}

function live(request: IncomingMessage, response: ServerResponse, followers: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': here\n\n')
  followers.add(response)
  request.on('close', () => followers.delete(response))
}

function answer(url: URL, request: IncomingMessage, response: ServerResponse, logs: Logs, followers: Followers): void {
  const [, , , encoded = '', what, version] = url.pathname.split('/')
  const id = decodeURIComponent(encoded)
  const lines = logs.get(id)
  if (url.pathname === '/api/about') {
    json(response, 200, { version: '0', machine: 'test', database: 'fixture', hasIndex: true })
  } else if (url.pathname === '/api/conversations') json(response, 200, list(logs, url.searchParams.get('text')))
  else if (!lines) json(response, 404, { code: 'unknown-conversation', detail: 'there is no such conversation' })
  else if (what === 'log') {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  } else if (what === 'events') json(response, 200, lines[Number(version) - 1])
  else live(request, response, followers.get(id) ?? new Set())
}

async function file(url: URL, response: ServerResponse): Promise<void> {
  const name = url.pathname === '/' ? 'index.html' : url.pathname.slice(1)
  const bytes = /^[\w.-]+$/.test(name) ? await readFile(`${folder}${name}`).catch(() => undefined) : undefined
  response.writeHead(bytes ? 200 : 404, {
    'content-type': kinds[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain',
    'content-security-policy': policy,
  })
  response.end(bytes)
}

/** Serves these logs, by conversation, on a free port. */
export async function serveFixture(given: {
  readonly [conversationId: string]: readonly LogLine[]
}): Promise<FixtureServer> {
  const logs: Logs = new Map(Object.entries(given).map(([id, lines]) => [id, [...lines]]))
  const followers: Followers = new Map([...logs.keys()].map((id) => [id, new Set()]))
  const methods = new Set<string>()
  const server = createServer((request, response) => {
    methods.add(request.method ?? '')
    const url = new URL(request.url ?? '/', 'http://here')
    if (url.pathname.startsWith('/api/')) answer(url, request, response, logs, followers)
    else void file(url, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    methods,
    append: (conversationId, line) => {
      logs.get(conversationId)?.push(line)
      for (const follower of followers.get(conversationId) ?? []) follower.write(frame(line))
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
