/** Bounds on what one owner, one client or all of them together take: told by status, before anything is written. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { eventStream } from '../../src/server/event-stream.js'
import { Rate } from '../../src/server/limits.js'
import { allOf, eventsOf, openedBy, patientModel, said, served, tokens } from './served.js'

test('An owner who asks too often is told when to ask again; another owner is not held up.', async () => {
  let now = 0
  const client = await served({ limits: { requestsPerMinuteMax: 3 }, nowMs: () => now })
  for (let n = 0; n < 3; n++) expect((await client.get('/v1/conversations')).status).toBe(200)
  const refused = await client.get('/v1/conversations')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20'])
  expect(await refused.json()).toMatchObject({ code: 'too-many-requests' })
  expect((await client.get('/v1/conversations', { as: 'bob' })).status).toBe(200)
  now = 20_000
  expect((await client.get('/v1/conversations')).status).toBe(200)
  expect((await client.get('/v1/conversations')).status).toBe(429)
})

test('A bucket never holds more than a minute’s worth.', () => {
  let now = 0
  const rate = new Rate(2, () => now)
  now = 3_600_000
  expect([rate.take('a'), rate.take('a'), rate.take('a')]).toEqual([0, 0, 30])
})

test('An owner with too many streams is refused before their message is taken, and served when one is over.', async () => {
  const patient = patientModel()
  const client = await served({
    limits: { streamsPerOwnerMax: 1 },
    model: { name: '-', isDemo: true, model: patient.model },
  })
  const { thread } = await openedBy(client)
  const first = await client.post(`${thread}/messages`, { body: { content: 'one' } })
  const written = client.written()
  const refused = await client.post(`${thread}/messages`, { body: { content: 'two' } })
  expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'too-many-streams' }])
  expect(client.written()).toBe(written)
  patient.say('Good day.')
  patient.finish()
  await allOf(first)
  expect((await client.post(`${thread}/messages`, { body: { content: 'three' } })).status).toBe(200)
})

test('A subscriber who leaves gives their place back.', async () => {
  const client = await served({ limits: { streamsPerOwnerMax: 1 } })
  const { path, thread } = await openedBy(client)
  const gone = new AbortController()
  const events = eventsOf(await client.get(`${path}/stream`, { signal: gone.signal }))
  await events.next()
  expect((await client.get(`${path}/stream`)).status).toBe(429)
  gone.abort()
  await events.next().catch(() => undefined)
  let status = 429
  while (status === 429) {
    const response = await client.post(`${thread}/messages`, { body: { content: 'Hello' } })
    status = response.status
    await response.text()
  }
  expect(status).toBe(200)
})

test('With too many requests under way the next is told to come back, and served once there is room.', async () => {
  const patient = patientModel()
  const client = await served({
    limits: { requestsAtOnceMax: 1 },
    model: { name: '-', isDemo: true, model: patient.model },
  })
  const { thread } = await openedBy(client)
  const first = await client.post(`${thread}/messages`, { body: { content: 'one' } })
  const refused = await client.get('/v1/conversations')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toMatchObject({ code: 'overloaded' })
  patient.say('Good day.')
  patient.finish()
  await allOf(first)
  expect((await client.get('/v1/conversations')).status).toBe(200)
})

test('More connections than there may be are closed, and the server goes on.', async () => {
  const client = await served({ limits: { connectionsMax: 2 } })
  const port = Number(new URL(client.url).port)
  const open = () =>
    new Promise<{ readonly isClosed: boolean; readonly end: () => void }>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      const end = () => socket.destroy()
      socket.on('error', () => {})
      socket.on('close', () => resolve({ isClosed: true, end }))
      // One that is let in gets an answer to nonsense; its connection is closed only after that.
      socket.on('data', () => resolve({ isClosed: false, end }))
      socket.write('GET /v1/about HTTP/1.1\r\nHost: localhost\r\n\r\n')
    })
  const all = [await open(), await open(), await open()]
  expect(all.map(({ isClosed }) => isClosed)).toEqual([false, false, true])
  for (const { end } of all) end()
})

test('A stream that has nothing to say says that it is alive.', async () => {
  const client = await served({ limits: { heartbeatMs: 20 } })
  const { path } = await openedBy(client)
  const response = await client.get(`${path}/stream?fromVersion=2`)
  const reader = response.body?.getReader()
  const first = await reader?.read()
  expect(new TextDecoder().decode(first?.value)).toBe(': still here\n\n')
  await reader?.cancel()
})

test('A client that does not read is dropped, its source is let go, and it is told so should it read again.', async () => {
  let given = 0
  let isLetGo = false
  async function* endless() {
    try {
      for (;;) yield { event: 'text', data: { n: given++ } }
    } finally {
      isLetGo = true
    }
  }
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const response = eventStream(endless(), { heartbeatMs: 60_000, stallTimeoutMs: 30, onEnd: () => end() })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  await ended
  expect(isLetGo).toBe(true)
  const last = await reader.read()
  expect(new TextDecoder().decode(last.value)).toContain('event: dropped\ndata: {"code":"too-slow"')
  expect((await reader.read()).done).toBe(true)
  // One that was read, and at most one that was asked for beside it: nothing is piled up.
  expect(given).toBeLessThanOrEqual(2)
})

test('A connection whose client does not read its stream is closed, and its place is free for another.', async () => {
  const client = await served({ limits: { stallTimeoutMs: 100, heartbeatMs: 100, connectionsMax: 1 } })
  const { conversationId, threadId } = orThrow(await client.conversations.open({ owner: 'ada' }))
  // More than the buffers of both ends take in.
  const content = 'word '.repeat(180_000)
  for (let n = 0; n < 16; n++) orThrow(await client.conversations.send({ conversationId, threadId, content }))
  const socket = connect(Number(new URL(client.url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  const path = `/v1/conversations/${conversationId}/stream`
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${tokens.ada}\r\n\r\n`)
  await once(socket, 'readable')
  socket.pause()
  let answered = 0
  while (answered !== 200) {
    const response = await client.get('/v1/about').catch(() => undefined)
    answered = response?.status ?? 0
  }
  expect(answered).toBe(200)
})

test('An order that is refused gives its place back.', async () => {
  const client = await served({ limits: { streamsPerOwnerMax: 1 } })
  const { thread, path } = await openedBy(client)
  expect((await client.post(`${path}/threads/nobody/messages`, { body: { content: 'Hello' } })).status).toBe(404)
  expect((await client.post(`${path}/threads/nobody/answer`)).status).toBe(404)
  expect((await said(client, thread, 'Hello')).at(-1)?.event).toBe('done')
})
