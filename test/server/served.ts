/** A server on a free loopback port, over a store of the test's choosing, and a client that knows its tokens. */
import { onTestFinished } from 'vitest'
import type { Model } from '../../src/llm/model.js'
import type { Said } from '../../src/llm/said.js'
import { orThrow } from '../../src/or-throw.js'
import { demoAssessor } from '../../src/server/demo/demo-assessor.js'
import { demoModel } from '../../src/server/demo/demo-model.js'
import { type ServeOptions, serve, Tokens } from '../../src/server/index.js'
import { type Door, openDoor } from '../conversations/door.js'

export const tokens = {
  ada: 'ada-has-a-token-of-her-own',
  bob: 'bob-has-a-token-of-his-own',
  op: 'the-operator-has-a-token',
}
type Name = keyof typeof tokens

const known = Tokens.of({
  [tokens.ada]: { owner: 'ada', role: 'user' },
  [tokens.bob]: { owner: 'bob', role: 'user' },
  [tokens.op]: { owner: 'olga', role: 'operator' },
})

/** One event of a stream, as it was sent. */
export interface Heard {
  readonly event: string
  readonly id?: number
  readonly data: { readonly [field: string]: unknown }
}

export interface Asking {
  readonly as?: Name
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

function heardIn(block: string): Heard | undefined {
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  const [event, data, id] = [fields.get('event'), fields.get('data'), fields.get('id')]
  return event === undefined
    ? undefined
    : { event, data: JSON.parse(data ?? 'null'), ...(id !== undefined && { id: Number(id) }) }
}

/** The events of a stream, as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<Heard, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of response.body ?? []) {
    rest += decoder.decode(bytes as Uint8Array, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const heard = heardIn(block)
      if (heard) yield heard
    }
  }
}

/** All events of a stream that ends. */
export async function allOf(response: Response): Promise<readonly Heard[]> {
  const heard: Heard[] = []
  for await (const event of eventsOf(response)) heard.push(event)
  return heard
}

export const kindsOf = (heard: readonly Heard[]): readonly string[] =>
  heard.map(({ event }) => event).filter((event, at, all) => event !== 'text' || all[at - 1] !== 'text')

export const wordsOf = (heard: readonly Heard[]): string =>
  heard.map(({ event, data }) => (event === 'text' ? String(data.text) : '')).join('')

export interface Client {
  readonly url: string
  readonly get: (path: string, asking?: Asking) => Promise<Response>
  readonly post: (path: string, asking?: Asking) => Promise<Response>
}

export function clientOf(url: string): Client {
  const ask =
    (method: string) =>
    (path: string, { as = 'ada', body, headers, signal }: Asking = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${tokens[as]}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(signal && { signal }),
      })
  return { url, get: ask('GET'), post: ask('POST') }
}

/** A model that answers with these words, and tells how often it was asked. */
export function countedModel(words: readonly string[] = ['Good ', 'day.']) {
  let asked = 0
  const model: Model = async function* say(): AsyncGenerator<Said> {
    asked += 1
    for (const text of words) yield { kind: 'text', text }
  }
  return { model, asked: () => asked }
}

/** A model that says its pieces when it is told to. */
export function patientModel() {
  const pieces: string[] = []
  let wake = () => {}
  let isOver = false
  let asked = 0
  const model: Model = async function* say({ signal }): AsyncGenerator<Said> {
    asked += 1
    signal.addEventListener('abort', () => wake())
    for (;;) {
      const text = pieces.shift()
      if (text !== undefined) yield { kind: 'text', text }
      else if (isOver || signal.aborted) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }
  const say = (text: string) => {
    pieces.push(text)
    wake()
  }
  const finish = () => {
    isOver = true
    wake()
  }
  return { model, say, finish, asked: () => asked }
}

export interface Served extends Client, Door {
  readonly close: () => Promise<void>
  /** Events that were appended, of all conversations. */
  readonly written: () => number
  /** What `onError` heard. */
  readonly errors: readonly unknown[]
}

/** Serves until the test is over. */
export async function served(
  options: Partial<ServeOptions> = {},
  onDoor: Parameters<typeof openDoor>[0] = {},
): Promise<Served> {
  const door = openDoor({ assess: demoAssessor, newId: () => crypto.randomUUID(), ...onDoor })
  const errors: unknown[] = []
  const serving = await serve({
    conversations: door.conversations,
    model: { name: 'a test', isDemo: true, model: demoModel({ pieceDelayMs: 0 }) },
    assessor: { name: 'a test', isDemo: true },
    tokens: orThrow(known as Parameters<typeof orThrow<Tokens>>[0]),
    onError: (error) => errors.push(error),
    port: 0,
    ...options,
  })
  onTestFinished(serving.close)
  return { ...door, ...clientOf(serving.url), close: serving.close, written: () => door.heard.length, errors }
}

/** Opens a conversation, and answers with the paths of its own and of its first thread. */
export async function openedBy(client: Client, as: Name = 'ada') {
  const response = await client.post('/v1/conversations', { as })
  const { conversationId, threadId } = (await response.json()) as { conversationId: string; threadId: string }
  const path = `/v1/conversations/${conversationId}`
  return { conversationId, threadId, path, thread: `${path}/threads/${threadId}` }
}

/** Says something on a thread, and hears the whole answer. */
export const said = async (client: Client, thread: string, content: string, asking: Asking = {}) =>
  allOf(await client.post(`${thread}/messages`, { ...asking, body: { content } }))
