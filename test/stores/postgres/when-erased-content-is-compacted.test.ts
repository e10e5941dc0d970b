/** After an erasure and a compaction the text is in none of the server's files. With servers of this file's own. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePostgres, type PostgresServer, removePostgres } from '../../../scripts/services/postgres.mjs'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { appendOf, inShort, storedEvent } from '../stored-events.js'
import { bare, newSchema, patiently } from './server.js'

let server: PostgresServer

beforeAll(async () => {
  server = await makePostgres()
  await setRecycling('off')
})
afterAll(() => removePostgres(server))

/** A store in a schema of its own; content is not compressed there, so that it can be found in the files. */
async function open(): Promise<{ schema: string; store: EventStore }> {
  const schema = newSchema()
  const store = orThrow(await openPostgresStore({ connectionString: server.url, schema, statementTimeoutMs: 5_000 }))
  await ask(`ALTER TABLE "${schema}".event ALTER content SET STORAGE EXTERNAL`)
  await ask(`ALTER TABLE "${schema}".snapshot ALTER text SET STORAGE EXTERNAL`)
  return { schema, store }
}

async function ask(sql: string, url = server.url): Promise<readonly Record<string, unknown>[]> {
  const client = await bare('public', url)
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

/** Whether old segments of the log are used again. */
async function setRecycling(value: 'on' | 'off'): Promise<void> {
  await ask(`ALTER SYSTEM SET wal_recycle = ${value}`)
  await ask('SELECT pg_reload_conf()')
  await patiently(
    () => ask('SHOW wal_recycle'),
    ([row]) => row?.wal_recycle === value,
  )
}

const isCompacted = async (store: EventStore) => expect(await store.compact?.()).toMatchObject({ _tag: 'Right' })

const secret = () => `<<${randomBytes(12).toString('hex')}>>`

/** Where in the server's files this text is. */
async function placesOf(text: string): Promise<readonly string[]> {
  await ask('CHECKPOINT')
  const folder = join(server.folder, 'data')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((file) => join(file.parentPath, file.name)).filter((path) => bytesOf(path)?.includes(text))
}

/** A file's bytes; none where the server, which goes on working, has removed it since it was listed. */
function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    return undefined
  }
}

async function say(store: EventStore, version: number, text: string, times = 1): Promise<void> {
  const content = JSON.stringify(text.repeat(times))
  orThrow(await store.append(appendOf(storedEvent('a', version, { content, salt: text.slice(2, -2) }))))
}

test('The text is in tables, in the log and in snapshots before, and in no file after, however long it is.', async () => {
  const { schema, store } = await open()
  const erased = [1, 50, 5_000].map((times, n) => ({ text: secret(), times, version: n + 1 }))
  const kept = secret()
  for (const { version, text, times } of erased) {
    await say(store, version, text, times)
    orThrow(await store.saveSnapshot({ conversationId: 'a', version, text: text.repeat(times) }))
  }
  await say(store, 4, kept)
  await ask(`ANALYZE "${schema}".event`)
  await ask(`ANALYZE "${schema}".snapshot`)
  for (const { text } of erased) {
    const places = (await placesOf(text)).join(' ')
    expect(places).toMatch(/\/base\//)
    expect(places).toMatch(/\/pg_wal\//)
  }
  orThrow(await store.erase({ conversationId: 'a', versions: erased.map(({ version }) => version) }))
  for (const { text } of erased) expect(await placesOf(text)).not.toEqual([])
  await isCompacted(store)
  for (const { text } of erased) {
    expect(await placesOf(text)).toEqual([])
    // The salt.
    expect(await placesOf(text.slice(2, -2))).toEqual([])
  }
  expect(await placesOf(kept)).not.toEqual([])
  expect(orThrow(await store.read({ conversationId: 'a' })).map(({ content }) => content)).toEqual([
    null,
    null,
    null,
    JSON.stringify(kept),
  ])
  await store.close()
})

test('What lies in segments that the server kept to use again, from before, is gone too.', async () => {
  const { schema, store } = await open()
  await setRecycling('on')
  const text = secret()
  await say(store, 1, text)
  const segment = 'SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS name'
  const [written] = await ask(segment)
  for (let n = 0; n < 2; n++) {
    await ask(`UPDATE "${schema}".conversation SET version = version`)
    await ask('SELECT pg_switch_wal()')
    await ask('CHECKPOINT')
  }
  const inLog = (await placesOf(text)).filter((path) => path.includes('pg_wal'))
  expect(inLog.map((path) => path.split('/').at(-1) ?? '').filter((name) => name > `${written?.name}`)).toHaveLength(1)
  await setRecycling('off')
  orThrow(await store.erase({ conversationId: 'a', versions: [1] }))
  await isCompacted(store)
  expect(await placesOf(text)).toEqual([])
  await store.close()
})

test('While it compacts, writers wait and are then answered.', async () => {
  const { store } = await open()
  await say(store, 1, secret())
  const compacting = store.compact?.()
  const writing = Array.from({ length: 20 }, (_, n) => store.append(appendOf(storedEvent(`conversation ${n}`, 1))))
  expect((await Promise.all(writing)).map(inShort)).toEqual(writing.map(() => ({ version: 1 })))
  expect(await compacting).toMatchObject({ _tag: 'Right' })
  await store.close()
})

test('While a transaction elsewhere may still see what was erased, it is not said to be gone; then it is.', async () => {
  const { schema, store } = await open()
  const text = secret()
  await say(store, 1, text)
  const reader = await bare(schema, server.url)
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  // It may see the events, though it has no lock on them.
  await reader.query('SELECT 1')
  orThrow(await store.erase({ conversationId: 'a', versions: [1] }))
  expect(await store.compact?.()).toMatchObject({
    left: { code: 'unavailable', message: expect.stringContaining('can still be seen') },
  })
  expect(await placesOf(text)).not.toEqual([])
  await reader.query('COMMIT')
  await reader.end()
  await isCompacted(store)
  expect(await placesOf(text)).toEqual([])
  await store.close()
})

test('Where the server keeps old segments of its log to use them again, it says so and touches nothing.', async () => {
  const { schema, store } = await open()
  const file = () => ask(`SELECT pg_relation_filenode('"${schema}".event') AS node`)
  const before = await file()
  await setRecycling('on')
  expect(await store.compact?.()).toMatchObject({
    left: { code: 'unavailable', message: expect.stringContaining('wal_recycle') },
  })
  await setRecycling('off')
  expect(await file()).toEqual(before)
  await store.close()
})

test('A role that may not touch the log is told what it needs, and with that it needs not be a superuser.', async () => {
  await ask("CREATE ROLE app LOGIN PASSWORD 'app'")
  await ask('GRANT CREATE ON DATABASE postgres TO app')
  const url = Object.assign(new URL(server.url), { username: 'app', password: 'app' }).href
  const store = orThrow(await openPostgresStore({ connectionString: url, schema: 'app' }))
  const text = secret()
  await say(store, 1, text)
  orThrow(await store.erase({ conversationId: 'a', versions: [1] }))
  expect(await store.compact?.()).toMatchObject({
    left: { code: 'unavailable', message: expect.stringContaining('pg_checkpoint') },
  })
  await ask('GRANT pg_checkpoint, pg_monitor TO app')
  await ask('GRANT EXECUTE ON FUNCTION pg_switch_wal() TO app')
  await isCompacted(store)
  expect(await placesOf(text)).toEqual([])
  await store.close()
})
