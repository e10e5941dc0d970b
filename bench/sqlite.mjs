/** The SQLite store against the same driver used bare: appends at full durability, many writers, and a rebuild. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainStart, encode, orThrow, rebuild } from 'colloquy'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import Database from 'libsql'
import { conversationOf } from './logs.mjs'
import { compare, report } from './measure.mjs'

const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-'))
const salt = '0'.repeat(32)

function* sealed(conversationId, count) {
  let previous = chainStart
  for (const event of conversationOf(count)) {
    const stored = encode({ ...event, conversationId }, { previous, salt })
    previous = stored.hash
    yield stored
  }
}

const store = orThrow(await openSqliteStore({ path: join(folder, 'ours.db'), driver: 'libsql' }))
const append = async (event) =>
  orThrow(
    await store.append({ conversationId: event.conversationId, expectedVersion: event.version - 1, events: [event] }),
  )

const bare = new Database(join(folder, 'bare.db'))
for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'secure_delete=ON']) bare.pragma(pragma)
// The same columns, types and indexes as the store's own table, and nothing around them.
const table = new Database(join(folder, 'ours.db'))
const objects = table.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name LIKE '%event%'").all()
table.close()
for (const { sql } of objects) if (!/TRIGGER/.test(sql)) bare.exec(sql)
const insert = bare.prepare(
  'INSERT INTO event (conversation_id, version, event_id, record, hash, content, salt) VALUES (?, ?, ?, ?, ?, ?, ?)',
)
const insertBare = ({ conversationId, version, eventId, record, hash, content, salt: kept }) =>
  insert.run(conversationId, version, eventId, record, hash, content, kept)

const appends = 300
let round = 0
async function ourAppends() {
  for (const event of sealed(`one-${round++}`, appends)) await append(event)
}
function bareAppends() {
  for (const event of sealed(`bare-${round++}`, appends)) insertBare(event)
}
const single = await compare({ contestant: ourAppends, baseline: bareAppends })
report({ what: 'append, one event a commit', against: 'a bare INSERT', count: appends, result: single, aim: 0.9 })

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
  aim: 5,
})

const count = 100_000
const long = [...sealed('long', count)]
for (let begin = 0; begin < count; begin += 1_000) {
  const events = long.slice(begin, begin + 1_000)
  orThrow(await store.append({ conversationId: 'long', expectedVersion: begin, events }))
}
bare.exec('BEGIN')
for (const event of long) insertBare(event)
bare.exec('COMMIT')
const select = bare.prepare(
  'SELECT version, event_id, record, hash, content, salt FROM event WHERE conversation_id = ? ORDER BY version',
)
function bareRead() {
  let characters = 0
  for (const { record, content } of select.all('long')) {
    JSON.parse(record)
    if (content !== null) characters += JSON.parse(content).length
  }
  if (characters === 0) throw new Error('nothing was read')
}
async function ourRebuild() {
  const { conversation } = orThrow(await rebuild(store, { conversationId: 'long' }))
  if (conversation.version !== count) throw new Error('not all was read')
}
const read = await compare({ contestant: ourRebuild, baseline: bareRead })
report({
  what: `rebuild of ${count} events`,
  against: 'a bare SELECT of the same columns and JSON.parse',
  count,
  result: read,
  aim: 0.8,
})

const [{ bytes }] = bare
  .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
  .all()
console.log(
  `on disk, the same table and indexes: ${Math.round(bytes / (count + appends * 10))} bytes an event, content included`,
)
await store.close()
bare.close()
rmSync(folder, { recursive: true })
