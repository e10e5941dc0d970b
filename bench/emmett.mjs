/**
 * Emmett's stores, to measure ours against in the same run: the same events, one an append, in the same places. They are
 * installed apart, in `.colloquy/`, when they are first asked for: nothing of ours needs them.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { buildApart, inProject, installApart } from '../scripts/prepare.mjs'
import { conversationOf } from './logs.mjs'
import { compare, report } from './measure.mjs'
import { appendOne, sealed } from './store-laps.mjs'

const folder = '.colloquy/emmett'
// The newest that fit each other, with the peers they name; sqlite3 is compiled, in a minute or two.
const packages = [
  '@event-driven-io/emmett@0.42.0',
  '@event-driven-io/emmett-postgresql@0.42.0',
  '@event-driven-io/emmett-sqlite@0.42.4',
  '@event-driven-io/pongo@0.16.11',
  '@event-driven-io/dumbo@0.12.7',
  'ansis@3',
  'async-retry@1',
  'cli-table3@0.6',
  'commander@12',
  'pg@8',
  'pg-connection-string@2',
  'sqlite3@5.1.7',
  'uuid@10',
]
const streams = 100

function load(name) {
  const ready = inProject(`${folder}/ready`)
  if (!existsSync(ready)) {
    mkdirSync(inProject(folder), { recursive: true })
    writeFileSync(inProject(`${folder}/package.json`), '{ "private": true }\n')
    installApart(folder, ...packages)
    buildApart(folder, 'sqlite3')
    // Last of all: what was broken off half-way is begun anew.
    writeFileSync(ready, '')
  }
  return import(inProject(`${folder}/node_modules/@event-driven-io/${name}/dist/index.js`))
}

/** Its PostgreSQL store, as it comes; it makes its tables in the database by itself. */
export async function openEmmettPostgres(connectionString) {
  const { getPostgreSQLEventStore } = await load('emmett-postgresql')
  return getPostgreSQLEventStore(connectionString)
}

/** Its SQLite store as it comes: it opens a connection for each append. `synchronous` is as SQLite has it, FULL. */
export async function openEmmettSqlite(fileName) {
  const { getSQLiteEventStore } = await load('emmett-sqlite')
  return getSQLiteEventStore({ fileName })
}

/**
 * The same on one connection that is kept: faster, and it can be asked by many at once; but then whoever is not the last in
 * a transaction is answered before the commit.
 */
export async function openEmmettSqliteOnOne(fileName) {
  const { getSQLiteEventStore, sqliteConnection } = await load('emmett-sqlite')
  const connection = sqliteConnection({ fileName })
  return getSQLiteEventStore({ fileName, connectionOptions: { singleton: true, connection } })
}

async function appendAllToEmmett(emmett, stream, count) {
  for (const { version, type, data } of conversationOf(count)) {
    const expectedStreamVersion = version === 1 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version - 1)
    await again(() => emmett.appendToStream(stream, [{ type, data }], { expectedStreamVersion }))
  }
}

let failures = 0
/** How many of its appends failed and were tried again: on SQLite some do, as its transaction meets its own pragma. */
export const emmettFailures = () => failures

const attemptsMax = 20

async function again(append) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await append()
    } catch (failure) {
      failures++
      if (attempt === attemptsMax) throw failure
    }
  }
}

/** It prints each failure. */
async function quietly(work) {
  const { log } = console
  console.log = () => undefined
  try {
    await work()
  } finally {
    console.log = log
  }
}

async function appendAll(store, conversationId, count) {
  for (const event of sealed(conversationId, count)) await appendOne(store, event)
}

let round = 0
const lap = (write) => () => write(`lap-${process.pid}-${round++}`)

/** One event an append, one after the other; ours are sealed and hashed as they go. */
export async function measureAlone({ store, emmett, against, aim, count = 200 }) {
  const result = await compare({
    contestant: lap((id) => appendAll(store, id, count)),
    baseline: lap((id) => quietly(() => appendAllToEmmett(emmett, id, count))),
    rounds: 5,
  })
  report({ what: 'append, one event', against, count, result, aim })
}

/** The same on a hundred streams at once. */
export async function measureTogether({ store, emmett, against, aim, each = 10 }) {
  const all = (write, id) => Promise.all(Array.from({ length: streams }, (_, n) => write(`${id}-${n}`)))
  const result = await compare({
    contestant: lap((id) => all((stream) => appendAll(store, stream, each), id)),
    baseline: lap((id) => quietly(() => all((stream) => appendAllToEmmett(emmett, stream, each), id))),
    rounds: 5,
  })
  report({ what: `append, ${streams} streams at once`, against, count: streams * each, result, aim })
}
