/**
 * The reference backend as a Hono app: mountable, and in the web's own terms. It knows no socket and no file; `serve.ts` puts it
 * on one. It decides nothing about a conversation: what it is asked goes to the door.
 */
import { type Context, Hono } from 'hono'
import type { Conversations } from '../conversations.js'
import type { Model } from '../llm/model.js'
import { Answers } from './answers.js'
import { dispatchOf } from './dispatch.js'
import { guarded } from './guarded.js'
import { defaultLimits, type Limits, Places, Rate } from './limits.js'
import { openApiOf } from './open-api.js'
import { ordering } from './ordering.js'
import { type Page, pageResponse } from './page.js'
import { problem, problemResponse } from './problem.js'
import { reading } from './reading.js'
import { jsonResponse } from './replies.js'
import { type Route, route, type Service } from './route.js'
import { answers } from './schemas.js'
import { streaming } from './streaming.js'
import type { Tokens } from './tokens.js'
import { serverVersion } from './version.js'

/** Something that is served under a name; a demo one says so wherever it is named. */
export interface Served {
  readonly name: string
  readonly isDemo: boolean
}

export interface ServerOptions {
  readonly conversations: Conversations
  readonly model: Served & { readonly model: Model }
  /** How the conversations' assessor is called. */
  readonly assessor: Served
  readonly tokens: Tokens
  readonly limits?: Partial<Limits>
  /** What `Host` may say, without a port; anything unless told. Told on loopback, against pages that rebind a name to it. */
  readonly hosts?: readonly string[]
  /** Files to serve at `/`. */
  readonly page?: Page
  /** Hears of what clients are not told: why a store refused, why a model failed, and what should never happen. */
  readonly onError?: (error: unknown) => void
  /** Milliseconds that only grow; the platform's. */
  readonly nowMs?: () => number
}

export interface Server {
  /** To mount, or to serve by its `fetch`. */
  readonly app: Hono
  /** Takes no more, waits for answers under way up to `closeTimeoutMs`, and ends subscriptions. Leaves the door open. */
  readonly close: () => Promise<void>
}

const documented = ({ document }: { readonly document: () => object }): Route =>
  route({
    method: 'get',
    path: '/v1/openapi.json',
    operationId: 'openApi',
    summary: 'This interface, as an OpenAPI document.',
    access: 'anyone',
    answers: { status: 200, schema: answers.document },
    handle: async () => jsonResponse(document()),
  })

/** Every route of the server, its own document included. */
export function routesOf(): readonly Route[] {
  const routes: readonly Route[] = [
    ...reading,
    ...ordering,
    ...streaming,
    documented({ document: () => openApiOf(routes) }),
  ]
  return routes
}

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

function addRoutes(app: Hono, service: Service, options: ServerOptions, endOf: (context: Context) => () => void): void {
  const { nowMs = () => performance.now(), tokens, onError = () => {} } = options
  const gate = { tokens, rate: new Rate(service.limits.requestsPerMinuteMax, nowMs), onError }
  const routes = routesOf()
  for (const one of routes) {
    const dispatch = dispatchOf(one, service, gate)
    app.on(one.method.toUpperCase(), honoPath(one.path), (context) => dispatch(context.req, endOf(context)))
  }
  for (const path of new Set(routes.map(({ path: known }) => known))) {
    const allow = routes.filter((one) => one.path === path).map(({ method }) => method.toUpperCase())
    app.all(honoPath(path), () =>
      problemResponse(problem('method-not-allowed', `only ${allow.join(' and ')}`), { allow: allow.join(', ') }),
    )
  }
}

/**
 * The reference backend: REST and server-sent events over these conversations.
 * @example const { app } = createServer({ conversations, model, assessor, tokens }); export default app
 */
export function createServer(options: ServerOptions): Server {
  const { conversations, model, assessor, hosts, page, onError = () => {} } = options
  const limits = { ...defaultLimits, ...options.limits }
  const closing = new AbortController()
  const made = new Answers({ conversations, model: model.model, timeoutMs: limits.answerTimeoutMs, onError })
  const about = {
    name: 'colloquy',
    version: serverVersion,
    model: { name: model.name, isDemo: model.isDemo },
    assessor: { name: assessor.name, isDemo: assessor.isDemo },
  }
  const streams = new Places(limits.streamsPerOwnerMax)
  const service: Service = { conversations, answers: made, streams, limits, about, closing: closing.signal }
  const app = new Hono()
  const endOf = guarded(app, { limits, hosts })
  addRoutes(app, service, options, endOf)
  app.get('*', async ({ req }, next) => (page && pageResponse(page, req.path)) ?? next())
  app.notFound(() => problemResponse(problem('not-found', 'there is nothing here')))
  app.onError((error) => {
    onError(error)
    return problemResponse(problem('internal', 'the server failed'))
  })
  return {
    app,
    close: async () => {
      closing.abort()
      await made.close(limits.closeTimeoutMs)
    },
  }
}
