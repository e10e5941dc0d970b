/** What `--open` hands to the browser, as a command in the browser's place tells it. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runColloquy, temporaryFolder } from './run-colloquy.js'
import { asked, Running } from './running.js'

interface Told {
  readonly args: readonly string[]
  readonly page: string
}

/** A folder with a browser that tells a port what it was called with, and what the file says that it was given. */
async function browserIn(folder: string) {
  const script = `#!${process.execPath}
const { readFileSync } = require('node:fs')
const args = process.argv.slice(2)
const page = readFileSync(new URL(args.at(-1)), 'utf8')
require('node:net').connect(Number(process.env.TOLD_AT), '127.0.0.1').end(JSON.stringify({ args, page }))
`
  // By the names that Linux and macOS have for it.
  for (const name of ['xdg-open', 'open']) writeFileSync(join(folder, name), script, { mode: 0o755 })
  const server = createServer()
  onTestFinished(() => void server.close())
  const told = new Promise<Told>((resolve) =>
    server.once('connection', async (socket) => resolve(JSON.parse(await text(socket)) as Told)),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { told, env: { PATH: folder, TOLD_AT: String(port) } }
}

test('The token is in no argument of a command, but in a file that its owner alone reads, which is gone at the end.', async () => {
  const folder = await temporaryFolder()
  const db = join(folder, 'demo.db')
  await runColloquy('demo', '--once', '--db', db)
  const { told, env } = await browserIn(folder)
  const running = new Running(['inspect', db, '--open'], env)
  const [address] = await running.printed(/http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}/)
  const [, token = ''] = address.split('#token=')
  const { args, page } = await told
  expect(args.join(' ')).not.toContain(token)
  expect(args.join(' ')).not.toContain('http:')
  const file = fileURLToPath(args.at(-1) ?? '')
  expect([file, dirname(file)].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700])
  const [, to = ''] = /content="0; url=([^"]+)"/.exec(page) ?? []
  expect(to).toBe(address)
  expect((await asked(to, 'api/about')).status).toBe(200)
  expect(await running.interrupted()).toBe(0)
  expect(running.stderr).toBe('')
  expect(existsSync(dirname(file))).toBe(false)
})

test('Where there is no browser no file is left behind, and the address is printed all the same.', async () => {
  const [folder, temporary] = [await temporaryFolder(), await temporaryFolder()]
  const db = join(folder, 'demo.db')
  await runColloquy('demo', '--once', '--db', db)
  const running = new Running(['inspect', db, '--open'], { PATH: '', TMPDIR: temporary })
  await running.printed(/#token=/)
  expect(await running.interrupted()).toBe(0)
  expect(running.stderr).toMatch(/^colloquy: cannot open a browser: .*\n$/)
  expect(readdirSync(temporary)).toEqual([])
})
