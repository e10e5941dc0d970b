/**
 * What stands before every route of every server here: headers that tell browsers to be careful, a bound on requests under
 * way, and a refusal of what a browser sends for somebody else's page. It knows no route.
 */
import type { Context, Hono } from 'hono'
import { foreignProblem } from './foreign.js'
import { type Limits, Places } from './limits.js'
import { problem, problemResponse } from './problem.js'

const everywhere: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Answers that last: whoever makes one says when it is over. */
const lasting = /^(text\/event-stream|application\/x-ndjson)/

/** Counts requests until they are over, streams included, and refuses those that are too many. */
function countRequests(app: Hono, { requestsAtOnceMax }: Limits): (context: Context) => () => void {
  const atOnce = new Places(requestsAtOnceMax)
  const ends = new WeakMap<Context, () => void>()
  app.use(async (context, next) => {
    const release = atOnce.take('')
    if (!release) return problemResponse(problem('overloaded', `${requestsAtOnceMax} requests are under way`))
    ends.set(context, release)
    await next()
    // Nobody reads the body of an answer to HEAD.
    if (context.req.raw.method === 'HEAD') await context.res.body?.cancel()
    if (!lasting.test(context.res.headers.get('content-type') ?? '')) release()
    return
  })
  return (context) => ends.get(context) ?? (() => {})
}

/**
 * Guards an app, before it has any route.
 * @param hosts what `Host` may say, without a port; anything unless told
 * @returns by a request, what ends it: for those that answer with a stream
 */
export function guarded(
  app: Hono,
  { limits, hosts }: { readonly limits: Limits; readonly hosts: readonly string[] | undefined },
): (context: Context) => () => void {
  app.use(async (context, next) => {
    await next()
    for (const [name, value] of Object.entries(everywhere)) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value)
    }
  })
  const endOf = countRequests(app, limits)
  app.use(async ({ req }, next) => {
    const foreign = foreignProblem(req, hosts)
    return foreign ? problemResponse(foreign) : next()
  })
  return endOf
}
