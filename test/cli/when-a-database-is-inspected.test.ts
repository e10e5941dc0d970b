/** `colloquy inspect`, and what the demo serves: addresses that open, and a clean end when interrupted. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runColloquy, temporaryFolder } from './run-colloquy.js'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A run that goes on until it is interrupted. */
class Running {
  stdout = ''
  stderr = ''
  private readonly child: ChildProcessByStdio<null, Readable, Readable>
  private readonly over: Promise<number | null>

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.over = new Promise((resolve) => this.child.once('close', resolve))
    onTestFinished(() => void this.child.kill('SIGKILL'))
  }

  /** The part of what is printed that fits, once it is. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.stdout)
        if (found) resolve(found)
      }
      this.child.stdout.on('data', look)
      this.child.once('close', () => reject(new Error(`it ended: ${this.stderr}`)))
      look()
    })
  }

  interrupted(): Promise<number | null> {
    this.child.kill('SIGINT')
    return this.over
  }
}

/** What an address with a token answers at a path. */
const asked = (address: string, path: string) => {
  const { origin, hash } = new URL(address)
  return fetch(`${origin}/${path}`, { headers: { authorization: `Bearer ${hash.slice('#token='.length)}` } })
}

/** What these answers have that the tests look at. */
interface Answered {
  readonly conversations: readonly { readonly conversationId: string }[]
  readonly database: string
}
const json = async (address: string, path: string) => (await (await asked(address, path)).json()) as Answered

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
