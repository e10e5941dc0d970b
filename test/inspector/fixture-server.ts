/**
 * A server that speaks the inspector's contract over logs held in memory, under the same Content-Security-Policy: so the
 * page can be tried before, and apart from, the one that reads a database.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { isFault, type LogLine, versionOf } from '../../src/inspector/log-line.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { inspectorNeeds, policyOf } from '../../src/server/page.js'

const folder = fileURLToPath(new URL('../../dist/inspector/page/', import.meta.url))
const kinds: { readonly [ending: string]: string } = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}

/** Of content, what a log sends. */
const contentCharsMax = 200

/** The token that it wants. */
export const fixtureToken = 'secret'

export interface FixtureServer {
  readonly url: string
  /** Adds a line to a conversation, and tells those who follow it. */
  readonly append: (conversationId: string, line: LogLine) => void
  /** Breaks the connections of those who follow a conversation. */
  readonly cut: (conversationId: string) => void
  /** How many follow a conversation now. */
  readonly followers: (conversationId: string) => number
  /** Methods of the requests so far; a page that only reads makes none but GET. */
  readonly methods: ReadonlySet<string>
  readonly close: () => Promise<void>
}

export interface FixtureOptions {
  /** What the list answers; one row a conversation unless told. */
  readonly rows?: readonly FixtureRow[]
  /** Rows of one answer, whatever is asked for. */
  readonly rowsPerPage?: number
  /** The first answer with this conversation's log halts in the midst of this line, until it is cut. */
  readonly halts?: { readonly [conversationId: string]: number }
}

export interface FixtureRow {
  readonly conversationId: string
  readonly version: number
  readonly owner?: string
  readonly state?: string
  readonly risk?: string
  readonly ended?: string
  readonly lastActivity?: string
}

const json = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(value))
}

interface Served {
  readonly logs: Map<string, LogLine[]>
  readonly followers: Map<string, Set<ServerResponse>>
  readonly options: FixtureOptions
  /** Conversations whose log is still to halt. */
  readonly toHalt: Map<string, number>
}

const frame = (line: LogLine): string =>
  `id: ${versionOf(line)}\nevent: line\ndata: ${JSON.stringify(beginningOf(line))}\n\n`

/** The line as a log sends it: of long content, the beginning. */
function beginningOf(line: LogLine): LogLine {
  if (isFault(line) || !('content' in line.event.data)) return line
  const { content } = line.event.data
  if (typeof content !== 'string' || content.length <= contentCharsMax) return line
  const data = { ...line.event.data, content: content.slice(0, contentCharsMax) }
  return { ...line, event: { ...line.event, data } as RecordedEvent, cut: true }
}

const rowOf = ([conversationId, lines]: readonly [string, readonly LogLine[]]): FixtureRow => ({
  conversationId,
  version: lines.length,
  owner: 'user-1',
  state: 'warning.ignored',
  risk: 'flagged',
  lastActivity: '2026-11-23T00:00:00.000Z',
})

function list({ logs, options }: Served, asked: URLSearchParams): unknown {
  const [owner, state, risk, text] = ['owner', 'state', 'risk', 'text'].map((name) => asked.get(name))
  const rows = (options.rows ?? [...logs].map(rowOf)).filter(
    (row) =>
      (!owner || row.owner === owner) &&
      (!state || row.state === state) &&
      (!risk || row.risk === risk) &&
      (!asked.has('endedWithin') || row.ended !== undefined) &&
      row.conversationId.includes(text ?? ''),
  )
  const from = Number(asked.get('cursor') ?? 0)
  const to = from + Math.min(Number(asked.get('limit')), options.rowsPerPage ?? Number.POSITIVE_INFINITY)
  return { conversations: rows.slice(from, to), ...(to < rows.length && { cursor: String(to) }) }
}

function live(request: IncomingMessage, response: ServerResponse, { id, from, served }: Asked): void {
  const followers = served.followers.get(id) ?? new Set()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': here\n\n')
  for (const line of served.logs.get(id)?.slice(from - 1) ?? []) response.write(frame(line))
  followers.add(response)
  request.on('close', () => followers.delete(response))
}

interface Asked {
  readonly id: string
  readonly from: number
  /** Whether nothing is to be cut. */
  readonly isWhole: boolean
  readonly served: Served
}

function log(response: ServerResponse, { id, from, isWhole, served }: Asked): void {
  const lines = (served.logs.get(id) ?? []).slice(from - 1)
  const texts = lines.map((line) => `${JSON.stringify(isWhole ? line : beginningOf(line))}\n`)
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  const haltsIn = served.toHalt.get(id)
  served.toHalt.delete(id)
  if (haltsIn === undefined) response.end(texts.join(''))
  else {
    response.write(texts.join('').slice(0, texts.slice(0, haltsIn).join('').length - 20))
    served.followers.get(id)?.add(response)
  }
}

function answer(url: URL, request: IncomingMessage, response: ServerResponse, served: Served): void {
  const [, , , encoded = '', what, version] = url.pathname.split('/')
  const id = decodeURIComponent(encoded)
  const lines = served.logs.get(id)
  const { searchParams } = url
  const asked: Asked = { id, from: Number(searchParams.get('from') ?? 1), isWhole: searchParams.has('whole'), served }
  if (request.headers.authorization !== `Bearer ${fixtureToken}`) {
    json(response, 401, { code: 'unauthenticated', detail: 'the token that was printed at the start is needed' })
  } else if (url.pathname === '/api/about') {
    json(response, 200, { version: '0', machine: 'test', database: 'fixture', hasIndex: true })
  } else if (url.pathname === '/api/conversations') json(response, 200, list(served, searchParams))
  else if (!lines) json(response, 404, { code: 'not-opened', detail: 'there is no such conversation' })
  else if (what === 'log') log(response, asked)
  else if (what === 'events') json(response, 200, lines[Number(version) - 1])
  else live(request, response, asked)
}

async function file(url: URL, response: ServerResponse): Promise<void> {
  const name = url.pathname === '/' ? 'index.html' : url.pathname.slice(1)
  const bytes = /^[\w.-]+$/.test(name) ? await readFile(`${folder}${name}`).catch(() => undefined) : undefined
  response.writeHead(bytes ? 200 : 404, {
    'content-type': kinds[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain',
    'content-security-policy': policyOf(inspectorNeeds),
  })
  response.end(bytes)
}

/** Serves these logs, by conversation, on a free port. */
export async function serveFixture(
  given: { readonly [conversationId: string]: readonly LogLine[] },
  options: FixtureOptions = {},
): Promise<FixtureServer> {
  const logs = new Map(Object.entries(given).map(([id, lines]) => [id, [...lines]]))
  const followers = new Map([...logs.keys()].map((id) => [id, new Set<ServerResponse>()]))
  const served: Served = { logs, followers, options, toHalt: new Map(Object.entries(options.halts ?? {})) }
  const methods = new Set<string>()
  const server = createServer((request, response) => {
    methods.add(request.method ?? '')
    const url = new URL(request.url ?? '/', 'http://here')
    if (url.pathname.startsWith('/api/')) answer(url, request, response, served)
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
    cut: (conversationId) => {
      for (const follower of followers.get(conversationId) ?? []) follower.destroy()
    },
    followers: (conversationId) => followers.get(conversationId)?.size ?? 0,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
