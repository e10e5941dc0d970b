/** Whoever is not at this machine with the printed token sees nothing, and nobody can write. */
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { here, openDoor, opened } from '../../conversations/door.js'
import { interposed } from '../../conversations/interposed-store.js'
import { inspected, raw, watched } from './inspected.js'

const api = [
  '/api/about',
  '/api/conversations',
  '/api/conversations?text=c',
  '/api/conversations?endedWithin=24h',
  '/api/conversations/c1/log',
  '/api/conversations/c1/live',
  '/api/conversations/c1/events/1',
  '/api/heat',
]

describe('the inspector', () => {
  test.each(api)('%s wants the token.', async (path) => {
    const { url, token } = await inspected()
    for (const authorization of [undefined, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`]) {
      const answer = await fetch(`${url}${path}`, { headers: authorization === undefined ? {} : { authorization } })
      expect(answer.status).toBe(401)
      expect(await answer.json()).toMatchObject({ code: 'unauthenticated' })
    }
    expect((await fetch(`${url}${path}${path.includes('?') ? '&' : '?'}token=${token}`)).status).toBe(401)
  })

  test('A token has 32 random bytes, and is another in each run.', async () => {
    const [one, other] = [await inspected(), await inspected()]
    expect(Buffer.from(one.token, 'base64url')).toHaveLength(32)
    expect(one.token).not.toBe(other.token)
  })

  test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example'])(
    'A request under the name %j is refused, for its page and its answers.',
    async (host) => {
      const { url, token } = await inspected()
      for (const path of ['/', '/api/about']) {
        const { status } = await raw(url, path, { host, authorization: `Bearer ${token}` })
        expect(status).toBe(421)
      }
    },
  )

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://localhost'])(
    'A page of the origin %s may not ask.',
    async (origin) => {
      const { get } = await inspected()
      const answer = await get('/api/about', { headers: { origin } })
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({ code: 'foreign-origin' })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused at every address.', async (method) => {
    const { get } = await inspected()
    for (const path of ['/', ...api, '/nothing']) {
      const answer = await get(path, { method })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
    }
  })

  test.each(['/../package.json', '/..%2fpackage.json', '/%2e%2e/%2e%2e/etc/passwd', '//etc/passwd', '/main.js%00'])(
    'The path %s leads nowhere.',
    async (path) => {
      const { url, token } = await inspected()
      expect(await raw(url, path, { authorization: `Bearer ${token}` })).toMatchObject({ code: 'not-found' })
    },
  )

  test.each([
    'conversations?limit=0',
    'conversations?limit=1001',
    'conversations?limit=x',
    'conversations?state=dead',
    'conversations?risk=some',
    'conversations?endedWithin=soon',
    'conversations?__proto__=1',
    `conversations?text=${'x'.repeat(513)}`,
    'conversations/c1/log?from=0',
    'conversations/c1/live?from=-1',
    'conversations/c1/events/x',
    'conversations/c1/events/0',
    'conversations/c1/events/1.5',
    'conversations/c1/events/1e3',
    'conversations/c1/events/1%00',
    `conversations/c1/events/${'9'.repeat(16)}`,
    'conversations/c1/log?from=',
    'conversations/c1/log?from=one',
    'conversations/c1/log?whole=',
    'conversations/c1/log?whole=0',
    'conversations/c1/log?whole=yes',
    `conversations/c1/log?from=${'9'.repeat(16)}`,
    'conversations?limit=',
    'conversations?limit=1e2',
    'conversations?endedWithin=9999h',
    'conversations?cursor=%00',
  ])('%s is no question.', async (question) => {
    const { get } = await inspected({ store: (await opened(openDoor())).store })
    const answer = await get(`/api/${question}`)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'invalid-request'])
  })

  test.each([
    ['cursor', 2_048],
    ['owner', 512],
    ['text', 512],
  ])('A %s of over %i characters is no question.', async (name, unitsMax) => {
    const { get } = await inspected()
    const statusOf = async (units: number) => (await get(`/api/conversations?${name}=${'x'.repeat(units)}`)).status
    expect(await statusOf(unitsMax + 1)).toBe(400)
    if (name !== 'cursor') expect(await statusOf(unitsMax)).toBe(200)
  })

  test.each(['-1', 'x', '1.5', '9'.repeat(17)])('To go on from %j is no question.', async (seen) => {
    const { get } = await inspected({ store: (await opened(openDoor())).store })
    const answer = await get('/api/conversations/c1/live', { headers: { 'last-event-id': seen } })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'invalid-request'])
  })

  test('Beyond the last version there is nothing, which is no mistake of a log, and one of an event.', async () => {
    const { get, json } = await inspected({ store: (await opened(openDoor())).store })
    const log = await get(`/api/conversations/c1/log?from=${'9'.repeat(15)}`)
    expect([log.status, await log.text()]).toEqual([200, ''])
    expect(await json(`/api/conversations/c1/events/${'9'.repeat(15)}`)).toMatchObject({ code: 'unknown-version' })
  })

  test.each([
    ['a NUL', '%00'],
    ['513 letters', 'x'.repeat(513)],
    ['129 letters of four bytes', '%F0%9F%98%80'.repeat(129)],
  ])('What can be no id, such as %s, is the id of no conversation, and no store is asked about it.', async (_, id) => {
    const { store } = await opened(openDoor())
    const asked: string[] = []
    const read: EventStore['read'] = (range) => {
      asked.push(range.conversationId)
      return store.read(range)
    }
    const { url, token } = await inspected({ store: interposed(store, { read: () => read }) })
    for (const path of ['log', 'live', 'events/1']) {
      const answer = await raw(url, `/api/conversations/${id}/${path}`, { authorization: `Bearer ${token}` })
      expect(answer).toEqual({ status: 404, code: 'not-opened' })
    }
    expect(asked).toEqual([])
  })

  test.each(['%', '%f', '%ff', '%2', '%c3%28'])('An id that is wrongly encoded, as %j, breaks nothing.', async (id) => {
    const { url, token } = await inspected({ store: (await opened(openDoor())).store })
    for (const path of ['log', 'events/1']) {
      const { status } = await raw(url, `/api/conversations/${id}/${path}`, { authorization: `Bearer ${token}` })
      expect(status).toBe(404)
    }
  })

  test('What is not there is told apart from what cannot be.', async () => {
    const { json } = await inspected({ store: (await opened(openDoor())).store })
    expect(await json('/api/conversations/c2/log')).toMatchObject({ code: 'not-opened' })
    expect(await json('/api/conversations/c1/events/9')).toMatchObject({ code: 'unknown-version' })
    expect(await json('/api/nothing')).toMatchObject({ code: 'not-found' })
  })

  test('No route writes: the store is asked for nothing but reading.', async () => {
    const door = await opened(openDoor())
    orThrow(await door.conversations.receive({ ...here, content: 'Hello' }))
    const { store, written } = watched(door.store)
    const { get } = await inspected({ store })
    for (const path of api.filter((one) => !one.endsWith('live'))) expect((await get(path)).status).toBe(200)
    const live = new AbortController()
    await (await get('/api/conversations/c1/live', { signal: live.signal })).body?.getReader().read()
    live.abort()
    expect(written).toEqual([])
  })

  test('The page may load its own files, and a picture that it drew itself, and nothing else.', async () => {
    const { url } = await inspected()
    const { headers } = await fetch(`${url}/`)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('More requests than a minute may have are refused, and told when to come again.', async () => {
    const { get } = await inspected({ limits: { requestsPerMinuteMax: 2 } })
    const statuses = [await get('/api/about'), await get('/api/about'), await get('/api/about')]
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(Number(statuses[2]?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('More streams than there may be are refused until one is over.', async () => {
    const { store } = await opened(openDoor())
    const { get } = await inspected({ store, limits: { streamsPerOwnerMax: 1 } })
    const gone = new AbortController()
    expect((await get('/api/conversations/c1/live', { signal: gone.signal })).status).toBe(200)
    expect((await get('/api/conversations/c1/log')).status).toBe(429)
    gone.abort()
    await expect.poll(async () => (await get('/api/conversations/c1/log')).status, { timeout: 20_000 }).toBe(200)
  })
})
