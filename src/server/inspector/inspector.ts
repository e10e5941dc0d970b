/**
 * The inspector's server as a Hono app: the page, and what it reads. It only reads: it has no route but for GET, and is given
 * no way to write. What the page shows it computes itself, by the core; here nothing is decided or judged.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type Context, Hono } from 'hono'
import { idOfSegment } from '../../inspector/id-segment.js'
import { machineId } from '../../lifecycle/machine-id.js'
import type { EventStore } from '../../log/event-store.js'
import { isStorableId } from '../../log/storable.js'
import { eventStream } from '../event-stream.js'
import { guarded } from '../guarded.js'
import { defaultLimits, type Limits, Places, Rate } from '../limits.js'
import { inspectorNeeds, type Page, pageResponse } from '../page.js'
import { causeOf, type Problem, problem, problemOf, problemResponse } from '../problem.js'
import { jsonResponse } from '../replies.js'
import { lastVersionOf } from '../request.js'
import type { Tokens } from '../tokens.js'
import { serverVersion } from '../version.js'
import { HeatMap } from './heat.js'
import { Lister } from './listed.js'
import { liveLines } from './live-lines.js'
import { lineOf } from './log-line.js'
import { logStream } from './log-stream.js'
import { askedIn, versionIn, wholeIn } from './questions.js'
import { type ReadStore, readingOf } from './read-store.js'

export interface InspectorOptions {
  readonly store: EventStore
  /** Who may look: those whose token has the role `operator`. */
  readonly tokens: Tokens
  /** The page's files, by `readPage(inspectorPageFolder)`; without them only the interface is served. */
  readonly page?: Page
  /** What to call the database. Never a URL with a password. */
  readonly database?: string
  /** Where it is mounted, such as `/inspector`; at the root unless told. */
  readonly basePath?: string
  /** What `Host` may say, without a port; anything unless told. To be told on loopback, see `loopbackHosts`. */
  readonly hosts?: readonly string[]
  readonly limits?: Partial<Limits>
  /** Hears of what should never happen, and what the store said where it failed. */
  readonly onError?: (error: unknown) => void
}

export interface Inspector {
  /** To mount, or to serve by its `fetch`. */
  readonly app: Hono
  /** Ends what is being streamed. Leaves the store open. */
  readonly close: () => Promise<void>
}

/** All that the routes need. */
interface Around {
  readonly reading: ReadStore
  readonly lister: Lister
  readonly heat: HeatMap
  readonly limits: Limits
  readonly streams: Places
  readonly closing: AbortSignal
  readonly database: string
  readonly endOf: (context: Context) => () => void
  readonly onError: (error: unknown) => void
}

type Handle = (around: Around, context: Context) => Promise<Response>

const methodsAllowed = ['GET', 'HEAD']
const refused = ({ left: fault }: { readonly left: Problem }): Response => problemResponse(fault)

/** Whether whoever asks may look, and just now. */
function admitted(authorization: string | undefined, tokens: Tokens, rate: Rate): Either<Problem, true> {
  const who = tokens.whoIs(authorization)
  if (!who) return left(problem('unauthenticated', 'the token that was printed at the start is needed'))
  if (who.role !== 'operator') return left(problem('forbidden', 'this is for operators'))
  const retryAfterSeconds = rate.take(JSON.stringify([who.owner, who.role]))
  return retryAfterSeconds > 0
    ? left(problem('too-many-requests', 'too many requests', { retryAfterSeconds }))
    : right(true)
}

const notOpened = (): Response => problemResponse(problem('not-opened', 'there is no such conversation'))

/** Some stores take no question about what cannot be an id; the answer is known without them. */
const ofConversation =
  (handle: (around: Around, context: Context, conversationId: string) => Promise<Response>): Handle =>
  async (around, context) => {
    const id = idOfSegment(context.req.param('conversationId') ?? '')
    return isStorableId(id) ? handle(around, context, id) : notOpened()
  }

async function whole({ reading }: Around, context: Context, conversationId: string): Promise<Response> {
  const version = versionIn(context.req.param('version'), 'version')
  if (isLeft(version)) return refused(version)
  const read = await reading.read({ conversationId, fromVersion: version.right, limit: 1 })
  if (isLeft(read)) return problemResponse(problemOf(read.left))
  const [stored] = read.right
  if (stored?.version !== version.right) return problemResponse(problem('unknown-version', 'there is no such event'))
  return jsonResponse(lineOf(stored, { isWhole: true }))
}

/** What ends a stream, once a place for it was found. */
function placeFor({ streams, closing, endOf }: Around, context: Context) {
  const release = streams.take('')
  if (!release) return undefined
  const gone = new AbortController()
  const endRequest = endOf(context)
  const onEnd = () => {
    gone.abort()
    release()
    endRequest()
  }
  return { onEnd, signal: AbortSignal.any([gone.signal, closing]) }
}

const tooMany = ({ limits }: Around): Response =>
  problemResponse(problem('too-many-streams', `${limits.streamsPerOwnerMax} logs and subscriptions are under way`))

