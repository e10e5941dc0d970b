/**
 * A PostgreSQL primary is killed under load, with `kill -9` of all its processes; its standby is promoted, and the same
 * open store goes on with it. With a standby that confirms every commit nothing may be lost. With one that does not, and
 * lags, all since is lost: that is the seeded bug.
 */
import { orThrow } from 'colloquy'
import { openPostgresStore } from 'colloquy/stores/postgres'
import pg from 'pg'
import { killPostgres, makePostgres, makeStandby, removePostgres, signalPostgres } from '../services/postgres.mjs'
import { compare } from './acknowledged.mjs'
import { BusyWriters, patiently } from './busy-writers.mjs'
import { Tally } from './tally.mjs'
import { TcpProxy } from './tcp-proxy.mjs'

const statementTimeoutMs = 1_000

async function ask(url, sql) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** From here on the standby confirms every commit. */
async function waitForStandby({ url }) {
  await ask(url, "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby1)'")
  await ask(url, 'SELECT pg_reload_conf()')
  const state = "SELECT FROM pg_stat_replication WHERE application_name = 'standby1' AND sync_state = 'sync'"
  await patiently('the standby did not become synchronous', async () => (await ask(url, state)).length === 1)
}

/** Whether it is; a standby that is starting anew cannot be asked yet. */
const promote = ({ url }) =>
  ask(url, 'SELECT pg_promote() AS done').then(
    ([{ done }]) => done,
    () => false,
  )

/** Resolves when the feed holds nothing back: every transaction begun before is over. */
async function feedSettled(url) {
  const [{ next }] = await ask(url, 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next')
  const oldest = 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest'
  await patiently('the feed did not settle', async () => BigInt((await ask(url, oldest))[0].oldest) >= BigInt(next))
}

async function loseOnce({ primary, standby }, tally, { isSynchronous, writers, batches, seed }) {
  if (isSynchronous) await waitForStandby(primary)
  const proxy = await TcpProxy.before(primary.url)
  const store = orThrow(await openPostgresStore({ connectionString: proxy.url, statementTimeoutMs }))
  const load = new BusyWriters(store, { writers, seed })
  try {
    await load.more(batches)
    if (!isSynchronous) {
      signalPostgres(standby, 'walreceiver', 'SIGSTOP')
      await load.more(batches)
    }
    await killPostgres(primary)
    // Killed, for it would still read what the primary had sent; the standby then starts its processes anew.
    if (!isSynchronous) signalPostgres(standby, 'walreceiver', 'SIGKILL')
    await patiently('the standby was not promoted', () => promote(standby))
    proxy.leadTo(standby.url)
    await load.more(batches)
    await load.stop()
    await feedSettled(standby.url)
    for (const [code, times] of Object.entries(load.heard)) tally.count(code, times)
    tally.add(await compare(store, load.acknowledged), `seed ${seed}`, load.stallMs)
  } finally {
    await load.stop()
    await store.close()
    await proxy.end()
  }
}

/** @param rounds each with a new pair of servers; `isSynchronous`: whether commits wait for the standby. */
export async function losePrimary({ rounds = 1, isSynchronous = true, writers = 8, batches = 200 }) {
  const tally = new Tally()
  for (let seed = 1; seed <= rounds; seed++) {
    const primary = await makePostgres()
    const servers = [primary]
    try {
      const standby = await makeStandby(primary)
      servers.push(standby)
      await loseOnce({ primary, standby }, tally, { isSynchronous, writers, batches, seed })
    } finally {
      for (const server of servers) await removePostgres(server)
    }
  }
  return tally
}
