/** A schema that is opened to be read: by a role that may only SELECT, an older one as it is, and nothing in it changes. */
import { randomBytes } from 'node:crypto'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { expect, onTestFinished, test } from 'vitest'
import { orThrow } from '../../../src/or-throw.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { schemaVersion } from '../../../src/stores/postgres/migrations.js'
import { inspected } from '../../server/inspector/inspected.js'
import { eventsOf } from '../../server/served.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { dropSchema, newSchema, onBare, openIn, serverUrl } from './server.js'

/** A schema with a conversation of three events, dropped after the test; then so much SQL. */
async function filled(...after: readonly string[]): Promise<string> {
  const schema = newSchema()
  onTestFinished(() => dropSchema(schema))
  const store = await openIn(schema)
  orThrow(await store.append(appendOf(...storedEvents('a', 1, 3))))
  orThrow((await store.registers?.save({ key: 'k', revision: 0, text: 't' })) ?? expect.fail())
  await store.close()
  for (const sql of after) await onBare(schema, (client) => client.query(sql))
  return schema
}

/** As the first version had it: without registers, and what later versions write by. */
const asFirst = ['DROP TABLE register', 'DROP FUNCTION append_many', 'UPDATE colloquy_store SET schema_version = 1']

/** Every relation, function and column of a schema, and every row with the transaction that wrote it. */
const all = (schema: string) =>
  onBare(schema, async (client) => {
    const ask = async (sql: string) => (await client.query(sql, sql.includes('$1') ? [schema] : [])).rows
    const relations = await ask(`SELECT relname, relkind, attname, attstattarget FROM pg_attribute
      JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
      ORDER BY 1, attnum`)
    const functions = await ask(`SELECT proname, prosrc FROM pg_proc
      WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) ORDER BY 1`)
    const tables = await ask('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1')
    const rows: unknown[] = []
    for (const { tablename } of tables) {
      rows.push(tablename, await ask(`SELECT xmin::text, one::text FROM "${tablename}" AS one ORDER BY 2`))
    }
    return { relations, functions, rows }
  })

/** A role that may look at this schema and do nothing else; its address. */
async function onlooker(schema: string): Promise<string> {
  const [role, password] = [`looks_${schema}`, randomBytes(12).toString('hex')]
  await onBare(schema, (client) =>
    client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}';
      GRANT USAGE ON SCHEMA "${schema}" TO ${role};
      GRANT SELECT ON ALL TABLES IN SCHEMA "${schema}" TO ${role}`),
  )
  onTestFinished(() =>
    onBare(schema, (client) => client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)).then(() => {}),
  )
  return Object.assign(new URL(serverUrl()), { username: role, password }).href
}

async function openToRead(schema: string, connectionString = serverUrl()) {
  const store = orThrow(await openPostgresStore({ connectionString, schema, poolMax: 2, readOnly: true }))
  onTestFinished(() => store.close())
  return store
}

const wordOnOpening = async (schema: string) => {
  const opened = await openPostgresStore({ connectionString: serverUrl(), schema, readOnly: true })
  if (isLeft(opened)) return inShort(opened)
  await opened.right.close()
  return 'opened'
}

test.each([
  ["today's", [], { key: 'k', revision: 1, text: 't' }],
  ['of version 1', asFirst, null],
])(
  'A schema that is %s is inspected by a role that may only look, and stays as it was.',
  async (_, after, register) => {
    const schema = await filled(...after)
    const before = await all(schema)
    const store = await openToRead(schema, await onlooker(schema))
    const { json, lines, get } = await inspected({ store })
    expect(await json('/api/conversations')).toMatchObject({ conversations: [{ conversationId: 'a', version: 3 }] })
    expect(await lines('/api/conversations/a/log')).toHaveLength(3)
    expect(await json('/api/heat')).toMatchObject({ isWhole: true })
    expect(await json('/api/about')).toMatchObject({ hasIndex: false })
    // Several at once, each on a connection of its own.
    const loads = await Promise.all([1, 2, 3, 4].map(() => store.registers?.load('k')))
    expect(loads).toEqual([1, 2, 3, 4].map(() => right(register)))
    expect(await all(schema)).toEqual(before)
    // What others append is heard of all the same.
    const live = eventsOf(await get('/api/conversations/a/live?from=4'))
    await onBare(schema, (client) =>
      client.query("SELECT append('a', 3, ARRAY['a-4'], ARRAY['{}'], ARRAY['h'], ARRAY[null], ARRAY[null])"),
    )
    expect((await live.next()).value).toMatchObject({ event: 'line' })
  },
)

test('Whatever would write is unavailable, also where the role may write.', async () => {
  const schema = await filled()
  const before = await all(schema)
  const store = await openToRead(schema)
  const shape = { name: 'lengths', fields: { length: 'integer' }, indexes: [] } as const
  const answers = [
    await store.append(appendOf(storedEvent('a', 4))),
    await store.append(appendOf(storedEvent('b', 1))),
    await store.erase({ conversationId: 'a', versions: [1] }),
    await store.saveSnapshot({ conversationId: 'a', version: 3, text: 'x' }),
    await store.registers?.save({ key: 'k', revision: 1, text: 'x' }),
    await store.views?.make(shape),
    await store.health(),
  ]
  expect(answers.map((answer) => answer && inShort<unknown>(answer))).toEqual(answers.map(() => 'unavailable'))
  expect(await store.registers?.load('k')).toEqual(right({ key: 'k', revision: 1, text: 't' }))
  expect(await all(schema)).toEqual(before)
})

test("A newer schema, another program's, and none at all are incompatible, and stay as they were.", async () => {
  const newer = await filled(`UPDATE colloquy_store SET schema_version = ${schemaVersion + 1}`)
  const foreign = newSchema()
  await onBare('public', (client) => client.query(`CREATE SCHEMA "${foreign}" CREATE TABLE customer (name text)`))
  onTestFinished(() => dropSchema(foreign))
  for (const schema of [newer, foreign, newSchema()]) {
    const before = await all(schema)
    expect(await wordOnOpening(schema)).toBe('incompatible-store')
    expect(await all(schema)).toEqual(before)
  }
})
