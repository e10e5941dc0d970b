/** Opening: the first time by many at once, of a schema that is another's or newer, and of a server that refuses. */

import { isLeft, right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { orThrow } from '../../../src/or-throw.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { schemaVersion } from '../../../src/stores/postgres/migrations.js'
import { appendFunction } from '../../../src/stores/postgres/schema/append-function.js'
import { conversationTable } from '../../../src/stores/postgres/schema/conversation-table.js'
import { eraseFunction } from '../../../src/stores/postgres/schema/erase-function.js'
import { eventById } from '../../../src/stores/postgres/schema/event-by-id.js'
import { eventByPosition } from '../../../src/stores/postgres/schema/event-by-position.js'
import {
  eventIsKept,
  eventIsNotChanged,
  eventIsNotDeleted,
  eventsAreNotTruncated,
} from '../../../src/stores/postgres/schema/event-is-kept.js'
import { eventTable } from '../../../src/stores/postgres/schema/event-table.js'
import { nextPositionFunction } from '../../../src/stores/postgres/schema/next-position-function.js'
import { snapshotTable } from '../../../src/stores/postgres/schema/snapshot-table.js'
import { storeTable } from '../../../src/stores/postgres/schema/store-table.js'
import { appendOf, inShort, storedEvent } from '../stored-events.js'
import { dropSchema, newSchema, onBare, openIn, serverUrl } from './server.js'

const firstSchema = [
  storeTable,
  'INSERT INTO colloquy_store (schema_version) VALUES (0)',
  conversationTable,
  eventTable,
  eventById,
  eventByPosition,
  eventIsKept,
  eventIsNotDeleted,
  eventsAreNotTruncated,
  eventIsNotChanged,
  snapshotTable,
  nextPositionFunction,
  appendFunction,
  eraseFunction,
]

const wordOnOpening = async (schema: string, connectionString = serverUrl()) => {
  const opened = await openPostgresStore({ connectionString, schema })
  if (isLeft(opened)) return inShort(opened)
  await opened.right.close()
  return 'opened'
}

test('Eight pods that start at once on an empty database all open, and share one store.', async () => {
  const schema = newSchema()
  const stores = await Promise.all(Array.from({ length: 8 }, () => openIn(schema)))
  for (const [n, store] of stores.entries()) orThrow(await store.append(appendOf(storedEvent('a', n + 1))))
  for (const store of stores) expect(orThrow(await store.list({}))).toEqual([{ conversationId: 'a', version: 8 }])
  await Promise.all(stores.map((store) => store.close()))
  const rows = await onBare(schema, (client) => client.query('SELECT schema_version FROM colloquy_store'))
  expect(rows.rows).toEqual([{ schema_version: schemaVersion }])
  await dropSchema(schema)
})

test('A schema whose name needs quoting is a schema like any other, and an empty one is taken.', async () => {
  const schema = `${newSchema()} "Ünïted"; --`
  await onBare('public', (client) => client.query(`CREATE SCHEMA ${client.escapeIdentifier(schema)}`))
  const store = await openIn(schema)
  orThrow(await store.append(appendOf(storedEvent('a', 1))))
  await store.close()
  await onBare('public', (client) => client.query(`DROP SCHEMA ${client.escapeIdentifier(schema)} CASCADE`))
})

test('A schema that holds something else is incompatible, and is left as it was.', async () => {
  const schema = newSchema()
  await onBare('public', (client) => client.query(`CREATE SCHEMA "${schema}" CREATE TABLE customer (name text)`))
  expect(await wordOnOpening(schema)).toBe('incompatible-store')
  const tables = 'SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace'
  const { rows } = await onBare(schema, (client) => client.query(tables, [`"${schema}"`]))
  expect(rows).toEqual([{ relname: 'customer' }])
  await dropSchema(schema)
})

test('A newer schema is incompatible, and is left as it was.', async () => {
  const schema = newSchema()
  await (await openIn(schema)).close()
  await onBare(schema, (client) => client.query('UPDATE colloquy_store SET schema_version = schema_version + 1'))
  expect(await wordOnOpening(schema)).toBe('incompatible-store')
  const { rows } = await onBare(schema, (client) => client.query('SELECT schema_version FROM colloquy_store'))
  expect(rows).toEqual([{ schema_version: schemaVersion + 1 }])
  await dropSchema(schema)
})

test('A schema of version 1 is brought to the version of today, and keeps what it holds.', async () => {
  const schema = newSchema()
  const first = [...firstSchema, 'UPDATE colloquy_store SET schema_version = 1']
  await onBare(schema, async (client) => {
    await client.query(`CREATE SCHEMA "${schema}"`)
    for (const sql of first) await client.query(sql)
    const { record, hash } = storedEvent('a', 1)
    const values = ['a', 0, ['a-1'], [record], [hash], [null], [null]]
    await client.query('SELECT append($1, $2, $3, $4, $5, $6, $7)', values)
  })
  const store = await openIn(schema)
  expect(orThrow(await store.read({ conversationId: 'a' }))).toEqual([storedEvent('a', 1)])
  expect(await store.registers?.save({ key: 'k', revision: 0, text: 't' })).toEqual(right({ revision: 1 }))
  await store.close()
  const { rows } = await onBare(schema, (client) => client.query('SELECT schema_version FROM colloquy_store'))
  expect(rows).toEqual([{ schema_version: schemaVersion }])
  await dropSchema(schema)
})

test('What cannot be the name of a schema is incompatible.', async () => {
  for (const schema of ['', 'x'.repeat(64), 'é'.repeat(32), 'pg_mine', 'a\0b', '\ud800']) {
    expect(await wordOnOpening(schema)).toBe('incompatible-store')
  }
})

test('A bound that is no bound is refused at once.', async () => {
  for (const bound of [{ poolMax: 0 }, { queueMax: -1 }, { statementTimeoutMs: 0.5 }, { poolMax: Number.NaN }]) {
    await expect(openPostgresStore({ connectionString: serverUrl(), ...bound })).rejects.toThrow(RangeError)
  }
})

test('A server that is not there, or does not let us in, is unavailable.', async () => {
  const wrong = new URL(serverUrl())
  wrong.password = 'wrong'
  expect(await wordOnOpening(newSchema(), wrong.href)).toBe('unavailable')
  // Port 9 discards; nobody serves a database there.
  expect(await wordOnOpening(newSchema(), 'postgres://nobody@127.0.0.1:9/nothing')).toBe('unavailable')
})

test('What is asked beyond the bounded queue is refused at once as unavailable, and what waits is done.', async () => {
  const schema = newSchema()
  const store = await openIn(schema, { poolMax: 2, queueMax: 3 })
  const asked = Array.from({ length: 20 }, (_, n) => store.append(appendOf(storedEvent(`conversation ${n}`, 1))))
  const answers = (await Promise.all(asked)).map(inShort)
  expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => ({ version: 1 })))
  expect(answers.slice(5)).toEqual(Array.from({ length: 15 }, () => 'unavailable'))
  expect(orThrow(await store.list({}))).toHaveLength(5)
  await store.close()
  await dropSchema(schema)
})
