/** The traps of the feed: positions taken early and seen late, in whatever order transactions begin, wait and end. */
import { expect, test } from 'vitest'
import { orThrow } from '../../../src/or-throw.js'
import { append } from '../../../src/stores/postgres/statements.js'
import { appendOf, storedEvent } from '../stored-events.js'
import { bare, dropSchema, feedSettled, holdAppend, newSchema, onBare, openIn, serverUrl } from './server.js'

const idsAfter = async (store: Awaited<ReturnType<typeof openIn>>, afterPosition = 0) =>
  orThrow(await store.readAll({ afterPosition })).map(({ eventId }) => eventId)

test('What began before and commits after another is not skipped: the other is held back until then.', async () => {
  const schema = newSchema()
  const store = await openIn(schema)
  const early = await holdAppend(schema, appendOf(storedEvent('early', 1)))
  orThrow(await store.append(appendOf(storedEvent('late', 1))))
  expect(await idsAfter(store)).toEqual([])
  expect(orThrow(await store.read({ conversationId: 'late' }))).toHaveLength(1)
  await early.commit()
  await feedSettled(schema)
  expect(await idsAfter(store)).toEqual(['early-1', 'late-1'])
  await store.close()
  await dropSchema(schema)
})

test('A transaction that has its id and has written nothing yet holds the feed back, too, and then stands first.', async () => {
  const schema = newSchema()
  const store = await openIn(schema)
  const idle = await bare(schema)
  await idle.query('BEGIN')
  await idle.query('SELECT pg_current_xact_id()')
  orThrow(await store.append(appendOf(storedEvent('late', 1))))
  expect(await idsAfter(store)).toEqual([])
  const { text, values = [] } = append(appendOf(storedEvent('early', 1)))
  await idle.query(text, [...values])
  await idle.query('COMMIT')
  await idle.end()
  await feedSettled(schema)
  expect(await idsAfter(store)).toEqual(['early-1', 'late-1'])
  await store.close()
  await dropSchema(schema)
})

test('A transaction of another database of the server holds the feed back, and a reader of the past does not.', async () => {
  const schema = newSchema()
  const store = await openIn(schema)
  const reader = await bare(schema)
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await reader.query('SELECT count(*) FROM event')
  orThrow(await store.append(appendOf(storedEvent('a', 1))))
  await feedSettled(schema)
  expect(await idsAfter(store)).toEqual(['a-1'])
  const elsewhere = new URL(serverUrl())
  elsewhere.pathname = '/template1'
  const other = await bare('public', elsewhere.href)
  await other.query('BEGIN')
  await other.query('SELECT pg_current_xact_id()')
  orThrow(await store.append(appendOf(storedEvent('a', 2))))
  expect(await idsAfter(store)).toEqual(['a-1'])
  await other.query('COMMIT')
  await Promise.all([other.end(), reader.query('COMMIT').then(() => reader.end())])
  await feedSettled(schema)
  expect(await idsAfter(store)).toEqual(['a-1', 'a-2'])
  await store.close()
  await dropSchema(schema)
})

test('An append in a transaction that is older than the last one is refused as a serialization failure.', async () => {
  const schema = newSchema()
  const store = await openIn(schema)
  const old = await bare(schema)
  await old.query('BEGIN')
  await old.query('SELECT pg_current_xact_id()')
  orThrow(await store.append(appendOf(storedEvent('a', 1))))
  const { text, values = [] } = append(appendOf(storedEvent('a', 2)))
  await expect(old.query(text, [...values])).rejects.toMatchObject({ code: '40001' })
  await old.end()
  expect(orThrow(await store.append(appendOf(storedEvent('a', 2))))).toEqual({ version: 2 })
  await store.close()
  await dropSchema(schema)
})

test('Writers who wait for one conversation stand in the feed in the order of its versions.', async () => {
  const schema = newSchema()
  const store = await openIn(schema, { poolMax: 8 })
  const held = await holdAppend(schema, appendOf(storedEvent('a', 1)))
  // Each was asked before the one it follows was there; they get their turn in whatever order.
  const versions = [2, 3, 4, 5, 6, 7]
  const asked = versions.map(async (version) => {
    for (let answer = await store.append(appendOf(storedEvent('a', version))); answer._tag === 'Left'; ) {
      expect(answer.left.code).toBe('wrong-expected-version')
      answer = await store.append(appendOf(storedEvent('a', version)))
    }
  })
  await held.commit()
  await Promise.all(asked)
  await feedSettled(schema)
  const feed = orThrow(await store.readAll({ afterPosition: 0 }))
  expect(feed.map(({ version }) => version)).toEqual([1, ...versions])
  await store.close()
  await dropSchema(schema)
})

test('Moved to a server whose transaction ids are lower, the feed goes on behind what is there.', async () => {
  const schema = newSchema()
  const offset = (value: number) =>
    onBare(schema, (client) => client.query('UPDATE colloquy_store SET transaction_offset = $1', [value]))
  const before = await openIn(schema)
  // As if all so far had been written where ids are higher by a million.
  await offset(1_000_000)
  orThrow(await before.append(appendOf(storedEvent('a', 1))))
  await before.close()
  await offset(0)
  const [one, other] = await Promise.all([openIn(schema), openIn(schema)])
  await Promise.all([
    one.append(appendOf(storedEvent('a', 2))).then(orThrow),
    other.append(appendOf(storedEvent('b', 1))).then(orThrow),
  ])
  await feedSettled(schema)
  const feed = orThrow(await one.readAll({ afterPosition: 0 }))
  expect(feed[0]?.eventId).toBe('a-1')
  expect(feed).toHaveLength(3)
  await Promise.all([one.close(), other.close()])
  await dropSchema(schema)
})
