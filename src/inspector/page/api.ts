/**
 * What the page asks of its server. It only reads: there is no method here but GET. The token comes with the printed address
 * and is kept for this tab.
 */

import { visible } from '../../log/visible-text.js'
import type { ListFilter } from '../address.js'
import { segmentOf } from '../id-segment.js'
import { isFault, type LogLine, readLogLine } from '../log-line.js'

const tokenKey = 'colloquy-token'

/** Keeps the token of the printed address for as long as the tab is open. */
export const keepToken = (token: string): void => sessionStorage.setItem(tokenKey, token)

/** What the server answered instead of what was asked for. */
export class Refused extends Error {
  /** @param isLasting whether the same question would be refused again. */
  constructor(
    readonly code: string,
    message: string,
    readonly isLasting = true,
  ) {
    super(message)
  }
}

/** Why something was not answered, in one line: what the server said, or that it says nothing. */
export const refusalOf = (thrown: unknown): Refused =>
  thrown instanceof Refused ? thrown : new Refused('unreachable', 'the inspector’s server does not answer', false)

/** Too much is asked for at once: a while later it may do. */
const tooMuch = 429

async function refusalIn(response: Response): Promise<Refused> {
  const problem = await response.json().catch(() => ({}))
  const code = typeof problem?.code === 'string' ? problem.code : `http-${response.status}`
  const text = typeof problem?.detail === 'string' ? problem.detail : String(problem?.title ?? response.statusText)
  return new Refused(visible(code), visible(text), response.status < 500 && response.status !== tooMuch)
}

/** Asks for something below the base path. @throws Refused where the server says no. */
export async function ask(path: string, init: { readonly signal?: AbortSignal; readonly accept?: string } = {}) {
  const token = sessionStorage.getItem(tokenKey)
  const headers = {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    accept: init.accept ?? 'application/json',
  }
  const response = await fetch(`api/${path}`, {
    headers,
    cache: 'no-store',
    ...(init.signal && { signal: init.signal }),
  })
  if (!response.ok) throw await refusalIn(response)
  return response
}

export interface About {
  readonly version: string
  readonly machine: string
  readonly database: string
  readonly hasIndex: boolean
}

export const askAbout = async (): Promise<About> => (await ask('about')).json()

export interface ListedConversation {
  readonly conversationId: string
  readonly owner?: string
  readonly state?: string
  readonly risk?: string
  readonly ended?: string
  readonly lastActivity?: string | number
  readonly version?: number
}

export interface ListPage {
  readonly conversations: readonly ListedConversation[]
  readonly cursor?: string
}

const pageSize = 100

export async function askList(filter: ListFilter, cursor?: string): Promise<ListPage> {
  const fields = new URLSearchParams({ limit: String(pageSize) })
  if (filter.owner) fields.set('owner', filter.owner)
  if (filter.state) fields.set('state', filter.state)
  if (filter.isFlagged) fields.set('risk', 'flagged')
  if (filter.isEndedLately) fields.set('endedWithin', '24h')
  if (filter.text) fields.set('text', filter.text)
  if (cursor) fields.set('cursor', cursor)
  return (await ask(`conversations?${fields}`)).json()
}

const pathOf = (conversationId: string): string => `conversations/${segmentOf(conversationId)}`

/** Longest line that is held while it is not whole: an event has at most a megabyte, six where all of a damaged one is escaped. */
const lineCharsMax = 8_000_000

/** The lines of a text that comes in pieces. */
export async function* linesIn(response: Response): AsyncGenerator<string> {
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    rest += value
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > lineCharsMax) throw new Refused('line-too-long', 'the log holds a line that is too long to show')
    yield* lines
  }
  if (rest !== '') yield rest
}

/** A conversation's log, in pieces as they come, each of whole lines. */
export async function askLog(conversationId: string, from: number, signal: AbortSignal): Promise<Response> {
  return ask(`${pathOf(conversationId)}/log?from=${from}`, { signal, accept: 'application/x-ndjson' })
}

/** A conversation's log with nothing cut, a line an event: far more than the page holds. */
export async function askWholeLog(conversationId: string, from: number, signal: AbortSignal): Promise<Response> {
  return ask(`${pathOf(conversationId)}/log?from=${from}&whole=1`, { signal, accept: 'application/x-ndjson' })
}

export async function askLive(conversationId: string, from: number, signal: AbortSignal): Promise<Response> {
  return ask(`${pathOf(conversationId)}/live?from=${from}`, { signal, accept: 'text/event-stream' })
}

/** One line whole, as it stands in the log. */
export async function askWhole(conversationId: string, version: number): Promise<LogLine | undefined> {
  const line = readLogLine(await (await ask(`${pathOf(conversationId)}/events/${version}`)).text())
  return line && !isFault(line) ? line : undefined
}
