/** `colloquy export` and `colloquy restore`: from file to file, as a program runs them. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { contentsOf, exported, filled, logs } from '../log/moving.js'
import { tamper } from '../stores/databases.js'
import { newPath } from '../stores/sqlite-files.js'
import { fileWith } from './logs.js'
import { runColloquy, runColloquyIn, temporaryFolder } from './run-colloquy.js'

async function database(): Promise<string> {
  const path = newPath()
  await (await filled(orThrow(await openSqliteStore({ path })))).close()
  return path
}

async function contentsAt(path: string) {
  const store = orThrow(await openSqliteStore({ path }))
  const contents = await contentsOf(store)
  await store.close()
  return contents
}

const events = logs.flat().length
const done = `${logs.length} conversations restored, ${events} events appended
every chain ends in the store as the export's end says
`

test('A database goes through a pipe into another, which an audit finds whole.', async () => {
  const from = await database()
  const out = await runColloquy('export', from)
  expect(out).toMatchObject({ exitCode: 0, stderr: `exported ${logs.length} conversations, ${events} events\n` })
  const to = newPath()
  const restored = await runColloquyIn({ stdin: out.stdout }, 'restore', '-', '--db', to)
  expect(restored).toEqual({ exitCode: 0, stderr: '', stdout: done })
  expect(await contentsAt(to)).toEqual(await contentsAt(from))
  expect((await runColloquy('audit', to)).stdout).toContain('no divergence')
})

describe('export --out', () => {
  test('writes a file that only its owner reads, and never over another.', async () => {
    const file = join(await temporaryFolder(), 'chats.jsonl')
    const from = await database()
    expect(await runColloquy('export', from, '--out', file)).toMatchObject({ exitCode: 0, stdout: '' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = readFileSync(file, 'utf8')
    expect(before).toBe((await exported(await filled())).map((line) => `${line}\n`).join(''))
    expect(await runColloquy('export', from, '--out', file)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^colloquy: cannot write ".*chats\.jsonl": there is such a file already\n$/),
    })
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test('leaves no file where the database turns out to be damaged beyond reading.', async () => {
    const from = await database()
    const file = join(await temporaryFolder(), 'chats.jsonl')
    await tamper(from, (driver) => driver.exec('ALTER TABLE event RENAME COLUMN hash TO hush'))
    expect(await runColloquy('export', from, '--out', file)).toMatchObject({ exitCode: 2 })
    expect(existsSync(file)).toBe(false)
  })
})

test('An event that does not follow is exported, and told; the restore leaves its conversation out; exit code 1.', async () => {
  const from = await database()
  await tamper(from, (driver) =>
    driver.exec(`UPDATE event SET content = '"x"' WHERE conversation_id = 'forked' AND version = 2`),
  )
  const file = join(await temporaryFolder(), 'chats.jsonl')
  expect(await runColloquy('export', from, '--out', file)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('wrong-content  conversation "forked", version 2: its content is not what was'),
  })
  const { exitCode, stdout, stderr } = await runColloquy('restore', file, '--db', newPath())
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^wrong-content {2}line \d+, conversation "forked", version 2: its content is not what was/),
    `${logs.length - 1} conversations restored, ${events - (logs[2]?.length ?? 0)} events appended`,
    '1 conversation not restored',
    '',
  ])
})

test('A file that was cut off is told, and can be restored again whole; exit codes 1 and 0.', async () => {
  const lines = await exported(await filled())
  const cut = await fileWith(lines.slice(0, -4).join('\n'))
  const to = newPath()
  expect(await runColloquy('restore', cut, '--db', to)).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^cut-off {2}line \d+: the file ends here, and an export does not\n3 conversations/),
  })
  writeFileSync(cut, lines.join('\n'))
  const { exitCode, stdout } = await runColloquy('restore', cut, '--db', to)
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: `2 conversations restored, 3 events appended
3 conversations there already
every chain ends in the store as the export's end says
`,
  })
})

test.each([
  ['an absent file', async () => join(await temporaryFolder(), 'absent'), 'there is no such file'],
  ['another file', () => fileWith('{"id":1}\n'), 'it is no line of an export'],
  ['no text', () => fileWith(Buffer.from([0xff, 0xfe])), 'not JSON, for it is not UTF-8'],
])('To restore %s is bad input, told in one line.', async (_, file, words) => {
  const { exitCode, stdout, stderr } = await runColloquy('restore', await file(), '--db', newPath())
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(/^colloquy: cannot (read|restore) "[^\n]*\n$/)
  expect(stderr).toContain(words)
})

test('What a file says cannot drive the terminal.', async () => {
  const lines = await exported(await filled())
  const file = await fileWith(
    lines.map((line) => line.replace('"conversationId":"forked"', '"conversationId":"\\u001b[2J"')).join('\n'),
  )
  const { exitCode, stdout, stderr } = await runColloquy('restore', file, '--db', newPath())
  expect(exitCode).toBe(1)
  expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u)
})

describe('a database that is a URL', () => {
  test.each([
    ['nats://user:secret@127.0.0.1:1?name=n', 'cannot read "nats://user@127.0.0.1:1?name=n"'],
    [
      'nats://user:secret@127.0.0.1:1,nats://user:secret@127.0.0.1:2',
      'cannot read "nats://user@127.0.0.1:1,nats://user@127.0.0.1:2"',
    ],
    ['nats://secret@127.0.0.1:1', 'cannot read "nats://…@127.0.0.1:1"'],
    ['nats://127.0.0.1:1?replicas=no', 'replicas must be 1, 3 or 5'],
    ['postgres://user:secret@127.0.0.1:1/db?schema=s', 'cannot read "postgres://user@127.0.0.1:1/db?schema=s"'],
    ['postgres://user@127.0.0.1:1/db?password=secret', 'cannot read "postgres://user@127.0.0.1:1/db"'],
    ['postgres://user:sec%72et@[::1', 'the database is not a URL that can be read'],
  ])('%s: what fails is told in one line, without the password.', async (url, words) => {
    for (const args of [
      ['ls', url],
      ['audit', url],
      ['export', url],
    ]) {
      const { exitCode, stdout, stderr } = await runColloquy(...args)
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toMatch(/^colloquy: [^\n]+\n$/)
      expect(stderr).toContain(words)
      expect(stderr).not.toMatch(/sec(r|%72)et/)
    }
  })
})
