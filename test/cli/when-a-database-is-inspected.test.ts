/** `colloquy inspect`, and what the demo serves: addresses that open, and a clean end when interrupted. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { raw } from '../server/inspector/inspected.js'
import { runColloquy, temporaryFolder } from './run-colloquy.js'
import { asked, json, Running } from './running.js'

describe('colloquy inspect', () => {
  test('It prints an address whose token opens the database, writes nothing, and ends when interrupted.', async () => {
    const db = join(await temporaryFolder(), 'demo.db')
    await runColloquy('demo', '--once', '--db', db)
    const before = readFileSync(db)
    const running = new Running(['inspect', db, '--open'], { PATH: '' })
    const [address] = await running.printed(/http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}/)
    const { conversations } = await json(address, 'api/conversations')
    expect(conversations).toHaveLength(4)
    await (await asked(address, `api/conversations/${conversations[0]?.conversationId}/log`)).text()
    expect(await json(address, 'api/heat')).toMatchObject({ conversations: 4, isWhole: true })
    expect(await running.interrupted()).toBe(0)
    expect(running.stderr).toMatch(/^colloquy: cannot open a browser: .*\n$/)
    expect(readFileSync(db).equals(before)).toBe(true)
  })

  test('What is not there, or cannot be listened on, is told in one line.', async () => {
    const nothing = await runColloquy('inspect', join(await temporaryFolder(), 'none.db'))
    const port = await runColloquy('inspect', 'x.db', '--port', '65536')
    for (const { exitCode, stderr, stdout } of [nothing, port]) {
      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^colloquy: .+\n$/)
    }
  })
})

describe('colloquy inspect --host', () => {
  const database = async () => {
    const db = join(await temporaryFolder(), 'chat.db')
    await runColloquy('demo', '--once', '--db', db)
    return db
  }

  test('Elsewhere it says who can read all of it, and where; names that were not told are refused.', async () => {
    const running = new Running(['inspect', await database(), '--host', '0.0.0.0', '--allow-host', 'box.example'])
    const [printed, port = '', token = ''] = await running.printed(
      /^colloquy shows .* at http:\/\/localhost:(\d+)\/#token=([\w-]{43})\n[\s\S]*Ctrl-C/,
    )
    expect(printed).toContain('whoever has this address can read all of it')
    for (const line of printed.match(/and at .*/g) ?? []) expect(line).toMatch(new RegExp(`:${port}/#token=${token}$`))
    const statusOf = async (host: string) =>
      (await raw(`http://127.0.0.1:${port}`, '/api/about', { host, authorization: `Bearer ${token}` })).status
    expect([await statusOf('box.example'), await statusOf('evil.example')]).toEqual([200, 421])
    expect(await running.interrupted()).toBe(0)
    expect(running.stderr).toBe('')
  })

  test.each([
    ['--host', ''],
    ['--host', 'no such host'],
    ['--host', 'http://box.example'],
    ['--host', '256.256.256.256'],
    ['--allow-host', ''],
    ['--allow-host', '*/'],
    ['--allow-host', 'x'.repeat(254)],
  ])('%s %j is refused in one line, and nothing listens.', async (option, value) => {
    const db = option === '--host' ? await database() : 'x.db'
    const { exitCode, stdout, stderr } = await runColloquy('inspect', db, option, value)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^colloquy: .+\n$/)
  })
})

describe('the demo, having played', () => {
  test('It serves the chat and the inspector on its conversations, and leaves nothing behind.', async () => {
    const running = new Running(['demo'])
    const [, chat = ''] = await running.printed(/the chat +(\S+)\n/)
    const [, inspector = ''] = await running.printed(/the inspector +(\S+)\n/)
    const held = await json(chat, 'v1/conversations')
    expect(held.conversations).toHaveLength(4)
    expect((await json(inspector, 'api/conversations')).conversations).toHaveLength(4)
    const { database } = await json(inspector, 'api/about')
    expect(existsSync(database)).toBe(true)
    expect(await running.interrupted()).toBe(0)
    expect(existsSync(dirname(database))).toBe(false)
    expect(running.stderr).toBe('')
  })
})
