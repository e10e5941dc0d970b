/** A provider on this machine: answers each request as a test says, in the provider's wire format, and keeps what it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Heard {
  readonly url: string
  readonly body: Record<string, unknown>
}

export interface Reply {
  readonly status?: number
  /** Sent as JSON, or, if it is a text, to the letter. */
  readonly body: unknown
  readonly contentType?: string
}

export interface ProviderServer {
  readonly baseURL: string
  readonly heard: readonly Heard[]
  /** Settles when a client has hung up on a request that was not answered. */
  readonly abandoned: Promise<void>
}

export type Answer = (heard: Heard) => Reply | 'silence' | 'hang-up'

async function serve(request: IncomingMessage, response: ServerResponse, heard: Heard[], answer: Answer) {
  const one: Heard = { url: request.url ?? '', body: JSON.parse(await text(request)) }
  heard.push(one)
  const reply = answer(one)
  if (reply === 'silence') return
  if (reply === 'hang-up') {
    request.socket.destroy()
    return
  }
  const { status = 200, body, contentType = 'application/json' } = reply
  response.writeHead(status, { 'content-type': contentType })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** A server on the loopback address; `close` drops those it never answered. */
export async function openProvider(answer: Answer): Promise<ProviderServer & { readonly close: () => Promise<void> }> {
  const heard: Heard[] = []
  let tellAbandoned = () => {}
  const abandoned = new Promise<void>((resolve) => {
    tellAbandoned = resolve
  })
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded) tellAbandoned()
    })
    void serve(request, response, heard, answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { baseURL: `http://127.0.0.1:${port}`, heard, abandoned, close }
}

/** The same, until the test that asks for it is over. */
export async function provider(answer: Answer): Promise<ProviderServer> {
  const server = await openProvider(answer)
  onTestFinished(server.close)
  return server
}
