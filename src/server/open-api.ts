/** The interface as an OpenAPI 3.1 document, made of the very table that requests are dispatched and checked by. */
import type { TSchema } from 'typebox'
import { type ProblemCode, statusOf } from './problem.js'
import type { Route } from './route.js'
import { answers } from './schemas.js'
import { serverVersion } from './version.js'

/** What every stream of an answer may say, in words. */
const streamWords = `Server-sent events. An answer: \`taken\` (the order is in the log), \`text\` (the next piece), \`sent\` (a message is in the log),
\`declined\`, \`proposed\`, \`ended\`, and last \`done\` (how the thread stands, and its guidance) or \`failed\`. A subscription: the log's
own types. \`id\` is the conversation's version, for \`Last-Event-ID\`. \`dropped\` says that the client did not read for too long.`

const header = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
})

const orderHeaders = [
  header('Idempotency-Key', 'Sent twice, the order acts once and answers the same. 1 to 255 visible ASCII characters.'),
  header(
    'If-Match',
    'The version that the caller knows, in quotes; at any other the answer is 412 `version-conflict`.',
  ),
]

const pathParameters = ({ path }: Route) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

function queryParameters({ query }: Route) {
  const { properties = {} } = (query ?? {}) as { readonly properties?: Readonly<Record<string, TSchema>> }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))
}

const refusalsOf = ({ access, method, body }: Route): readonly ProblemCode[] => [
  'invalid-request',
  ...(access === 'anyone' ? [] : (['unauthenticated', 'too-many-requests'] as const)),
  ...(access === 'operator' || access === 'operates' || access === 'acts' ? (['forbidden'] as const) : []),
  ...(access === 'reads' || access === 'acts' || access === 'operates' ? (['not-opened'] as const) : []),
  ...(method === 'post' ? (['ended', 'version-conflict', 'command-id-reused'] as const) : []),
  ...(body ? (['body-too-large', 'unsupported-media-type'] as const) : []),
  'internal',
  'unavailable',
]

function responsesOf(route: Route) {
  const { status, schema, isStream } = route.answers
  const type = isStream ? 'text/event-stream' : 'application/json'
  const problems = [...new Set(refusalsOf(route).map((code) => statusOf[code]))].sort((a, b) => a - b)
  return {
    [status]: { description: isStream ? streamWords : 'What was asked for.', content: { [type]: { schema } } },
    ...Object.fromEntries(problems.map((code) => [code, { $ref: '#/components/responses/Problem' }])),
  }
}

function operationOf(route: Route) {
  const { operationId, summary, access, body, method, path } = route
  const isSubscription = method === 'get' && path.endsWith('/stream')
  const lastEvent = header('Last-Event-ID', 'The version that was seen last; goes before `fromVersion`.')
  const headers = method === 'post' ? orderHeaders : isSubscription ? [lastEvent] : []
  const parameters = [...pathParameters(route), ...queryParameters(route), ...headers]
  const required = ((body as { readonly required?: readonly string[] } | undefined)?.required ?? []).length > 0
  return {
    operationId,
    summary,
    ...(access === 'anyone' ? {} : { security: [{ bearer: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required, content: { 'application/json': { schema: body } } } }),
    responses: responsesOf(route),
  }
}

/** The document for these routes. */
export function openApiOf(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) }
  }
  const problem = {
    description: 'RFC 9457. Match on `code`; docs/ERRORS.md says what each means.',
    content: { 'application/problem+json': { schema: answers.problem } },
  }
  const description =
    'Conversations whose end is decided by a machine. The model asks; the machine decides; the log remembers.'
  const document = {
    openapi: '3.1.0',
    info: { title: 'Colloquy', version: serverVersion, description },
    paths,
    components: {
      responses: { Problem: problem },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
  // Schemas carry marks of their library that are no part of the document.
  return JSON.parse(JSON.stringify(document)) as object
}
