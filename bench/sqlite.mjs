/** The SQLite store against the same driver used bare: appends at full durability, many writers, and a rebuild. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { orThrow } from 'colloquy'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import Database from 'libsql'
import { emmettFailures, measureAlone, measureTogether, openEmmettSqlite, openEmmettSqliteOnOne } from './emmett.mjs'
import { fillLong, measureAppends, measureRebuild } from './store-laps.mjs'

const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-'))
const store = orThrow(await openSqliteStore({ path: join(folder, 'ours.db'), driver: 'libsql' }))

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
const aims = { single: 0.9, many: 5 }
await measureAppends({ store, insertBare, what: 'append, one event a commit', against: 'a bare INSERT', aims })

const count = 100_000
const { events } = await fillLong({ store, count, perAppend: 1_000 })
bare.exec('BEGIN')
for (const event of events) insertBare(event)
bare.exec('COMMIT')
const select = bare.prepare(
  'SELECT version, event_id, record, hash, content, salt FROM event WHERE conversation_id = ? ORDER BY version',
)
await measureRebuild({ store, selectBare: (conversationId) => select.all(conversationId), count })

const [{ bytes }] = bare
  .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size')
  .all()
console.log(
  `on disk, the same table and indexes: ${Math.round(bytes / (count + appends * 10))} bytes an event, content included`,
)
// All with synchronous=FULL.
const emmett = await openEmmettSqlite(join(folder, 'emmett.db'))
await measureAlone({ store, emmett, against: "Emmett's SQLite store", aim: 10 })
const onOne = await openEmmettSqliteOnOne(join(folder, 'emmett-on-one.db'))
await measureAlone({ store, emmett: onOne, against: "Emmett's SQLite store on one connection" })
console.log(`of Emmett's appends ${emmettFailures()} failed and were tried again`)
const early = "Emmett's on one connection, which answers most of them before the commit"
await measureTogether({ store, emmett: onOne, against: early })

await store.close()
bare.close()
rmSync(folder, { recursive: true })
