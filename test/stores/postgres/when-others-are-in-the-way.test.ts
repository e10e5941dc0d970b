/** What the server refuses in the middle of an append: no code of its own gets out, and nothing is half stored. */

import type pg from 'pg'
import { beforeEach, expect, test } from 'vitest'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { bare, dropSchema, feedSettled, holdAppend, newSchema, openIn, patiently } from './server.js'

let schema = ''
let store: EventStore
let other: pg.Client

beforeEach(async () => {
  schema = newSchema()
  store = await openIn(schema)
  other = await bare(schema)
  return async () => {
    await Promise.all([store.close(), other.end()])
    await dropSchema(schema)
  }
})

/** Lets so many inserts fail with this code; a sequence counts, for it is not rolled back. */
async function failing(code: string, times: number): Promise<void> {
  await other.query(`
    CREATE SEQUENCE failures;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('failures') <= ${times} THEN
        RAISE EXCEPTION 'in the way' USING ERRCODE = '${code}';
      END IF;
      RETURN NULL;
    END
    $$;
    CREATE TRIGGER fail BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION fail()`)
}

const attempts = async () => Number((await other.query('SELECT last_value FROM failures')).rows[0].last_value)

test.for(['23505', '40001', '40P01'])(
  'After %s, which passes, the same append is tried again and gets through.',
  async (code) => {
    await failing(code, 2)
    expect(orThrow(await store.append(appendOf(...storedEvents('a', 1, 2))))).toEqual({ version: 2 })
    expect(await attempts()).toBe(3)
    expect(orThrow(await store.read({ conversationId: 'a' }))).toEqual(storedEvents('a', 1, 2))
  },
)

test.for(['23505', '40001', '40P01'])(
  'A %s that does not pass is unavailable after some attempts, and nothing is stored.',
  async (code) => {
    await failing(code, 1_000)
    expect(inShort(await store.append(appendOf(...storedEvents('a', 1, 2))))).toBe('unavailable')
    expect(await attempts()).toBe(5)
    expect(orThrow(await store.list({}))).toEqual([])
  },
)

test('Who waits for a conversation sees its version when it is its turn, and being late writes nothing.', async () => {
  await failing('53100', 0)
  orThrow(await store.append(appendOf(storedEvent('a', 1))))
  const first = await holdAppend(schema, appendOf(storedEvent('a', 2)))
  const late = store.append(appendOf(storedEvent('a', 2, { eventId: 'late' })))
  const waiting = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND application_name = 'colloquy' AND query LIKE '%append(%'`
  await patiently(
    () => other.query(waiting),
    ({ rows }) => rows.length > 0,
  )
  await first.commit()
  expect(inShort(await late)).toBe('wrong-expected-version')
  expect(await attempts()).toBe(2)
})

test('A full disk is unavailable at once; nothing is stored, and the store goes on.', async () => {
  await failing('53100', 1)
  expect(inShort(await store.append(appendOf(...storedEvents('a', 1, 2))))).toBe('unavailable')
  expect(orThrow(await store.list({}))).toEqual([])
  expect(orThrow(await store.append(appendOf(storedEvent('a', 1))))).toEqual({ version: 1 })
})

test('A conversation that stays locked is unavailable when its time is over, and others are not held up.', async () => {
  const hasty = await openIn(schema, { statementTimeoutMs: 200 })
  orThrow(await store.append(appendOf(storedEvent('a', 1))))
  await other.query('BEGIN')
  await other.query("SELECT FROM conversation WHERE conversation_id = 'a' FOR UPDATE")
  expect(inShort(await hasty.append(appendOf(storedEvent('a', 2))))).toBe('unavailable')
  expect(orThrow(await hasty.append(appendOf(storedEvent('b', 1))))).toEqual({ version: 1 })
  await other.query('COMMIT')
  expect(orThrow(await hasty.read({ conversationId: 'a' }))).toHaveLength(1)
  expect(orThrow(await hasty.append(appendOf(storedEvent('a', 2))))).toEqual({ version: 2 })
  await hasty.close()
})

test('An event that stands there without its conversation, by another hand, is never written over.', async () => {
  await other.query("INSERT INTO event VALUES ('a', 1, 1, 'foreign', '{}', '00', NULL, NULL)")
  expect(inShort(await store.append(appendOf(storedEvent('a', 1))))).toBe('unavailable')
  expect(orThrow(await store.read({ conversationId: 'a' }))).toMatchObject([{ eventId: 'foreign' }])
})

test('No program can delete an event, or change one but by erasing it.', async () => {
  const said = storedEvent('a', 1, { content: '"said"', salt: '5a' })
  orThrow(await store.append(appendOf(said)))
  for (const sql of [
    'DELETE FROM event',
    'TRUNCATE event',
    "UPDATE event SET record = '{}'",
    'UPDATE event SET version = version + 1',
    'UPDATE event SET position = position + 1',
    `UPDATE event SET content = '"other"'`,
  ]) {
    await expect(other.query(sql), sql).rejects.toThrow('an event is never deleted')
  }
  expect(orThrow(await store.read({ conversationId: 'a' }))).toEqual([said])
})

test('A role that commits without waiting for the disk does so for others, not for the store.', async () => {
  const { rows } = await other.query('SELECT current_user AS name, current_database() AS database')
  const [{ name, database }] = rows
  const inDatabase = `ALTER ROLE ${name} IN DATABASE ${database}`
  await other.query(`${inDatabase} SET synchronous_commit = off`)
  await other.query(`
    CREATE TABLE seen (setting text);
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO seen VALUES (current_setting('synchronous_commit'));
      RETURN NULL;
    END
    $$;
    CREATE TRIGGER look AFTER INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION look()`)
  const under = await openIn(schema)
  orThrow(await under.append(appendOf(storedEvent('a', 1))))
  await other.query(`${inDatabase} RESET synchronous_commit`)
  expect((await other.query('SELECT * FROM seen')).rows).toEqual([{ setting: 'on' }])
  await under.close()
})

test('A notice of the server is no warning, and a warning makes the outcome unknown.', async () => {
  await other.query(`
    CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.event_id = 'a-1' THEN RAISE NOTICE 'a word'; ELSE RAISE WARNING 'a warning'; END IF;
      RETURN NEW;
    END
    $$;
    CREATE TRIGGER warn BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION warn()`)
  expect(inShort(await store.append(appendOf(storedEvent('a', 1))))).toEqual({ version: 1 })
  expect(inShort(await store.append(appendOf(storedEvent('a', 2))))).toBe('unknown-outcome')
  expect(orThrow(await store.append(appendOf(storedEvent('a', 2))))).toEqual({ version: 2 })
  await feedSettled(schema)
  expect(orThrow(await store.readAll({ afterPosition: 0 }))).toHaveLength(2)
})
