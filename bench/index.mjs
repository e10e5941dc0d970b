/**
 * The conversation index with a million conversations: pages of 50 by several filters and sorts, also deep ones, on each SQL
 * store; then an append with rows against one without. COLLOQUY_ROWS makes it smaller.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conversationIndex, createConversations, orThrow } from 'colloquy'
import { openPostgresStore } from 'colloquy/stores/postgres'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import pg from 'pg'
import { services } from '../scripts/services/found.mjs'
import { compare, report } from './measure.mjs'

const rowCount = Number(process.env.COLLOQUY_ROWS ?? 1_000_000)
const perSave = 1_000
const asksEach = 15
const aimMs = 20
const yearMs = 365 * 24 * 3_600_000
const beginning = Date.UTC(2026, 0, 1)

const { fields, indexes } = conversationIndex
const shape = { name: 'bench_1_1', fields, indexes }

/** The same numbers in every run (mulberry32). */
let seed = 42
function chance() {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

/** One owner has a tenth of all, a tenth has none, and the rest is spread over so many. */
const owners = 20_000
function ownerOf() {
  const lot = chance()
  if (lot < 0.1) return 'tenant'
  return lot < 0.2 ? null : `owner ${Math.floor(chance() * owners)}`
}

function stateOf() {
  const lot = chance()
  if (lot < 0.05) return 'ended'
  if (lot < 0.09) return 'redirecting.due'
  if (lot < 0.0905) return 'warning.given'
  return 'engaging'
}

function row(n) {
  const state = stateOf()
  const opened = beginning + Math.floor(chance() * yearMs)
  return {
    conversationId: `conversation-${String(n).padStart(9, '0')}`,
    version: 1 + Math.floor(chance() * 100),
    fields: {
      owner: ownerOf(),
      state,
      risk: chance() < 0.005 ? 'flagged' : null,
      ended_ground: state === 'ended' ? (chance() < 0.1 ? 'persistent-harm' : 'user-request') : null,
      last_activity: opened + Math.floor(chance() * yearMs),
      opened_at: opened,
      threads: 1,
    },
  }
}

const latest = { orderBy: 'last_activity', descending: true, limit: 50 }
const middle = () => ({
  value: beginning + Math.floor((0.1 + chance() * 0.9) * yearMs),
  conversationId: 'conversation',
})
const questions = [
  ['all, the latest', () => latest],
  ['all, a deep page', () => ({ ...latest, after: middle() })],
  ['all, the oldest, by their opening', () => ({ orderBy: 'opened_at', limit: 50 })],
  ['an owner of 40', () => ({ ...latest, where: { owner: `owner ${Math.floor(chance() * owners)}` } })],
  ['an owner of a tenth, a deep page', () => ({ ...latest, where: { owner: 'tenant' }, after: middle() })],
  ['that owner, ended', () => ({ ...latest, where: { owner: 'tenant', state: 'ended' }, after: middle() })],
  ['that owner, a rare state', () => ({ ...latest, where: { owner: 'tenant', state: 'warning.given' } })],
  ['that owner, at risk', () => ({ ...latest, where: { owner: 'tenant', risk: 'flagged' } })],
  ['nobody, ended', () => ({ ...latest, where: { owner: null, state: 'ended' } })],
  ['a common state, a deep page', () => ({ ...latest, where: { state: 'engaging' }, after: middle() })],
  ['a rare state', () => ({ ...latest, where: { state: 'warning.given' }, after: middle() })],
  ['at risk', () => ({ ...latest, where: { risk: 'flagged' }, after: middle() })],
  ['at risk, ended', () => ({ ...latest, where: { risk: 'flagged', state: 'ended' } })],
  ['at risk, in a rare state', () => ({ ...latest, where: { risk: 'flagged', state: 'warning.given' } })],
  ['not at risk, ended', () => ({ ...latest, where: { risk: null, state: 'ended' } })],
  ['by ground, within a month', () => withinAMonth({ ended_ground: 'persistent-harm' })],
  ['by ground and owner', () => ({ ...latest, where: { ended_ground: 'persistent-harm', owner: 'tenant' } })],
]

function withinAMonth(where) {
  const from = middle().value
  return { ...latest, where, from, to: from + 30 * 24 * 3_600_000 }
}

async function fill(views) {
  orThrow(await views.make(shape))
  const begun = performance.now()
  for (let n = 0; n < rowCount; n += perSave) {
    const rows = Array.from({ length: Math.min(perSave, rowCount - n) }, (_, at) => row(n + at))
    orThrow(await views.save(shape, rows))
  }
  return (performance.now() - begun) / 1_000
}

async function timesOf(views, question) {
  const times = []
  let found = 0
  for (let ask = 0; ask < asksEach; ask++) {
    const page = question()
    const begun = performance.now()
    found += orThrow(await views.page(shape, page)).length
    times.push(performance.now() - begun)
  }
  times.sort((a, b) => a - b)
  return { median: times[Math.floor(asksEach / 2)], worst: times.at(-1), found: Math.round(found / asksEach) }
}

async function measurePages(name, { views }, settle = () => {}) {
  const seconds = await fill(views)
  await settle()
  console.log(`${name}: ${rowCount} rows saved in ${seconds.toFixed(0)} s, ${perSave} at a time`)
  for (const [what, question] of questions) {
    const { median, worst, found } = await timesOf(views, question)
    const missed = median > aimMs ? ` (aim ${aimMs} ms, not reached)` : ''
    console.log(
      `${name}, ${what}: median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms, ${found} rows${missed}`,
    )
  }
}

async function measureAppends(name, open) {
  const count = 200
  let round = 0
  const wayOf = async (options) => {
    const conversations = createConversations({ store: await open(), ...options })
    return async () => {
      const conversationId = `c${round++}`
      orThrow(await conversations.open({ conversationId, threadId: 't', owner: 'ada' }))
      for (let n = 0; n < count; n++) {
        orThrow(await conversations.noteWelfare({ conversationId, threadId: 't', signal: 's', intensity: 0 }))
      }
    }
  }
  const ways = {
    bare: await wayOf({ inlineProjections: [] }),
    index: await wayOf({ inlineProjections: [conversationIndex] }),
  }
  const both = await wayOf({})
  const against = 'without rows'
  const index = await compare({ contestant: ways.index, baseline: ways.bare, rounds: 7 })
  report({ what: `${name}, a command with the index`, against, count, result: index })
  const all = await compare({ contestant: both, baseline: ways.bare, rounds: 7 })
  report({ what: `${name}, with the index and the review queue`, against, count, result: all })
}

const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-'))
let files = 0
const opened = []
const openSqlite = async () => {
  const store = orThrow(await openSqliteStore({ path: join(folder, `${files++}.db`) }))
  opened.push(store)
  return store
}
await measurePages('SQLite', await openSqlite())
await measureAppends('SQLite', openSqlite)
for (const store of opened.splice(0)) await store.close()
rmSync(folder, { recursive: true })

const connectionString = services().find(({ variable }) => variable === 'COLLOQUY_POSTGRES')?.url
if (connectionString === undefined) {
  console.log('PostgreSQL is left out, for none is here: npm run services')
  process.exit()
}
const schemas = []
const openPostgres = async () => {
  const schema = `bench_${process.pid}_${schemas.length}`
  schemas.push(schema)
  const store = orThrow(await openPostgresStore({ connectionString, schema }))
  opened.push(store)
  return store
}
const bare = new pg.Client({ connectionString })
await bare.connect()
// As the server does by itself within a minute or so.
const analyze = () => bare.query('ANALYZE')
await measurePages('PostgreSQL', await openPostgres(), analyze)
await measureAppends('PostgreSQL', openPostgres)
for (const store of opened) await store.close()
for (const schema of schemas) await bare.query(`DROP SCHEMA ${schema} CASCADE`)
await bare.end()
