/** What a file must be to become a store, what is set on it, and what is never touched. */
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import type { Driver, DriverName } from '../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { applicationId, schemaVersion } from '../../src/stores/sqlite/migrations.js'
import { readPragma, setPragmas } from '../../src/stores/sqlite/pragmas.js'
import { bareAt, newPath, openAt, presentDrivers } from './sqlite-files.js'
import { appendOf, inShort, storedEvent, storedEvents } from './stored-events.js'

async function codeOfOpening(path: string, driver?: DriverName): Promise<string | undefined> {
  const answer = await openSqliteStore(driver ? { path, driver } : { path })
  if (answer._tag === 'Right') await answer.right.close()
  return answer._tag === 'Left' ? answer.left.code : undefined
}

describe.each(presentDrivers)('over %s', (driver) => {
  test('Every pragma is set and reads back as set.', async () => {
    const bare = await bareAt(newPath(), driver)
    for (const worse of ['busy_timeout = 0', 'synchronous = NORMAL', 'secure_delete = OFF', 'foreign_keys = OFF']) {
      bare.exec(`PRAGMA ${worse}`)
    }
    expect(setPragmas(bare)).toBeUndefined()
    const pragmas = ['journal_mode', 'synchronous', 'busy_timeout', 'secure_delete', 'foreign_keys']
    expect(pragmas.map((pragma) => readPragma(bare, pragma))).toEqual(['wal', 2, 5000, 1, 1])
  })

  test('A pragma that does not take is an error.', async () => {
    expect(setPragmas(await bareAt(':memory:', driver))).toMatchObject({ code: 'incompatible-store' })
    const bare = await bareAt(newPath(), driver)
    const deaf: Driver = { ...bare, exec: (sql) => bare.exec(sql.replace('= FULL', '= OFF')) }
    expect(setPragmas(deaf)).toMatchObject({ code: 'incompatible-store' })
  })

  test('A file is known as ours by its application id, and by the schema in its user version.', async () => {
    const path = newPath()
    await (await openAt(path, driver)).close()
    const bare = await bareAt(path, driver)
    expect(readPragma(bare, 'application_id')).toBe(applicationId)
    expect(readPragma(bare, 'user_version')).toBe(schemaVersion)
    expect(readPragma(bare, 'journal_mode')).toBe('wal')
  })

  test('An empty file becomes a store.', async () => {
    const path = newPath()
    writeFileSync(path, '')
    expect(await codeOfOpening(path, driver)).toBeUndefined()
  })

  test.each([
    ['with a table of its own', 'CREATE TABLE theirs (a)'],
    ['with a table named as ours', 'CREATE TABLE event (a)'],
    ["with another program's id", 'PRAGMA application_id = 7'],
    ['with a schema of its own', 'PRAGMA user_version = 3'],
    ['of a newer Colloquy', `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion + 1}`],
  ])('A database %s is refused and stays as it was.', async (_, sql) => {
    const path = newPath()
    const bare = await bareAt(path, driver)
    bare.exec(sql)
    bare.close()
    const before = readFileSync(path)
    expect(await codeOfOpening(path, driver)).toBe('incompatible-store')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  test('A file that is no database is refused and stays as it was.', async () => {
    const path = newPath()
    const text = 'Dear diary, '.repeat(1_000)
    writeFileSync(path, text)
    expect(await codeOfOpening(path, driver)).toBe('incompatible-store')
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  test('A file that is locked while it is opened is waited for.', async () => {
    const path = newPath()
    const bare = await bareAt(path, driver)
    bare.exec('BEGIN EXCLUSIVE')
    const opening = codeOfOpening(path, driver)
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
    bare.exec('COMMIT')
    expect(await opening).toBeUndefined()
  })

  test('A folder, and a file in no folder, are unavailable.', async () => {
    const path = newPath()
    expect(await codeOfOpening(dirname(path), driver)).toBe('unavailable')
    expect(await codeOfOpening(join(path, 'nowhere', 'chats.db'), driver)).toBe('unavailable')
  })

  test('A store opened again has kept everything, and positions go on.', async () => {
    const path = newPath()
    const before = await openAt(path, driver)
    orThrow(await before.append(appendOf(...storedEvents('a', 1, 3))))
    orThrow(await before.saveSnapshot({ conversationId: 'a', version: 3, text: '{}' }))
    const [, , third] = orThrow(await before.readAll({ afterPosition: 0 }))
    await before.close()
    const after = await openAt(path, driver)
    expect(inShort(await after.read({ conversationId: 'a' }))).toEqual(storedEvents('a', 1, 3))
    expect(inShort(await after.loadSnapshot('a'))).toMatchObject({ version: 3, text: '{}' })
    orThrow(await after.append(appendOf(storedEvent('a', 4))))
    const [fourth] = orThrow(await after.readAll({ afterPosition: third?.position ?? Number.NaN }))
    expect(fourth).toMatchObject({ eventId: 'a-4' })
  })

  test('What another program writes into an event is refused by the file itself.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    orThrow(await store.append(appendOf(storedEvent('a', 1, { content: '1', salt: 'ab' }))))
    const bare = await bareAt(path, driver)
    for (const change of [
      "record = 'x'",
      "hash = 'x'",
      'version = 9',
      "event_id = 'x'",
      "content = '2'",
      "salt = 'x'",
    ]) {
      expect(() => bare.exec(`UPDATE event SET ${change}`)).toThrow('an event is never changed')
    }
    expect(() => bare.exec('DELETE FROM event')).toThrow('an event is never deleted')
    expect(inShort(await store.read({ conversationId: 'a' }))).toEqual([
      storedEvent('a', 1, { content: '1', salt: 'ab' }),
    ])
  })

  test('A position is never used again, even where someone has cut off the tail by force.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    orThrow(await store.append(appendOf(...storedEvents('a', 1, 3))))
    const [, second, third] = orThrow(await store.readAll({ afterPosition: 0 }))
    const bare = await bareAt(path, driver)
    bare.exec('DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE version = 3')
    orThrow(await store.append(appendOf(storedEvent('a', 3, { eventId: 'other' }))))
    const [other] = orThrow(await store.readAll({ afterPosition: second?.position ?? Number.NaN }))
    expect(other).toMatchObject({ eventId: 'other' })
    expect(other?.position).toBeGreaterThan(third?.position ?? Number.NaN)
  })

  test('A damaged file is answered as corrupt, and nothing is thrown.', async () => {
    const path = newPath()
    const store = await openAt(path, driver)
    orThrow(await store.append(appendOf(...storedEvents('a', 1, 100))))
    orThrow(await store.erase({ conversationId: 'a', versions: [1] }))
    await store.close()
    const file = openSync(path, 'r+')
    const firstPage = 4_096
    writeSync(file, Buffer.alloc(statSync(path).size - firstPage, 0x5a), 0, undefined, firstPage)
    closeSync(file)
    const damaged = await openAt(path, driver)
    expect(inShort(await damaged.read({ conversationId: 'a' }))).toBe('corrupt-event')
    expect(inShort(await damaged.append(appendOf(storedEvent('a', 101))))).toBe('corrupt-event')
  })
})

test.each([':memory:', '', 'a\0b', 'a\ud800b'])('The path %j is no file, hence no durable store.', async (path) => {
  expect(await codeOfOpening(path)).toBe('incompatible-store')
})

test('An unknown driver is missing.', async () => {
  expect(await codeOfOpening(newPath(), '__proto__' as DriverName)).toBe('driver-missing')
})
