/**
 * A provider on this machine, for its real SDK to talk to: it refuses requests as the provider would, streams what it is told to
 * say, and fails as it is told to. What the providers' wires have in common is here; each file beside it speaks one of them.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Model, Prompt } from '../../../src/llm/model.js'
import type { Said } from '../../../src/llm/said.js'

/** What it says to one request; `end` is how: whole if not given. */
export interface Speech {
  readonly said: readonly Said[]
  readonly end?: 'limit' | 'filter' | 'pause' | 'cut' | 'malformed' | 'broken' | 'hangs'
}

/** What it answers instead of an event stream. */
export interface Trouble {
  readonly status: number
}

export type Reply = Speech | Trouble

export interface Asked {
  readonly path: string
  readonly body: Body
}

export type Body = { readonly [field: string]: unknown }

/** One provider's wire. */
export interface Provider {
  readonly name: string
  /** What the provider would refuse this request for, in a word. */
  faultIn(asked: Asked): string | undefined
  /** The frames of an event stream. Of a speech that is not whole, all but the last ones. */
  frames(speech: Speech): readonly string[]
  /** A frame that says that the provider broke off. */
  readonly broken: string
  errorOf(status: number, message: string): object
  /** The real SDK's client, as a model. */
  model(baseUrl: string, options?: { readonly maxRetries?: number; readonly system?: string }): Model
  /** The request for a prompt, as our wire writes it. */
  request(prompt: Prompt): Asked
  /** Instructions and tools of a request, not its transcript. */
  wordsIn(body: Body): string
  toolsIn(body: Body): readonly string[]
  /** The transcript of a request, piece by piece: what a provider caches by. */
  transcriptIn(body: Body): readonly string[]
}

export interface Loopback {
  readonly url: string
  readonly asked: readonly Body[]
  /** Requests that were refused, with what they were refused for. */
  readonly faults: readonly string[]
  /** Resolves when a client has let go of an answer that hangs. */
  readonly letGo: Promise<void>
  close(): Promise<void>
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' })
  response.end(JSON.stringify(body))
}

/** Streams a speech, and leaves the connection as its end says. */
function speak(provider: Provider, response: ServerResponse, speech: Speech, onLetGo: () => void): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const frame of provider.frames(speech)) response.write(frame)
  switch (speech.end) {
    case 'cut':
      // What was written goes out first; then the connection is gone in the middle of the stream.
      response.write(': \n\n', () => response.destroy())
      return
    case 'malformed':
      response.end('data: {"type": \n\n')
      return
    case 'broken':
      response.end(provider.broken)
      return
    case 'hangs':
      response.on('close', onLetGo)
      return
    default:
      response.end()
  }
}

/** Starts a provider that gives these replies, one to each request it accepts. */
export async function startLoopback(provider: Provider, replies: readonly Reply[]): Promise<Loopback> {
  const asked: Body[] = []
  const faults: string[] = []
  const left = [...replies]
  let onLetGo = () => {}
  const letGo = new Promise<void>((resolve) => {
    onLetGo = resolve
  })
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const fault = provider.faultIn({ path: request.url ?? '', body })
    if (fault !== undefined) {
      faults.push(fault)
      return sendJson(response, 400, provider.errorOf(400, fault))
    }
    asked.push(body)
    const reply = left.shift() ?? { said: [] }
    if ('status' in reply) sendJson(response, reply.status, provider.errorOf(reply.status, 'as it was told to'))
    else speak(provider, response, reply, onLetGo)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, faults, letGo, close }
}

/** Names and ids as providers take them. */
export const isName = (name: unknown): name is string => typeof name === 'string' && /^[\w-]{1,64}$/.test(name)

/** The first fault among these. */
export const firstOf = (faults: Iterable<string | false | undefined>): string | undefined => {
  for (const fault of faults) if (fault) return fault
  return undefined
}

/** Fields that no such request has. */
export const extraIn = (body: Body, known: readonly string[]): string | undefined => {
  const extra = Object.keys(body).filter((field) => !known.includes(field))
  return extra.length > 0 ? `extra inputs are not permitted: ${extra}` : undefined
}

export const schemaFault = (name: unknown, schema: unknown): string | false => {
  const isObject = (schema as { readonly type?: unknown } | undefined)?.type === 'object'
  return (!isName(name) && `a tool is named ${name}`) || (!isObject && `the schema of ${name} is of no object`)
}

export const repeated = (names: readonly unknown[], what: string): string | false =>
  new Set(names).size < names.length && `two ${what} are the same`

/** A text as it comes, in pieces. */
export const inPieces = (text: string): readonly string[] => text.match(/[\s\S]{1,7}/g) ?? []

/** A call's input as it comes; of one that is cut off, the first half. */
export function jsonPieces(input: unknown, isCut: boolean): readonly string[] {
  const json = JSON.stringify(input) ?? ''
  return inPieces(isCut ? json.slice(0, json.length / 2) : json)
}

/** Whether the last thing said is a call that a limit cuts off. */
export const isCutAt = ({ said, end }: Speech, place: number): boolean => end === 'limit' && place === said.length - 1

/** Whether a stream of this speech has its last frames. */
export const isWhole = ({ end }: Speech): boolean => end === undefined || ['limit', 'filter', 'pause'].includes(end)
