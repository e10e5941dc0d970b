/**
 * The server itself crashes, waits for a standby that does not come, and is a standby: with a server of this file's own,
 * for all others would fail with it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  makePostgres,
  type PostgresServer,
  removePostgres,
  startPostgres,
  stopPostgres,
} from '../../../scripts/services/postgres.mjs'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { randomHistory } from '../../../src/testing/histories/random-histories.js'
import { linearizable, recordHistory } from '../../../src/testing/index.js'
import { appendOf, inShort, storedEvent } from '../stored-events.js'
import { bare, feedSettled, newSchema, patiently, waitForStandby } from './server.js'

let server: PostgresServer

beforeAll(async () => {
  server = await makePostgres()
})
afterAll(() => removePostgres(server))

const open = (schema: string, statementTimeoutMs = 10_000) =>
  openPostgresStore({ connectionString: server.url, schema, statementTimeoutMs })

async function restart(signal: 'SIGINT' | 'SIGQUIT', whileDown: () => void = () => undefined): Promise<void> {
  await stopPostgres(server, signal)
  whileDown()
  server = { ...server, pid: await startPostgres(server) }
}

test('What was acknowledged before the server crashed among writers is there, once; and the store goes on.', async () => {
  const schema = newSchema()
  const store = orThrow(await open(schema))
  const recorder = recordHistory()
  const settings = { seed: 3, writers: 8, operations: 120, conversations: 3, recorder }
  const writing = randomHistory([store], 0, settings)
  const acknowledged = () => recorder.history().filter(({ answer }) => answer?._tag === 'Right').length
  await patiently(
    () => new Promise((resolve) => setImmediate(resolve)),
    () => acknowledged() > 200,
  )
  await restart('SIGQUIT')
  await writing
  const told = new Set(recorder.history().map(({ answer }) => (answer ? inShort<unknown>(answer) : null)))
  expect(told).toContain('unavailable')
  const reader = recorder.over(store, 'after the crash')
  for (const conversationId of new Set(recorder.history().map((operation) => operation.conversationId))) {
    await patiently(
      () => reader.read({ conversationId }),
      (answer) => answer._tag === 'Right',
    )
  }
  const verdict = linearizable(recorder.history())
  expect(verdict.ok ? 'explained' : verdict.story).toBe('explained')
  await store.close()
})

/** What an append is told that waits for a standby, when somebody does this with its server process. */
async function toldWhileWaiting(store: EventStore, conversationId: string, does: string): Promise<unknown> {
  const waiting = store.append(appendOf(storedEvent(conversationId, 1)))
  const client = await bare('public', server.url)
  const act = `SELECT ${does} FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
  await patiently(
    () => client.query(act),
    ({ rows }) => rows.length > 0,
  )
  const answer = inShort(await waiting)
  await client.end()
  return answer
}

test('A wait for the synchronous standby that is cancelled, cut short or too long is an unknown outcome.', async () => {
  const store = orThrow(await open(newSchema(), 500))
  await waitForStandby(server.url, 'nobody')
  expect(await toldWhileWaiting(store, 'cancelled', 'pg_cancel_backend(pid)')).toBe('unknown-outcome')
  expect(await toldWhileWaiting(store, 'terminated', 'pg_terminate_backend(pid)')).toBe('unknown-outcome')
  expect(await toldWhileWaiting(store, 'too long', 'pid')).toBe('unknown-outcome')
  await waitForStandby(server.url, '')
  for (const conversationId of ['cancelled', 'terminated', 'too long']) {
    const again = await store.append(appendOf(storedEvent(conversationId, 1)))
    expect(orThrow(again), conversationId).toEqual({ version: 1 })
    expect(orThrow(await store.read({ conversationId }))).toEqual([storedEvent(conversationId, 1)])
  }
  await store.close()
})

test('A standby is not opened, and once it is promoted it is, with all that was there; the feed goes on.', async () => {
  const schema = newSchema()
  const before = orThrow(await open(schema))
  orThrow(await before.append(appendOf(storedEvent('a', 1))))
  await feedSettled(schema, server.url)
  const feed = orThrow(await before.readAll({ afterPosition: 0 }))
  await restart('SIGINT', () => writeFileSync(join(server.folder, 'data', 'standby.signal'), ''))
  expect(await open(schema)).toMatchObject({
    left: { code: 'unavailable', message: expect.stringContaining('standby') },
  })
  expect(inShort(await before.read({ conversationId: 'a' }))).toBe('unavailable')
  const client = await bare('public', server.url)
  await client.query('SELECT pg_promote()')
  await client.end()
  const after = orThrow(
    await patiently(
      () => open(schema),
      (opened) => opened._tag === 'Right',
    ),
  )
  expect(orThrow(await before.append(appendOf(storedEvent('a', 2))))).toEqual({ version: 2 })
  await feedSettled(schema, server.url)
  expect(orThrow(await after.readAll({ afterPosition: 0 })).slice(0, -1)).toEqual(feed)
  expect(orThrow(await after.readAll({ afterPosition: feed.at(-1)?.position ?? 0 }))).toMatchObject([{ version: 2 }])
  await Promise.all([before.close(), after.close()])
})
