/** The server on a socket of Node: its timeouts, its connections, and how it closes without leaving anyone unanswered. */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, RequestError } from '@hono/node-server'
import { createServer, type Server, type ServerOptions } from './create-server.js'
import { defaultLimits, type Limits } from './limits.js'
import { problem, problemResponse } from './problem.js'

export interface ServeOptions extends ServerOptions {
  /** An address to listen on; `127.0.0.1`. */
  readonly host?: string
  /** 0 takes a free one; 3000. */
  readonly port?: number
}

export interface Serving {
  readonly host: string
  readonly port: number
  /** Where it is to be reached. */
  readonly url: string
  /**
   * Takes no more connections, waits for what is under way, the model's answers up to `closeTimeoutMs`, and closes the rest.
   * Leaves the door open, for its owner to close.
   */
  readonly close: () => Promise<void>
}

/** Names by which this machine alone is reached. */
export const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
const loopback = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/

/** Whether only this machine reaches an address. */
export const isLoopback = (host: string): boolean => loopback.test(host)

/** How often Node looks for requests that take too long. */
const checkEveryMs = 1_000

function listening(server: HttpServer, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}

/** What no route sees: a request that is none, and what is wrong with us. */
function failing({ onError }: Pick<ServeOptions, 'onError'>) {
  return (error: unknown): Response => {
    if (error instanceof RequestError) return problemResponse(problem('invalid-request', 'the address is none'))
    onError?.(error)
    return problemResponse(problem('internal', 'the server failed'))
  }
}

const urlOf = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`

/** After the rest: what is still open by then belongs to clients that do not read. */
const lastWordsMs = 1_000
const idleCheckMs = 20

async function closed(server: HttpServer, closeApp: () => Promise<void>): Promise<void> {
  const over = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection that has had its answer stays open for another request, which must not come.
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs)
  await closeApp()
  const timer = setTimeout(() => server.closeAllConnections(), lastWordsMs)
  await over
  clearTimeout(timer)
  clearInterval(idle)
}

/** What is put on a socket: an app, and what to do before the socket closes. */
export interface Putting extends Pick<ServeOptions, 'host' | 'port' | 'onError'> {
  readonly app: Pick<Server['app'], 'fetch'>
  readonly close: () => Promise<void>
  readonly limits: Limits
}

/** Serves an app until closed. Rejects if it cannot listen. */
export async function putOnSocket(putting: Putting): Promise<Serving> {
  const { app, close, limits, host = '127.0.0.1', port = 3_000 } = putting
  const timeouts = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: checkEveryMs,
  }
  const errorHandler = failing(putting)
  const server = createHttpServer(
    timeouts,
    getRequestListener(app.fetch, { overrideGlobalObjects: false, errorHandler }),
  )
  server.maxConnections = limits.connectionsMax
  // A stream that is read is never silent for so long: it has a heartbeat.
  server.timeout = limits.heartbeatMs + limits.stallTimeoutMs
  const { port: taken } = await listening(server, host, port)
  return { host, port: taken, url: urlOf(host, taken), close: () => closed(server, close) }
}

/** What `Host` may say to a server that listens here: on loopback its own names; anything elsewhere. */
export const hostsFor = (host = '127.0.0.1'): readonly string[] | undefined =>
  isLoopback(host) ? loopbackHosts : undefined

/** Serves until closed. On loopback only requests to its own names are heard. Rejects if it cannot listen. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const hosts = options.hosts ?? hostsFor(options.host)
  const { app, close } = createServer({ ...options, ...(hosts && { hosts }) })
  return putOnSocket({ ...options, app, close, limits: { ...defaultLimits, ...options.limits } })
}
