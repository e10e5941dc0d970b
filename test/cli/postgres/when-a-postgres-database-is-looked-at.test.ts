/** `colloquy inspect`, `serve` and `chart --heat` on a PostgreSQL address. */
import { expect, onTestFinished, test } from 'vitest'
import { openDoor, opened } from '../../conversations/door.js'
import { dropSchema, newSchema, onBare, openIn, serverUrl } from '../../stores/postgres/server.js'
import { looksAtDatabases } from '../looked-at.js'
import { asked, Running } from '../running.js'

function schemaForTest(): string {
  const schema = newSchema()
  onTestFinished(() => dropSchema(schema))
  return schema
}

const addressOf = (schema: string): string => `${serverUrl()}?schema=${schema}`

looksAtDatabases('PostgreSQL', () => {
  const schema = schemaForTest()
  return { address: addressOf(schema), open: () => openIn(schema), hasIndex: true }
})

/** Every row of every table, with the transaction that wrote it. */
const rowsIn = (schema: string) =>
  onBare(schema, async (client) => {
    const { rows: tables } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1', [
      schema,
    ])
    const rows: (readonly [table: string, rows: readonly unknown[]])[] = []
    for (const { tablename } of tables) {
      const found = await client.query(`SELECT xmin::text, one::text FROM "${tablename}" AS one ORDER BY one::text`)
      rows.push([tablename, found.rows])
    }
    return rows
  })

test('No row of a PostgreSQL database is written by whoever looks at it, whatever is asked.', async () => {
  const schema = schemaForTest()
  const store = await openIn(schema)
  await opened(openDoor({ store }))
  await store.close()
  const before = await rowsIn(schema)
  const running = new Running(['inspect', addressOf(schema)])
  const [at] = await running.printed(/http:\S+/)
  for (const path of ['conversations?risk=flagged', 'conversations/c1/log', 'conversations/c1/events/1', 'heat']) {
    expect((await asked(at, `api/${path}`)).status).toBe(200)
  }
  expect(await running.interrupted()).toBe(0)
  expect(before.length).toBeGreaterThan(5)
  expect(await rowsIn(schema)).toEqual(before)
})
