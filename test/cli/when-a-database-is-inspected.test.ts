/** `colloquy inspect`, and what the demo serves: addresses that open, and a clean end when interrupted. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
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
