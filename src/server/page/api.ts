/** The server as the page asks it. What it answers is shown, and never interpreted: the page knows no rule. */
import type { EventData, Purpose, Warning } from '#machines/events.js'
import type { Guidance } from '../../lifecycle/guidance.js'
import type { ThreadState } from '../../lifecycle/thread-state.js'

export interface Message {
  readonly messageId: string
  readonly role: 'user' | 'assistant'
  readonly content: EventData['message.received']['content']
  readonly purpose: Purpose | null
  readonly warning: Warning | null
  readonly threadId: string
  readonly version: number
}

export interface Cut {
  readonly threadId: string
  readonly messageId: string
}

export interface Thread {
  readonly conversationId: string
  readonly threadId: string
  readonly version: number
  readonly state: ThreadState
  readonly guidance: Omit<Guidance, 'instructions'>
  readonly messages: readonly Message[]
  readonly lineage: readonly { readonly threadId: string; readonly from: Cut | null }[]
  readonly siblings: readonly string[]
  readonly ended: { readonly ground: string; readonly reason: string; readonly version: number } | null
}

export interface Conversation {
  readonly rootThreadId: string
  readonly threads: readonly { readonly threadId: string; readonly from: Cut | null }[]
}

export interface Listed {
  readonly conversationId: string
  readonly state: ThreadState['lifecycle']
  readonly lastActivityAt?: string
}

export interface About {
  readonly model: { readonly name: string; readonly isDemo: boolean }
  readonly assessor: { readonly name: string; readonly isDemo: boolean }
}

/** Why something was not done; `offline` where the server was not reached. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message)
  }
}

export interface Heard {
  readonly event: string
  readonly id?: number
  readonly data: { readonly [field: string]: unknown }
}

export const segment = encodeURIComponent
export const pathOf = (conversationId: string, threadId?: string): string => {
  const conversation = `/v1/conversations/${segment(conversationId)}`
  return threadId === undefined ? conversation : `${conversation}/threads/${segment(threadId)}`
}

async function refusalIn(response: Response): Promise<Refused> {
  const said: { code?: unknown; detail?: unknown } = await response.json().catch(() => ({}))
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  const code = typeof said.code === 'string' ? said.code : `http-${response.status}`
  return new Refused(code, String(said.detail ?? response.statusText), Number.isFinite(after) ? after : undefined)
}

/** One user's way to the server. */
export class Api {
  constructor(private readonly token: string) {}

  async get<A>(path: string): Promise<A> {
    return (await this.request(path)).json()
  }

  /** Sends an order; under the same key it acts once, however often it is sent. */
  async post<A>(path: string, body: object, key: string): Promise<A> {
    return (await this.send(path, body, key)).json()
  }

  /** Sends an order whose answer comes piece by piece. */
  async *stream(path: string, body: object, key: string): AsyncGenerator<Heard, void, undefined> {
    yield* eventsIn(await this.send(path, body, key))
  }

  /** What happens in a conversation after a version, as it happens. */
  async *follow(path: string, after: number, signal: AbortSignal): AsyncGenerator<Heard, void, undefined> {
    yield* eventsIn(await this.request(path, { headers: { 'last-event-id': String(after) }, signal }))
  }

  private send(path: string, body: object, key: string): Promise<Response> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    return this.request(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  private async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${this.token}` }
    const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause
      throw new Refused('offline', 'The server cannot be reached.')
    })
    if (!response.ok) throw await refusalIn(response)
    return response
  }
}

function heardIn(frame: string): Heard | undefined {
  const fields = new Map(frame.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]))
  const data = fields.get('data')
  if (data === undefined) return undefined
  const id = fields.get('id')
  return {
    event: fields.get('event') ?? 'message',
    data: JSON.parse(data),
    ...(id !== undefined && { id: Number(id) }),
  }
}

/** The events of a stream. Throws `offline` where it breaks off. */
async function* eventsIn(response: Response): AsyncGenerator<Heard, void, undefined> {
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  try {
    while (true) {
      const { done, value } = await reader.read().catch(() => {
        throw new Refused('offline', 'The connection to the server was lost.')
      })
      if (done) return
      const frames = `${text}${value}`.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const heard = heardIn(frame)
        if (heard) yield heard
      }
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}
