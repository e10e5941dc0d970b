/**
 * The PostgreSQL store against the same driver used bare, on the same server: appends, many writers, and a rebuild. The
 * server is that of `npm run services`, or named by COLLOQUY_POSTGRES.
 */
import { orThrow } from 'colloquy'
import { openPostgresStore } from 'colloquy/stores/postgres'
import pg from 'pg'
import { services } from '../scripts/services/found.mjs'
import { measureAlone, measureTogether, openEmmettPostgres } from './emmett.mjs'
import { compare, report } from './measure.mjs'
import { fillLong, measureAppends, measureManyWriters, measureRebuild } from './store-laps.mjs'

const connectionString = services().find(({ variable }) => variable === 'COLLOQUY_POSTGRES')?.url
if (connectionString === undefined) {
  console.log('left out, for no PostgreSQL is here: npm run services')
  process.exit()
}
const schema = `bench_${process.pid}`

const store = orThrow(await openPostgresStore({ connectionString, schema }))

async function connected() {
  const client = new pg.Client({ connectionString, options: `-c search_path=${schema} -c jit=off` })
  await client.connect()
  return client
}
const insertOver =
  (client) =>
  ({ conversationId, version, eventId, record, hash, content, salt: kept }) =>
    client.query({
      name: 'bare append',
      text: 'SELECT * FROM append($1, $2, $3, $4, $5, $6, $7)',
      values: [conversationId, version - 1, [eventId], [record], [hash], [content], [kept]],
    })
const bare = await connected()
const insertBare = insertOver(bare)

await measureAppends({
  store,
  insertBare,
  what: 'append, one event',
  against: 'the bare function call',
  aims: { single: 0.9, many: 5 },
})

const connections = await Promise.all(Array.from({ length: 10 }, () => connected()))
const idle = [...connections]
const waiting = []
/** One transaction an append, over as many connections as the store holds. */
async function insertOverTen(event) {
  const client = idle.pop() ?? (await new Promise((resolve) => waiting.push(resolve)))
  await insertOver(client)(event)
  const next = waiting.shift()
  if (next) next(client)
  else idle.push(client)
}
await measureManyWriters({ store, insertBare: insertOverTen, against: 'ten bare connections, an append each' })
await Promise.all(connections.map((client) => client.end()))

const count = 100_000
const { seconds } = await fillLong({ store, count, perAppend: 100 })
console.log(`append, a hundred events at a time: ${(count / seconds / 1e3).toFixed(1)} k/s`)

const columns = 'version, event_id, record, hash, content, salt'
async function selectBare(conversationId) {
  const text = `SELECT ${columns} FROM event WHERE conversation_id = $1 ORDER BY version`
  return (await bare.query({ name: 'bare read', text, values: [conversationId] })).rows
}
await measureRebuild({ store, selectBare, count, rounds: 5 })

async function readWholeFeed() {
  for (let afterPosition = 0; ; ) {
    const page = orThrow(await store.readAll({ afterPosition }))
    if (page.length === 0) return
    afterPosition = page.at(-1).position
  }
}
async function readBareFeed() {
  await bare.query({ name: 'bare feed', text: `SELECT ${columns}, position FROM event ORDER BY position` })
}
const feed = await compare({ contestant: readWholeFeed, baseline: readBareFeed, rounds: 3 })
const [{ events, bytes }] = (
  await bare.query("SELECT count(*)::int AS events, pg_total_relation_size('event')::float AS bytes FROM event")
).rows
report({ what: 'the feed, page by page', against: 'one bare SELECT of all', count: events, result: feed })
console.log(`on disk: ${Math.round(bytes / events)} bytes an event, indexes and content included`)

// In a database of its own on the same server, under the same settings.
await bare.query(`CREATE DATABASE ${schema}`)
const beside = new URL(connectionString)
beside.pathname = `/${schema}`
const emmett = await openEmmettPostgres(beside.href)
const against = "Emmett's PostgreSQL store"
await measureAlone({ store, emmett, against, aim: 5 })
await measureTogether({ store, emmett, against, aim: 5 })
await emmett.close()
await bare.query(`DROP DATABASE ${schema}`)

await store.close()
await bare.query(`DROP SCHEMA ${schema} CASCADE`)
await bare.end()
