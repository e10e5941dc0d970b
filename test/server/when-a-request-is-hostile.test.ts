/** Requests that are malformed, too large, not theirs to make, or tricks: each has its status and code, and writes nothing. */
import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { type Hostile, hello, hostile, messages } from './hostile-requests.js'
import { openedBy, type Served, said, served, tokens } from './served.js'

/** Sends a path to the letter, which `fetch` would smooth over. */
function send(url: string, { method = 'POST', path = messages, as = 'ada', body = hello, headers = {} }: Hostile) {
  const { hostname, port } = new URL(url)
  return new Promise<{ status: number | undefined; body: string; headers: object }>((resolve, reject) => {
    const sent = request({
      hostname,
      port,
      path,
      method,
      headers: {
        ...(as && { authorization: `Bearer ${tokens[as]}` }),
        ...(method === 'POST' && { 'content-type': 'application/json' }),
        ...(method === 'POST' && !headers['transfer-encoding'] && { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    })
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => resolve({ status: response.statusCode, body: text, headers: response.headers }))
      response.on('error', reject)
    })
    sent.on('socket', (socket) => socket.on('error', () => {}))
    // A server that will not have the rest of a body hangs up on it, after it has answered.
    sent.on(
      'error',
      (error: NodeJS.ErrnoException) => ['EPIPE', 'ECONNRESET'].includes(error.code ?? '') || reject(error),
    )
    sent.end(method === 'POST' ? body : undefined)
  })
}

async function asked(client: Served, one: Hostile) {
  const { conversationId, threadId } = await openedBy(client)
  const filled = (text: string) => text.replace(':c', conversationId).replace(':t', threadId)
  const body = typeof one.body === 'string' ? filled(one.body) : one.body
  const before = client.written()
  const answer = await send(client.url, {
    ...one,
    path: filled(one.path ?? messages),
    ...(body !== undefined && { body }),
  })
  return { answer, written: client.written() - before }
}

test.each(hostile)('$what is answered with $status, $code, and nothing is written.', async (one) => {
  const client = await served()
  const { answer, written } = await asked(client, one)
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([one.status, { status: one.status, code: one.code }])
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
  })
  expect(written).toBe(0)
  expect(client.errors).toEqual([])
})

test("Another's conversation and one that is not there are answered to the letter alike.", async () => {
  const client = await served()
  const { thread, path } = await openedBy(client)
  const nowhere = (text: string) => text.replace(/conversations\/[^/]+/, 'conversations/nobody')
  for (const [method, at] of [
    ['get', path],
    ['get', thread],
    ['get', `${path}/events`],
    ['get', `${path}/stream`],
    ['post', `${thread}/end/request`],
  ] as const) {
    const [theirs, none] = [await client[method](at, { as: 'bob' }), await client[method](nowhere(at), { as: 'bob' })]
    expect([theirs.status, await theirs.text()]).toEqual([none.status, await none.text()])
  }
})

test("Two owners' idempotency keys of the same letters are two keys.", async () => {
  const client = await served()
  const headers = { 'idempotency-key': 'the-same' }
  const opened = async (as: 'ada' | 'bob') => {
    const response = await client.post('/v1/conversations', { as, headers })
    expect(response.status).toBe(201)
    return (await response.json()) as { conversationId: string }
  }
  const [ada, bob] = [await opened('ada'), await opened('bob')]
  expect(ada.conversationId).not.toBe(bob.conversationId)
  expect(await opened('ada')).toEqual(ada)
})

test('A client that sends its request a byte at a time is told off in time, and nothing is written.', async () => {
  const client = await served({ limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } })
  const { thread } = await openedBy(client)
  const before = client.written()
  const head = `POST ${thread}/messages HTTP/1.1\r\nHost: localhost\r\n`
  const begun = [
    head,
    `${head}Authorization: Bearer ${tokens.ada}\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{"co`,
  ]
  for (const text of begun) {
    const socket = connect(Number(new URL(client.url).port), '127.0.0.1')
    socket.write(text)
    let answer = ''
    for await (const piece of socket) answer += String(piece)
    expect(answer).toMatch(/^HTTP\/1\.1 (408|400) /)
  }
  expect(client.written()).toBe(before)
})

test('HEAD on a stream keeps no place of its owner.', async () => {
  const client = await served({ limits: { streamsPerOwnerMax: 1 } })
  const { thread, path } = await openedBy(client)
  for (let n = 0; n < 3; n++) {
    const response = await fetch(`${client.url}${path}/stream`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${tokens.ada}` },
    })
    expect(response.status).toBe(200)
  }
  expect((await said(client, thread, 'Hello')).at(-1)?.event).toBe('done')
})

test('What goes wrong inside is told to the server’s log, and not to the client.', async () => {
  const client = await served()
  const { thread } = await openedBy(client)
  await client.store.close()
  const failed = await client.post(`${thread}/messages`, { body: { content: 'Hello' } })
  expect([failed.status, await failed.json()]).toMatchObject([503, { code: 'closed', detail: 'the store refused' }])
  expect(failed.headers.get('retry-after')).toBe('1')
  expect(client.errors).toMatchObject([{ kind: 'store', code: 'closed' }])
})
