/**
 * The PostgreSQL store against the same driver used bare, on the same server: appends, many writers, and a rebuild. The
 * server is that of `npm run services`, or named by COLLOQUY_POSTGRES.
 */
import { chainStart, encode, orThrow, rebuild } from 'colloquy'
import { openPostgresStore } from 'colloquy/stores/postgres'
import pg from 'pg'
import { services } from '../scripts/services/found.mjs'
import { conversationOf } from './logs.mjs'
import { compare, report } from './measure.mjs'

const connectionString = services().find(({ variable }) => variable === 'COLLOQUY_POSTGRES')?.url
if (connectionString === undefined) {
  console.log('left out, for no PostgreSQL is here: npm run services')
  process.exit()
}
const salt = '0'.repeat(32)
const schema = `bench_${process.pid}`

function* sealed(conversationId, count) {
  let previous = chainStart
  for (const event of conversationOf(count)) {
    const stored = encode({ ...event, conversationId }, { previous, salt })
    previous = stored.hash
    yield stored
  }
}

const store = orThrow(await openPostgresStore({ connectionString, schema }))
const append = async (event) =>
  orThrow(
    await store.append({ conversationId: event.conversationId, expectedVersion: event.version - 1, events: [event] }),
  )

const bare = new pg.Client({ connectionString, options: `-c search_path=${schema} -c jit=off` })
await bare.connect()
const appendBare = ({ conversationId, version, eventId, record, hash, content, salt: kept }) =>
  bare.query({
    name: 'bare append',
    text: 'SELECT * FROM append($1, $2, $3, $4, $5, $6, $7)',
    values: [conversationId, version - 1, [eventId], [record], [hash], [content], [kept]],
  })

const appends = 300
let round = 0
async function ourAppends() {
  for (const event of sealed(`one-${round++}`, appends)) await append(event)
}
async function bareAppends() {
  for (const event of sealed(`bare-${round++}`, appends)) await appendBare(event)
}
const single = await compare({ contestant: ourAppends, baseline: bareAppends })
report({ what: 'append, one event', against: 'the bare function call', count: appends, result: single, aim: 0.9 })

const writers = 64
async function manyWriters() {
  const mine = round++
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (const event of sealed(`many-${mine}-${writer}`, appends / 10)) await append(event)
    }),
  )
}
async function oneWriter() {
  for (const event of sealed(`alone-${round++}`, (appends / 10) * writers)) await append(event)
}
const many = await compare({ contestant: manyWriters, baseline: oneWriter, rounds: 5 })
report({
  what: `append, ${writers} conversations at once`,
  against: 'one after the other',
  count: (appends / 10) * writers,
  result: many,
})

const count = 100_000
const long = [...sealed('long', count)]
const begun = performance.now()
for (let begin = 0; begin < count; begin += 100) {
  const events = long.slice(begin, begin + 100)
  orThrow(await store.append({ conversationId: 'long', expectedVersion: begin, events }))
}
const seconds = (performance.now() - begun) / 1_000
console.log(`append, a hundred events at a time: ${(count / seconds / 1e3).toFixed(1)} k/s`)

const columns = 'version, event_id, record, hash, content, salt'
async function bareRead() {
  const text = `SELECT ${columns} FROM event WHERE conversation_id = $1 ORDER BY version`
  const { rows } = await bare.query({ name: 'bare read', text, values: ['long'] })
  let characters = 0
  for (const { record, content } of rows) {
    JSON.parse(record)
    if (content !== null) characters += JSON.parse(content).length
  }
  if (characters === 0) throw new Error('nothing was read')
}
async function ourRebuild() {
  const { conversation } = orThrow(await rebuild(store, { conversationId: 'long' }))
  if (conversation.version !== count) throw new Error('not all was read')
}
const read = await compare({ contestant: ourRebuild, baseline: bareRead, rounds: 5 })
report({
  what: `rebuild of ${count} events`,
  against: 'a bare SELECT of the same columns and JSON.parse',
  count,
  result: read,
  aim: 0.8,
})

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

await store.close()
await bare.query(`DROP SCHEMA ${schema} CASCADE`)
await bare.end()
