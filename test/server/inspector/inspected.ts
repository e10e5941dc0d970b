/** The inspector on a free loopback port, over a store that tells on whatever is asked of it, and a client with its token. */
import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import type { LogLine } from '../../../src/inspector/log-line.js'
import type { EventStore } from '../../../src/log/event-store.js'
import { type ServeInspectorOptions, serveInspector } from '../../../src/server/index.js'
import { openMemoryStore } from '../../../src/stores/memory.js'

/** What a store was asked that is not reading; views and registers by their own names. */
export function watched(store: EventStore): { readonly store: EventStore; readonly written: readonly string[] } {
  const written: string[] = []
  const reads = ['read', 'readAll', 'find', 'list', 'listen', 'health', 'load', 'page']
  const watch = <T extends object>(whole: T): T =>
    new Proxy(whole, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value === 'object' && value !== null) return watch(value)
        if (typeof value !== 'function') return value
        return (...args: readonly unknown[]) => {
          if (!reads.includes(String(name))) written.push(String(name))
          return Reflect.apply(value, target, args)
        }
      },
    })
  return { store: watch(store), written }
}

export interface Inspected {
  readonly url: string
  readonly token: string
  readonly close: () => Promise<void>
  /** With the token. */
  readonly get: (path: string, init?: RequestInit) => Promise<Response>
  readonly json: (path: string) => Promise<Record<string, unknown>>
  readonly lines: (path: string) => Promise<readonly LogLine[]>
}

/** Serves until the test is over. */
export async function inspected(options: Partial<ServeInspectorOptions> = {}): Promise<Inspected> {
  const page = new Map([['/', { bytes: new TextEncoder().encode('<!doctype html>'), type: 'text/html' }]])
  const serving = await serveInspector({ store: openMemoryStore(), page, ...options })
  onTestFinished(serving.close)
  const { token, close, port } = serving
  // What listens everywhere listens here too.
  const url = serving.alsoAt.length > 0 || options.host === '0.0.0.0' ? `http://127.0.0.1:${port}` : serving.url
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
  const lines = async (path: string) =>
    (await (await get(path)).text())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogLine)
  return {
    url,
    token,
    close,
    get,
    lines,
    json: async (path) => (await (await get(path)).json()) as Record<string, unknown>,
  }
}

export interface RawAnswer {
  readonly status: number
  readonly code: unknown
}

/** A request whose path and headers are sent to the letter, as `fetch` would not. */
export function raw(url: string, path: string, headers: Record<string, string>, method = 'GET'): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path, headers, method }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => {
        const code = text.startsWith('{') ? (JSON.parse(text) as { code?: unknown }).code : undefined
        resolve({ status: response.statusCode ?? 0, code })
      })
    })
    asking.on('error', reject).end()
  })
}
