/**
 * The server to test against, a schema of its own for each store, and a bare connection to look behind the store's back.
 * Where no server is named, none of these tests is run: see `vitest.config.ts`.
 */
import pg from 'pg'
import { services } from '../../../scripts/services/found.mjs'
import type { AppendRequest, EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { openPostgresStore, type PostgresStoreOptions } from '../../../src/stores/postgres/index.js'
import { append } from '../../../src/stores/postgres/statements.js'
import type { HeldAppend } from '../../../src/testing/index.js'

export function serverUrl(): string {
  const url = services().find(({ variable }) => variable === 'COLLOQUY_POSTGRES')?.url
  if (url === undefined) throw new Error('no PostgreSQL to test against: npm run services')
  return url
}

let schemas = 0

/** A name that no other test, process or run has. */
export const newSchema = (): string => `test_${process.pid}_${Date.now()}_${++schemas}`

const fewConnections = 4
const asksMax = 5_000

/** A store in this schema. */
export async function openIn(schema: string, options: Partial<PostgresStoreOptions> = {}): Promise<EventStore> {
  const settings = { connectionString: serverUrl(), schema, poolMax: fewConnections, ...options }
  return orThrow(await openPostgresStore(settings))
}

/** A bare connection, which sees this schema; the caller ends it. */
export async function bare(schema: string, connectionString: string = serverUrl()): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, options: `-c search_path="${schema}"` })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Does this on a bare connection. */
export async function onBare<A>(
  schema: string,
  work: (client: pg.Client) => Promise<A>,
  connectionString?: string,
): Promise<A> {
  const client = await bare(schema, connectionString)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export async function dropSchema(schema: string): Promise<void> {
  await onBare(schema, (client) => client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`))
}

/** An append in a transaction that stays open. */
export async function holdAppend(schema: string, request: AppendRequest): Promise<HeldAppend> {
  const client = await bare(schema)
  await client.query('BEGIN')
  const { text, values = [] } = append(request)
  await client.query(text, [...values])
  return {
    commit: async () => {
      await client.query('COMMIT')
      await client.end()
    },
  }
}

/** Resolves once every transaction that has begun by now, whoever's on this server, is over. */
export async function feedSettled(schema: string, connectionString?: string): Promise<void> {
  const settle = async (client: pg.Client) => {
    const ask = async (what: string) => Number((await client.query(`SELECT ${what}::text AS id`)).rows[0].id)
    const next = await ask('pg_snapshot_xmax(pg_current_snapshot())')
    while ((await ask('pg_snapshot_xmin(pg_current_snapshot())')) < next);
  }
  await onBare(schema, settle, connectionString)
}

/** Asks until the answer is one; a server that is starting, or a file that is read again, takes a while. */
export async function patiently<A>(ask: () => Promise<A>, isAnswer: (answer: A) => boolean): Promise<A> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask()
    if (isAnswer(answer) || attempt === asksMax) return answer
  }
}

/** Lets no commit be acknowledged until a standby of this name has it; `''` waits for none. */
export async function waitForStandby(connectionString: string, name: string): Promise<void> {
  const client = await bare('public', connectionString)
  await client.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`)
  await client.query('SELECT pg_reload_conf()')
  const shown = async () => (await client.query('SHOW synchronous_standby_names')).rows[0].synchronous_standby_names
  await patiently(shown, (value) => value === name)
  await client.end()
}
