/** The inspector on every address of a machine: asked for by a name that it does not know, it is not there. */
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { ownHosts } from '../../../src/server/inspector/own-hosts.js'
import { inspected, raw } from './inspected.js'

const outer = Object.values(networkInterfaces())
  .flatMap((all = []) => all)
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address)

const everywhere = { host: '0.0.0.0' }
const paths = ['/', '/api/about', '/api/conversations', '/api/heat', '/nothing']

describe('an inspector that listens everywhere', () => {
  test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.', '192.0.2.7', '[2001:db8::7]'])(
    'It does not answer to %s, whoever rebound it to its address, and whoever has the token.',
    async (host) => {
      const { url, token } = await inspected(everywhere)
      for (const path of paths) {
        expect(await raw(url, path, { host, authorization: `Bearer ${token}` })).toEqual({
          status: 421,
          code: 'misdirected-host',
        })
      }
    },
  )

  test('It answers to addresses of its machine, which nobody can rebind, on any port.', async () => {
    const { url, token } = await inspected(everywhere)
    for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1', '[::1]:7', '0.0.0.0', ...outer]) {
      expect([host, await raw(url, '/api/about', { host, authorization: `Bearer ${token}` })]).toMatchObject([
        host,
        { status: 200 },
      ])
    }
  })

  test('From elsewhere the token is wanted as it is here, and a page of another origin may not ask.', async () => {
    const { url, token } = await inspected({ ...everywhere, hosts: ownHosts('0.0.0.0', ['box.example']) })
    const host = 'box.example:9'
    const ask = (headers: Record<string, string>) => raw(url, '/api/about', { host, ...headers })
    expect(await ask({})).toEqual({ status: 401, code: 'unauthenticated' })
    expect(await ask({ authorization: `Bearer ${token}x` })).toEqual({ status: 401, code: 'unauthenticated' })
    const authorization = `Bearer ${token}`
    expect((await ask({ authorization })).status).toBe(200)
    expect((await ask({ authorization, origin: 'http://box.example:9' })).status).toBe(200)
    for (const origin of ['http://evil.example', 'http://box.example', 'http://localhost', 'null']) {
      expect(await ask({ authorization, origin })).toEqual({ status: 403, code: 'foreign-origin' })
    }
  })
})

test('On loopback it answers to no more than loopback, whatever addresses the machine has.', async () => {
  expect(ownHosts('127.0.0.1')).toEqual(['localhost', '127.0.0.1', '[::1]'])
  const { url, token } = await inspected()
  for (const host of ['0.0.0.0', ...outer]) {
    expect((await raw(url, '/api/about', { host, authorization: `Bearer ${token}` })).status).toBe(421)
  }
})

test('A name or an address that is told is known as a browser writes it.', () => {
  const told = ownHosts('2001:DB8:0:0::7', ['Box.Example', 'fe80::1', '10.0.0.7'])
  expect(told).toEqual(expect.arrayContaining(['[2001:db8::7]', 'box.example', '[fe80::1]', '10.0.0.7', 'localhost']))
})