async function log(around: Around, context: Context, conversationId: string): Promise<Response> {
  const fromVersion = versionIn(context.req.query('from'), 'from')
  if (isLeft(fromVersion)) return refused(fromVersion)
  const isWhole = wholeIn(context.req.query('whole'))
  if (isLeft(isWhole)) return refused(isWhole)
  const first = await around.reading.read({ conversationId, limit: 1 })
  if (isLeft(first)) return problemResponse(problemOf(first.left))
  if (first.right.length === 0) return notOpened()
  const place = placeFor(around, context)
  if (!place) return tooMany(around)
  const { limits, onError } = around
  const asked = { conversationId, fromVersion: fromVersion.right, isWhole: isWhole.right }
  const sent = await logStream(around.reading, { ...asked, stallTimeoutMs: limits.stallTimeoutMs, onError, ...place })
  return isLeft(sent) ? problemResponse(problemOf(sent.left)) : sent.right
}

async function live(around: Around, context: Context, conversationId: string): Promise<Response> {
  const from = versionIn(context.req.query('from'), 'from')
  if (isLeft(from)) return refused(from)
  const seen = lastVersionOf(context.req)
  if (isLeft(seen)) return refused(seen)
  const fromVersion = seen.right === undefined ? from.right : seen.right + 1
  const place = placeFor(around, context)
  if (!place) return tooMany(around)
  const { heartbeatMs, stallTimeoutMs } = around.limits
  const { signal, onEnd } = place
  const lines = liveLines(around.reading, { conversationId, fromVersion, signal, onError: around.onError })
  return eventStream(lines, { heartbeatMs, stallTimeoutMs, onEnd })
}

async function conversations({ lister }: Around, { req }: Context): Promise<Response> {
  const asked = askedIn(new URL(req.url).searchParams)
  if (isLeft(asked)) return refused(asked)
  const rows = await lister.list(asked.right)
  return isLeft(rows) ? problemResponse(problemOf(rows.left)) : jsonResponse(rows.right)
}

const routes: Readonly<Record<string, Handle>> = {
  '/api/about': async ({ lister, database }) =>
    jsonResponse({ version: serverVersion, machine: machineId(), database, hasIndex: await lister.hasIndex() }),
  '/api/conversations': conversations,
  '/api/conversations/:conversationId/log': ofConversation(log),
  '/api/conversations/:conversationId/live': ofConversation(live),
  '/api/conversations/:conversationId/events/:version': ofConversation(whole),
  '/api/heat': async ({ heat }) => jsonResponse(await heat.soFar()),
}

function aroundOf(
  { store, database = '' }: InspectorOptions,
  { limits, endOf, closing, onError }: Pick<Around, 'limits' | 'endOf' | 'closing'> & { onError: (e: unknown) => void },
): Around {
  const reading = readingOf(store)
  return {
    reading,
    lister: new Lister(store),
    heat: new HeatMap(reading, closing, onError),
    limits,
    streams: new Places(limits.streamsPerOwnerMax),
    closing,
    database,
    endOf,
    onError,
  }
}

/** What a route answers; what lies behind a refusal of the store is for whoever runs this, not for whoever asked. */
async function answered(handle: Handle, around: Around, context: Context): Promise<Response> {
  const response = await handle(around, context)
  const cause = causeOf(response)
  if (cause) around.onError(cause)
  return response
}

/** A base path with a slash before it and none behind; the root is empty. */
const baseOf = (path: string): string => {
  const bare = path.replace(/^\/+|\/+$/g, '')
  return bare === '' ? '' : `/${bare}`
}

/** The page at its base path, whose own addresses are relative to it. */
function addPage(app: Hono, page: Page | undefined, base: string): void {
  if (base !== '') app.get(base, (context) => context.redirect(`${base}/`, 308))
  app.get('*', async ({ req }, next) => {
    const path = req.path.startsWith(base) ? req.path.slice(base.length) : ''
    return (page && pageResponse(page, path, inspectorNeeds)) ?? next()
  })
}

/**
 * The inspector over a store, to mount in a backend. It reads the store and never writes to it.
 * @example const { app } = inspector({ store, tokens, page: readPage(inspectorPageFolder) })
 */
export function inspector(options: InspectorOptions): Inspector {
  const { tokens, page, basePath = '', hosts, onError = () => {} } = options
  const base = baseOf(basePath)
  const limits = { ...defaultLimits, ...options.limits }
  const closing = new AbortController()
  const rate = new Rate(limits.requestsPerMinuteMax, () => performance.now())
  const app = new Hono()
  const endOf = guarded(app, { limits, hosts })
  const around = aroundOf(options, { limits, endOf, closing: closing.signal, onError })
  app.use(async ({ req }, next) => {
    if (methodsAllowed.includes(req.method)) return next()
    return problemResponse(problem('method-not-allowed', 'this only reads: GET and HEAD'), { allow: 'GET, HEAD' })
  })
  app.use(`${base}/api/*`, async ({ req }, next) => {
    if (closing.signal.aborted) return problemResponse(problem('closed', 'the inspector is closing'))
    const may = admitted(req.header('authorization'), tokens, rate)
    return isLeft(may) ? refused(may) : next()
  })
  for (const [path, handle] of Object.entries(routes))
    app.get(`${base}${path}`, (context) => answered(handle, around, context))
  addPage(app, page, base)
  app.notFound(() => problemResponse(problem('not-found', 'there is nothing here')))
  app.onError((error) => {
    onError(error)
    return problemResponse(problem('internal', 'the server failed'))
  })
  return { app, close: async () => closing.abort() }
}
