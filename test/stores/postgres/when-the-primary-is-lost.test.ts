/** A primary with a synchronous standby is killed among writers; the standby is promoted, and has all that was told. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  makePostgres,
  makeStandby,
  type PostgresServer,
  removePostgres,
  stopPostgres,
} from '../../../scripts/services/postgres.mjs'
import { orThrow } from '../../../src/or-throw.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { randomHistory } from '../../../src/testing/histories/random-histories.js'
import { linearizable, recordHistory } from '../../../src/testing/index.js'
import { appendOf, storedEvent } from '../stored-events.js'
import { TcpProxy } from '../tcp-proxy.js'
import { bare, feedSettled, patiently, waitForStandby } from './server.js'

let primary: PostgresServer
let standby: PostgresServer

beforeAll(async () => {
  primary = await makePostgres()
  standby = await makeStandby(primary)
})
afterAll(() => Promise.all([primary, standby].map(removePostgres)))

/** From here on the standby confirms every commit. */
async function isSynchronous(): Promise<void> {
  await waitForStandby(primary.url, 'FIRST 1 (standby1)')
  const client = await bare('public', primary.url)
  await patiently(
    () => client.query("SELECT FROM pg_stat_replication WHERE application_name = 'standby1' AND sync_state = 'sync'"),
    ({ rowCount }) => rowCount === 1,
  )
  await client.end()
}

test('What was acknowledged is there after the promotion, once, and the open store goes on with the new primary.', async () => {
  await isSynchronous()
  const proxy = await TcpProxy.before(primary.url)
  const store = orThrow(await openPostgresStore({ connectionString: proxy.url, statementTimeoutMs: 1_000 }))
  const recorder = recordHistory()
  const settings = { seed: 5, writers: 8, operations: 60, conversations: 3, recorder }
  const writing = randomHistory([store], 0, settings)
  const acknowledged = () => recorder.history().filter(({ answer }) => answer?._tag === 'Right').length
  await patiently(
    () => new Promise((resolve) => setImmediate(resolve)),
    () => acknowledged() > 200,
  )
  await stopPostgres(primary, 'SIGQUIT')
  await writing
  const client = await bare('public', standby.url)
  await client.query('SELECT pg_promote()')
  await client.end()
  proxy.leadTo(standby.url)
  const reader = recorder.over(store, 'after the promotion')
  for (const conversationId of new Set(recorder.history().map((operation) => operation.conversationId))) {
    await patiently(
      () => reader.read({ conversationId }),
      (answer) => answer._tag === 'Right',
    )
  }
  const verdict = linearizable(recorder.history())
  expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
  expect(orThrow(await store.append(appendOf(storedEvent('after', 1))))).toEqual({ version: 1 })
  await feedSettled('colloquy', standby.url)
  const feed = orThrow(await store.readAll({ afterPosition: 0 }))
  expect(feed.at(-1)?.eventId).toBe('after-1')
  await store.close()
  await proxy.end()
})
