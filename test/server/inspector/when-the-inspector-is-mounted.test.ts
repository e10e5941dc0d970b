/** The inspector below a path of somebody's backend: what it answers there, and that it answers nothing elsewhere. */
import { fileURLToPath } from 'node:url'
import { isLeft } from 'fp-ts/lib/Either.js'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { inspector, readPage, Tokens } from '../../../src/server/index.js'
import { openDoor, opened } from '../../conversations/door.js'

const secret = 'a-long-secret-of-olga'
const headers = { authorization: `Bearer ${secret}` }
const operators = { [secret]: { owner: 'olga', role: 'operator' } }
const users = { 'a-long-secret-of-ada': { owner: 'ada', role: 'user' } }
const built = fileURLToPath(new URL('../../../dist/inspector/page', import.meta.url))
function tokensOf(said: object): Tokens {
  const tokens = Tokens.of(said)
  if (isLeft(tokens)) throw new Error(tokens.left)
  return tokens.right
}

const page = new Map(
  ['/', '/main.js', '/style.css'].map((path) => [path, { bytes: new TextEncoder().encode(path), type: 'text/plain' }]),
)

/** A backend that has routes of its own, before and after the inspector's. */
async function mounted(basePath: string, at: string, pageServed = page) {
  const { store } = await opened(openDoor())
  const tokens = tokensOf({ ...operators, ...users })
  const { app } = inspector({ store, tokens, page: pageServed, basePath })
  const backend = new Hono()
  backend.get('/', ({ text }) => text('the front page'))
  backend.get('/api/about', ({ text }) => text('about us'))
  backend.all(`${at}/*`, ({ req }) => app.fetch(req.raw))
  backend.get('/main.js', ({ text }) => text('our own script'))
  backend.get(`${at}s`, ({ text }) => text('a name that begins alike'))
  return {
    ask: (path: string, init: RequestInit = {}) => backend.request(path, init),
    directly: (path: string, init: RequestInit = {}) => app.request(path, init),
  }
}

const codeOf = async (answer: Response) => ((await answer.json()) as { readonly code: string }).code

describe.each(['/inspector', '/inspector/', 'inspector', '/ops/inspector'])('mounted at %s', (basePath) => {
  const at = `/${basePath.replaceAll(/^\/|\/$/g, '')}`

  test('Its page, its files and its answers are below the path, under the policy of the page.', async () => {
    const { ask } = await mounted(basePath, at)
    for (const path of page.keys()) {
      const answer = await ask(`${at}${path}`)
      expect([answer.status, await answer.text()]).toEqual([200, path])
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /)
    }
    expect(await (await ask(`${at}/api/about`, { headers })).json()).toMatchObject({ machine: expect.any(String) })
    const { conversations } = (await (await ask(`${at}/api/conversations`, { headers })).json()) as {
      conversations: unknown[]
    }
    expect(conversations).toHaveLength(1)
    expect(await (await ask(`${at}/api/conversations/c1/log`, { headers })).text()).toContain('conversation.opened')
    expect((await ask(`${at}/api/conversations/c1/events/1`, { headers })).status).toBe(200)
    expect((await ask(`${at}/api/heat`, { headers })).status).toBe(200)
  })

  test('Without the slash it leads to the page, whose own addresses are relative to it.', async () => {
    const { ask } = await mounted(basePath, at)
    const answer = await ask(at)
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `${at}/`])
  })

  test('What is not there is told as a problem, below the path; a stranger learns no more.', async () => {
    const { ask } = await mounted(basePath, at)
    for (const path of ['/nothing', '/api/nothing', '/api', '/main.jsx', '//main.js']) {
      const answer = await ask(`${at}${path}`, { headers })
      expect([answer.status, await codeOf(answer)]).toEqual([404, 'not-found'])
    }
    expect(await codeOf(await ask(`${at}/api/nothing`))).toBe('unauthenticated')
    expect(await codeOf(await ask(`${at}/api/about`))).toBe('unauthenticated')
    const asUser = { headers: { authorization: `Bearer ${Object.keys(users)[0]}` } }
    expect(await codeOf(await ask(`${at}/api/conversations`, asUser))).toBe('forbidden')
    expect((await ask(`${at}/api/about`, { headers, method: 'DELETE' })).status).toBe(405)
    expect(await codeOf(await ask(`${at}/api/about`, { headers: { ...headers, origin: 'http://evil.example' } }))).toBe(
      'foreign-origin',
    )
  })

  test("The backend's own routes are its own, and nothing of the inspector answers outside of the path.", async () => {
    const { ask, directly } = await mounted(basePath, at)
    for (const [path, text] of [
      ['/', 'the front page'],
      ['/api/about', 'about us'],
      ['/main.js', 'our own script'],
      [`${at}s`, 'a name that begins alike'],
    ] as const) {
      const answer = await ask(path, { headers })
      expect([answer.status, await answer.text()]).toEqual([200, text])
      expect(answer.headers.get('content-security-policy')).toBeNull()
    }
    for (const path of ['/', '/api/about', '/main.js', `${at}s`, `${at}/..`, `${at}main.js`, `/x${at}/`]) {
      expect(await codeOf(await directly(path, { headers }))).toBe('not-found')
    }
  })
})

test.each(['', '/', '//'])('At the root, told as %j, it is served as by itself.', async (basePath) => {
  const { directly } = await mounted(basePath, '/nowhere')
  for (const path of page.keys()) expect(await (await directly(path)).text()).toBe(path)
  expect((await directly('/api/about', { headers })).status).toBe(200)
})

test('Every address that the built page names is relative, and is there below any path.', async () => {
  const { ask } = await mounted('/deep/down', '/deep/down', new Map(readPage(built)) as typeof page)
  const html = await (await ask('/deep/down/')).text()
  const named = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address)
  expect(named).toContain('main.js')
  for (const address of named) {
    expect(address).not.toMatch(/^(\/|[a-z]+:)/)
    const { pathname } = new URL(address, 'http://backend.example/deep/down/')
    expect((await ask(pathname)).status).toBe(200)
  }
  const script = await (await ask('/deep/down/main.js')).text()
  expect(script).not.toMatch(/["'`]\/api\//)
})
