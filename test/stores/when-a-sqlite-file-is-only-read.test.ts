/** A file that is opened to be read: not a byte of it changes, nothing is made beside it, and what others write is seen. */
import { copyFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import type { ViewShape } from '../../src/log/views.js'
import { orThrow } from '../../src/or-throw.js'
import { chooseDriver } from '../../src/stores/sqlite/choose-driver.js'
import type { Driver, DriverName, OpenDriver, Reading, SqlValue } from '../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { schemaVersion } from '../../src/stores/sqlite/migrations.js'
import { readingFile } from '../../src/stores/sqlite/reading-file.js'
import { ChildProcess } from './child-process.js'
import { folderOf } from './kept-folder.js'
import { bareAt, newPath, openAt, presentDrivers } from './sqlite-files.js'
import { appendOf, inShort, storedEvent, storedEvents } from './stored-events.js'

const shape: ViewShape = { name: 'lengths', fields: { length: 'integer' }, indexes: [['length']] }
const events = storedEvents('a', 1, 3)

/** A store with a conversation, a snapshot, a register and a view, which nobody has open; then so much SQL. */
async function filled(driver: DriverName, ...after: readonly string[]): Promise<string> {
  const path = newPath()
  await new ChildProcess('filling-process.mjs', path, driver).ending()
  if (after.length > 0) {
    const bare = await bareAt(path, driver)
    for (const sql of after) bare.exec(sql)
    bare.close()
  }
  return path
}

async function openToRead(path: string, driver?: DriverName): Promise<EventStore> {
  const store = orThrow(await openSqliteStore({ path, readOnly: true, ...(driver && { driver }) }))
  onTestFinished(() => store.close())
  return store
}

const wordOnOpening = async (path: string) => {
  const opened = await openSqliteStore({ path, readOnly: true })
  if (isLeft(opened)) return inShort(opened)
  await opened.right.close()
  return 'opened'
}

async function readAll(store: EventStore): Promise<unknown> {
  return {
    read: orThrow(await store.read({ conversationId: 'a' })),
    feed: orThrow(await store.readAll({ afterPosition: 0 })).length,
    found: orThrow(await store.find({ conversationId: 'a', eventId: 'a-2' })),
    list: orThrow(await store.list({})),
    snapshot: orThrow(await store.loadSnapshot('a')),
    register: orThrow((await store.registers?.load('k')) ?? expect.fail()),
    page: inShort((await store.views?.page(shape, { orderBy: 'length' })) ?? expect.fail()),
  }
}

const there = {
  read: events,
  feed: 3,
  found: events[1],
  list: [{ conversationId: 'a', version: 3 }],
  snapshot: { conversationId: 'a', version: 2, text: 'snapshot' },
  register: { key: 'k', revision: 1, text: 't' },
  page: [],
}

/** How a file may lie there, and what reading it answers. */
const standings = [
  ['a file that nobody writes to', [], there],
  ['a file without a write-ahead log', ['PRAGMA journal_mode = DELETE'], there],
  ['a file of schema 1', ['DROP TABLE register; PRAGMA user_version = 1'], { ...there, register: null }],
] as const

describe.each(presentDrivers)('Over %s', (driver) => {
  test.each(standings)('%s is read, and stays as it was to the byte.', async (_, after, answer) => {
    const path = await filled(driver, ...after)
    const before = folderOf(path)
    const store = await openToRead(path, driver)
    expect(await readAll(store)).toEqual(answer)
    expect(folderOf(path)).toEqual(before)
    await store.close()
    expect(folderOf(path)).toEqual(before)
  })

  test.each(standings)('whatever would write to %s is unavailable.', async (_, after) => {
    const path = await filled(driver, ...after)
    const before = folderOf(path)
    const store = await openToRead(path, driver)
    const answers = [
      await store.append(appendOf(storedEvent('a', 4))),
      await store.erase({ conversationId: 'a', versions: [1] }),
      await store.saveSnapshot({ conversationId: 'a', version: 3, text: 'x' }),
      await store.registers?.save({ key: 'k', revision: 1, text: 'x' }),
      await store.views?.make({ ...shape, name: 'others' }),
      await store.views?.drop(shape),
      await store.health(),
    ]
    expect(answers.map((answer) => answer && inShort<unknown>(answer))).toEqual(answers.map(() => 'unavailable'))
    expect(folderOf(path)).toEqual(before)
  })

  test('what another process writes is read as it comes, whoever was there first, and when the writer is gone.', async () => {
    const path = await filled(driver)
    const store = await openToRead(path, driver)
    expect(orThrow(await store.list({}))).toHaveLength(1)
    const writer = new ChildProcess('writer-process.mjs', path, driver, 'w', '200')
    await writer.hasSaid(1)
    writer.go()
    const seen: number[] = []
    while (seen.length < 200) {
      const page = orThrow(await store.read({ conversationId: 'shared', fromVersion: seen.length + 1 }))
      seen.push(...page.map(({ version }) => version))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await writer.ending()
    expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
    expect(orThrow(await store.list({}))).toEqual([...there.list, { conversationId: 'shared', version: 200 }])
    expect(await readAll(store)).toMatchObject({ ...there, list: expect.anything(), feed: 203 })
  })

  test('a writer that is killed leaves what it was told was written, and reading that mends nothing.', async () => {
    const path = await filled(driver)
    const writer = new ChildProcess('writer-process.mjs', path, driver, 'w', 'Infinity')
    await writer.hasSaid(1)
    writer.go()
    await writer.hasSaid(20)
    writer.kill()
    const told = (await writer.ending()).length - 1
    const before = folderOf(path)
    const store = await openToRead(path, driver)
    expect(orThrow(await store.read({ conversationId: 'shared' })).length).toBeGreaterThanOrEqual(told)
    await store.close()
    expect(folderOf(path)).toEqual(before)
    expect(Object.keys(before)).toEqual(['chats.db', 'chats.db-shm', 'chats.db-wal'])
  })
})

test.each([
  ["another program's database", 'PRAGMA application_id = 7; CREATE TABLE note (text)', 'incompatible-store'],
  ['an empty database', 'CREATE TABLE note (text); DROP TABLE note', 'incompatible-store'],
])('%s is refused, and stays as it was.', async (_, sql, word) => {
  const path = newPath()
  const bare = await bareAt(path, presentDrivers[0] ?? expect.fail())
  bare.exec(sql)
  bare.close()
  const before = folderOf(path)
  expect(await wordOnOpening(path)).toBe(word)
  expect(folderOf(path)).toEqual(before)
})

test('A newer store, an empty file, and what is no database are refused, and stay as they were.', async () => {
  const newer = await filled(presentDrivers[0] ?? expect.fail(), `PRAGMA user_version = ${schemaVersion + 1}`)
  const empty = newPath()
  writeFileSync(empty, '')
  const other = newPath()
  writeFileSync(other, 'Dear diary, '.repeat(1_000))
  for (const path of [newer, empty, other]) {
    const before = folderOf(path)
    expect(await wordOnOpening(path)).toBe('incompatible-store')
    expect(folderOf(path)).toEqual(before)
  }
})

test('A file that is not there is not made.', async () => {
  const path = newPath()
  expect(await wordOnOpening(path)).toBe('unavailable')
  expect(folderOf(path)).toEqual({})
})

test('A write-ahead log without its index is not passed over: what is in it would be missing.', async () => {
  const path = await filled(presentDrivers[0] ?? expect.fail())
  const copy = newPath()
  const store = await openAt(path)
  orThrow(await store.append(appendOf(storedEvent('a', 4))))
  for (const ending of ['', '-wal']) copyFileSync(`${path}${ending}`, `${copy}${ending}`)
  const before = folderOf(copy)
  expect(await wordOnOpening(copy)).toBe('unavailable')
  expect(folderOf(copy)).toEqual(before)
})

test('A file whose last write was broken off is not read as it lies there, nor mended.', async () => {
  const driver = presentDrivers[0] ?? expect.fail()
  const path = await filled(driver, 'PRAGMA journal_mode = DELETE')
  const copy = newPath()
  const bare = await bareAt(path, driver)
  // No room for what changes, so that it is written to the file before the end.
  bare.exec('PRAGMA cache_size = 1; BEGIN; CREATE TABLE big (x)')
  bare.exec(
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) INSERT INTO big SELECT randomblob(4000) FROM n',
  )
  for (const ending of ['', '-journal']) copyFileSync(`${path}${ending}`, `${copy}${ending}`)
  bare.exec('ROLLBACK')
  const before = folderOf(copy)
  expect(await wordOnOpening(copy)).toBe('unavailable')
  expect(folderOf(copy)).toEqual(before)
})

test('A file that another takes the place of is read anew; one that is gone is unavailable.', async () => {
  const driver = presentDrivers[0] ?? expect.fail()
  const again = "INSERT INTO event SELECT 9, 'b', 1, event_id, record, hash, content, salt FROM event WHERE version = 1"
  const [path, other] = [await filled(driver), await filled(driver, again)]
  const store = await openToRead(path)
  expect(orThrow(await store.list({}))).toHaveLength(1)
  renameSync(other, path)
  expect(orThrow(await store.list({}))).toHaveLength(2)
  rmSync(path)
  expect(inShort<unknown>(await store.list({}))).toBe('unavailable')
})

test('What was read while the file changed is not answered: it is asked again.', async () => {
  const path = await filled(presentDrivers[0] ?? expect.fail())
  const real = orThrow(await chooseDriver(presentDrivers[0]))
  let asked = 0
  const open = (at: string, reading?: Reading): Driver => {
    const driver = real(at, reading)
    const prepare = <Row>(sql: string) => {
      const statement = driver.prepare<Row>(sql)
      const all = (...values: readonly SqlValue[]) => {
        if (sql.includes('event') && ++asked === 1) utimesSync(path, 1, 1)
        return statement.all(...values)
      }
      return { run: statement.run, all }
    }
    return { ...driver, prepare }
  }
  const file = readingFile(Object.assign(open, { takesUris: true }), path)
  expect(file.prepare('SELECT count(*) AS count FROM event').all()).toEqual([{ count: 3 }])
  expect(asked).toBe(2)
  file.close()
})

describe('A driver that takes no URIs', () => {
  const reader = async (): Promise<OpenDriver> => {
    const open = orThrow(await chooseDriver(presentDrivers[0]))
    return Object.assign((path: string) => open(path), { takesUris: false })
  }

  test('reads a file that has no write-ahead log.', async () => {
    const path = await filled(presentDrivers[0] ?? expect.fail(), 'PRAGMA journal_mode = DELETE')
    const file = readingFile(await reader(), path)
    expect(file.prepare('SELECT count(*) AS count FROM event').all()).toEqual([{ count: 3 }])
    file.close()
  })

  test('is told that it would make files where none are, and makes none.', async () => {
    const path = await filled(presentDrivers[0] ?? expect.fail())
    const before = folderOf(path)
    const open = await reader()
    expect(() => readingFile(open, path)).toThrow(/npm install libsql/)
    expect(folderOf(path)).toEqual(before)
  })
})
