/**
 * Random concurrent histories, each judged: is there one order that explains every answer? Over memory, over two handles
 * on a SQLite file, over two on a PostgreSQL schema, and over PostgreSQL by way of a proxy that delays, cuts and swallows.
 */
import { join } from 'node:path'
import { openMemoryStore, orThrow } from 'colloquy'
import { openPostgresStore } from 'colloquy/stores/postgres'
import { linearizable, recordHistory } from 'colloquy/testing'
import pg from 'pg'
import { randomHistory } from '../../dist/testing/histories/random-histories.js'
import { SeededChance } from '../../dist/testing/seeded-chance.js'
import { makePostgres, removePostgres } from '../services/postgres.mjs'
import { withBug } from './bugs.mjs'
import { inQuickFolder, openSqlite } from './sqlite-file.mjs'
import { TcpProxy } from './tcp-proxy.mjs'

export const handles = 2
const patienceMs = 30_000
/** Through the proxy: what has no answer after twice that time is given up. */
const statementTimeoutMs = 500

/** What histories add up to. */
export class HistoryTally {
  histories = 0
  operations = 0
  /** Appends that were acknowledged. */
  acknowledged = 0
  /** Appends of which it was not known whether they happened. */
  unknown = 0
  /** Histories that no order explains. */
  unexplained = 0
  wrong = []

  add(history) {
    const verdict = linearizable(history)
    this.histories += 1
    this.operations += history.length
    for (const { kind, answer } of history.filter(({ kind }) => kind === 'append')) {
      if (answer?._tag === 'Right') this.acknowledged += 1
      else if (kind === 'append' && (!answer || answer.left.code === 'unknown-outcome')) this.unknown += 1
    }
    if (verdict.ok) return
    this.unexplained += 1
    if (this.wrong.length < 3) this.wrong.push(verdict.story)
  }

  get isClean() {
    return this.unexplained === 0
  }
}

/** Reads until it is answered: then nothing that was acknowledged can be missing unseen. */
async function readInTheEnd(recorder, store) {
  const reader = recorder.over(store, 'the end')
  const giveUpAt = performance.now() + patienceMs
  for (const conversationId of new Set(recorder.history().map((operation) => operation.conversationId))) {
    for (;;) {
      const read = await reader.read({ conversationId })
      if (read._tag === 'Right') break
      const { code, message } = read.left
      if (performance.now() > giveUpAt) throw new Error(`no read within ${patienceMs} ms: ${code}, ${message}`)
    }
  }
}

export async function runOver(stores, { histories, seed, bug, before = () => {}, after = () => {} }) {
  const tally = new HistoryTally()
  const subjects = stores.map((store) => withBug(store, bug))
  for (let number = 0; number < histories; number++) {
    const recorder = recordHistory()
    before(number)
    await randomHistory(subjects, number, { seed, recorder })
    after()
    await readInTheEnd(recorder, subjects[0])
    tally.add(recorder.history())
  }
  return tally
}

export async function closing(stores, work) {
  try {
    return await work(stores)
  } finally {
    for (const store of stores) await store.close()
  }
}

export const historiesOverMemory = (options) => closing([openMemoryStore()], (stores) => runOver(stores, options))

export const historiesOverSqlite = (options) =>
  inQuickFolder(async (folder) => {
    const stores = []
    for (let handle = 0; handle < handles; handle++) stores.push(await openSqlite(join(folder, 'chats.db')))
    return closing(stores, () => runOver(stores, options))
  })

let schemas = 0

async function inSchema(url, work) {
  const schema = `histories_${process.pid}_${++schemas}`
  try {
    return await work(schema)
  } finally {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    await client.end()
  }
}

/** Does this with a server's address: the one that is given, or a new one's. */
async function withServer(url, work) {
  if (url !== undefined) return work(url)
  const server = await makePostgres()
  try {
    return await work(server.url)
  } finally {
    await removePostgres(server)
  }
}

const openIn = async (connectionString, schema, more = {}) =>
  orThrow(await openPostgresStore({ connectionString, schema, poolMax: 4, ...more }))

/** @param url of a server; without it one is made for this alone. */
export const historiesOverPostgres = ({ url, ...options }) =>
  withServer(url, (server) =>
    inSchema(server, async (schema) => {
      const stores = []
      for (let handle = 0; handle < handles; handle++) stores.push(await openIn(server, schema))
      return closing(stores, () => runOver(stores, options))
    }),
  )

/** What the proxy does to each history, by chance; and that it lets all pass when the history is over. */
export const fatesOf = (proxy, seed) => ({
  before: (number) => {
    const chance = new SeededChance(seed).branch(number)
    const fate = () => fateBy(chance)
    Object.assign(proxy.fates, { request: fate, answer: fate })
  },
  after: () => proxy.heal(),
})

/** How bytes fare on their way: most pass, many late; now and then a connection is cut, or an answer never comes. */
function fateBy(chance) {
  const rare = chance.below(2_000)
  if (rare < 10) return 'cut'
  return rare === 10 ? 'swallow' : chance.of(['pass', 'pass', 'delay'])
}

/** @param url of a server; without it one is made for this alone. */
export const historiesThroughProxy = ({ url, ...options }) =>
  withServer(url, (server) =>
    inSchema(server, async (schema) => {
      const proxy = await TcpProxy.before(server)
      const stores = []
      for (let handle = 0; handle < handles; handle++) {
        stores.push(await openIn(proxy.url, schema, { statementTimeoutMs }))
      }
      try {
        return await closing(stores, () => runOver(stores, { ...options, ...fatesOf(proxy, options.seed) }))
      } finally {
        await proxy.end()
      }
    }),
  )
