/** The OpenAPI document says what the server does: its routes, and the shape of what they answer. */

import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { createConversations } from '../../src/conversations.js'
import { orThrow } from '../../src/or-throw.js'
import { createServer, routesOf } from '../../src/server/create-server.js'
import { demoModel } from '../../src/server/demo/demo-model.js'
import { type ProblemCode, problem, problemResponse, statusOf } from '../../src/server/problem.js'
import { answers } from '../../src/server/schemas.js'
import { Tokens } from '../../src/server/tokens.js'
import { serverVersion } from '../../src/server/version.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { openedBy, said, served } from './served.js'

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
}

const documentOf = async (client: Awaited<ReturnType<typeof served>>): Promise<Document> =>
  (await (await client.get('/v1/openapi.json')).json()) as Document

test('The document is a valid OpenAPI 3.1 document.', async () => {
  const document = await documentOf(await served())
  const validator = new Validator()
  const { valid, errors } = await validator.validate({ ...structuredClone(document) })
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

test('Every route of the app is in the document, and every operation of the document is a route.', async () => {
  const { paths } = await documentOf(await served())
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const tokens = orThrow(
    Tokens.of({ 'a-token-long-enough': { owner: 'a', role: 'user' } }) as Parameters<typeof orThrow<Tokens>>[0],
  )
  const named = { name: '-', isDemo: true }
  const { app } = createServer({
    conversations: createConversations({ store: openMemoryStore() }),
    model: { ...named, model: demoModel() },
    assessor: named,
    tokens,
  })
  const there = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
  expect([...new Set(there)].sort()).toEqual(described.sort())
  expect(described.length).toBe(routesOf().length)
})

test('No two operations have one name.', () => {
  const names = routesOf().map(({ operationId }) => operationId)
  expect(new Set(names).size).toBe(names.length)
})

test('What is answered is of the shape that the document says.', async () => {
  const client = await served()
  const opened = await openedBy(client)
  await said(client, opened.thread, 'Hello')
  await client.post(`${opened.path}/risk/flag`, { as: 'op', body: { kind: 'crisis' } })
  const filled = (path: string) =>
    path.replace('{conversationId}', opened.conversationId).replace('{threadId}', opened.threadId)
  const jsonRoutes = routesOf().filter(({ method, answers: { isStream } }) => method === 'get' && !isStream)
  expect(jsonRoutes.length).toBeGreaterThan(5)
  for (const {
    path,
    answers: { schema },
  } of jsonRoutes) {
    const response = await client.get(filled(path), { as: 'op' })
    expect([path, response.status, faultsOf(schema, await response.json())]).toEqual([path, 200, []])
  }
  const turn = await client.post(`${opened.thread}/feedback`, { body: { rating: 'up' } })
  expect(faultsOf(answers.turn, await turn.json())).toEqual([])
})

const faultsOf = (schema: TSchema, said: unknown) => Compile(schema).Errors(said)

test.each(Object.entries(statusOf) as [ProblemCode, number][])(
  'The code %s is answered with %i, as a problem.',
  async (code, status) => {
    const response = problemResponse(problem(code, 'why', { vetoes: ['risk-flagged'] }))
    expect(response.status).toBe(status)
    const body = await response.json()
    expect(body).toMatchObject({ code, status, detail: 'why', vetoes: ['risk-flagged'] })
    expect(faultsOf(answers.problem, body)).toEqual([])
    expect(response.headers.has('retry-after')).toBe(status === 429 || status === 503)
  },
)

test('Every code of a problem has a row in docs/ERRORS.md, with the same status where the code is the server’s own.', () => {
  const page = readFileSync(new URL('../../docs/ERRORS.md', import.meta.url), 'utf8')
  const rows = new Map(
    [...page.matchAll(/^\| `([a-z-]+)` \|(?: (\d{3}) \|)?/gm)].map(([, code, status]) => [code, status]),
  )
  for (const [code, status] of Object.entries(statusOf)) {
    expect(rows.has(code)).toBe(true)
    expect(rows.get(code) ?? String(status)).toBe(String(status))
  }
})

test("The server's version is the package's.", () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(serverVersion).toBe(version)
})
