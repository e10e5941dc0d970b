/** What only reads changes nothing: neither a byte of the file, nor what lies beside it, however the file stands. */
import { chmodSync, copyFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { chooseDriver } from '../../src/stores/sqlite/choose-driver.js'
import { schemaVersion } from '../../src/stores/sqlite/migrations.js'
import { eventsOf } from '../server/served.js'
import { ChildProcess } from '../stores/child-process.js'
import { folderOf } from '../stores/kept-folder.js'
import { bareAt, newPath, presentDrivers } from '../stores/sqlite-files.js'
import { runColloquy } from './run-colloquy.js'
import { asked, json, Running } from './running.js'

const driver = presentDrivers[0] ?? 'libsql'
const olderSchema = 'DROP TABLE register; PRAGMA user_version = 1'

async function sqlOn(path: string, sql: string): Promise<string> {
  const bare = await bareAt(path, driver)
  bare.exec(sql)
  bare.close()
  return path
}

async function played(sql?: string): Promise<string> {
  const path = newPath()
  await runColloquy('demo', '--once', '--db', path)
  return sql === undefined ? path : sqlOn(path, sql)
}

/** One that another process has open, and has written to. */
async function beingWritten(): Promise<string> {
  const path = await played()
  const writer = new ChildProcess('writer-process.mjs', path, driver, 'w', '3', 'stay')
  await writer.hasSaid(1)
  writer.go()
  await writer.hasSaid(4)
  expect(readdirSync(dirname(path))).toContain('chats.db-wal')
  return path
}

/** The file as one who may not write to it, nor to its folder, finds it; root may, and becomes nobody. */
async function withoutPermission(): Promise<string> {
  const path = await played()
  chmodSync(path, 0o444)
  chmodSync(dirname(path), 0o555)
  onTestFinished(() => chmodSync(dirname(path), 0o755))
  return path
}

const nobody = 65_534
const someone = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}

/** Everything that the page asks. */
async function lookAtAll(running: Running): Promise<void> {
  const [at] = await running.printed(/http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/)
  const { conversations } = await json(at, 'api/conversations')
  const [{ conversationId } = { conversationId: '' }] = conversations
  expect(conversations.length).toBeGreaterThanOrEqual(4)
  for (const path of ['log', 'events/1']) {
    expect((await asked(at, `api/conversations/${conversationId}/${path}`)).status).toBe(200)
  }
  const live = eventsOf(await asked(at, `api/conversations/${conversationId}/live`))
  expect((await live.next()).value).toMatchObject({ id: 1 })
  expect(await json(at, 'api/heat')).toMatchObject({ isWhole: true })
  expect(await json(at, 'api/about')).toHaveProperty('hasIndex')
  expect(await running.interrupted()).toBe(0)
  expect(running.stderr).toBe('')
}

test.each([
  ['a file that nobody writes to', played],
  ['a file without a write-ahead log', () => played('PRAGMA journal_mode = DELETE')],
  ['a file of schema 1', () => played(olderSchema)],
  ['a file that another process is writing to', beingWritten],
] as const)('Of %s nothing changes while it is inspected.', async (_, made) => {
  const path = await made()
  const before = folderOf(path)
  await lookAtAll(new Running(['inspect', path]))
  expect(folderOf(path)).toEqual(before)
})

test('A file is not changed by listing, showing, exporting, charting, auditing it, nor by a report on what is old.', async () => {
  const path = await played(`${olderSchema}; PRAGMA journal_mode = DELETE`)
  const before = folderOf(path)
  const listed = await runColloquy('ls', path, '--json')
  const { conversationId } = JSON.parse(listed.stdout.split('\n')[0] ?? '') as { conversationId: string }
  for (const args of [
    ['show', path, conversationId],
    ['export', path],
    ['chart', path, '--heat', '--format', 'json'],
    ['audit', path],
    ['retain', path, '--older-than', '1h'],
  ]) {
    const { stdout, exitCode } = await runColloquy(...args)
    expect(stdout, args[0]).not.toBe('')
    expect(exitCode).toBe(0)
    expect(folderOf(path)).toEqual(before)
  }
})

test('Who may not write to a file, nor beside it, can inspect it.', async () => {
  const path = await withoutPermission()
  const before = folderOf(path)
  await lookAtAll(new Running(['inspect', path], {}, someone))
  expect(folderOf(path)).toEqual(before)
})

test('What cannot be read without changing it is refused in one line, and stays as it was.', async () => {
  const other = await sqlOn(newPath(), 'CREATE TABLE note (text)')
  const empty = await sqlOn(newPath(), 'CREATE TABLE note (text); DROP TABLE note')
  const newer = await played(`PRAGMA user_version = ${schemaVersion + 1}`)
  const lone = join(dirname(other), 'lone.db')
  const written = await beingWritten()
  copyFileSync(written, lone)
  copyFileSync(`${written}-wal`, `${lone}-wal`)
  for (const [path, why, ...args] of [
    [other, 'is not a Colloquy store', 'inspect'],
    [empty, 'which is empty', 'inspect'],
    [newer, `knows ${schemaVersion}`, 'inspect'],
    [newer, `knows ${schemaVersion}`, 'chart', '--heat'],
    [lone, 'no -shm beside it', 'ls'],
  ] as const) {
    const before = folderOf(path)
    const { exitCode, stdout, stderr } = await runColloquy(...args, path)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(new RegExp(`^colloquy: cannot read .*${why}.*\n$`))
    expect(folderOf(path)).toEqual(before)
  }
})

test('What another process appends is followed live, also in a file that nobody wrote to before.', async () => {
  const path = await played()
  const running = new Running(['inspect', path])
  const [at] = await running.printed(/http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/)
  const heard = eventsOf(await asked(at, 'api/conversations/shared/live'))
  const writer = new ChildProcess('writer-process.mjs', path, driver, 'w', '3')
  await writer.hasSaid(1)
  writer.go()
  const versions: unknown[] = []
  for (let one = await heard.next(); versions.push(one.value?.data) < 3; ) one = await heard.next()
  expect(versions).toMatchObject([{ version: 1 }, { version: 2 }, { version: 3 }])
  expect(await running.interrupted()).toBe(0)
})

test('A command that writes still brings an older file to the schema of today.', async () => {
  const path = await played(olderSchema)
  expect((await runColloquy('queue', path)).exitCode).toBe(0)
  const bare = orThrow(await chooseDriver(driver))(path)
  expect(bare.prepare('PRAGMA user_version').all()).toEqual([{ user_version: schemaVersion }])
  bare.close()
})
