/** Appends of many conversations in one transaction: none waits for another's lock, nor is harmed by another's failure. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type pg from 'pg'
import { beforeEach, expect, test } from 'vitest'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { appendMany } from '../../../src/stores/postgres/statements.js'
import { appendOf, inShort, storedEvent, storedEvents } from '../stored-events.js'
import { TcpProxy } from '../tcp-proxy.js'
import { bare, dropSchema, feedSettled, holdAppend, newSchema, openIn, patiently, serverUrl } from './server.js'

let schema = ''
let store: EventStore
let other: pg.Client
const ids = Array.from({ length: 40 }, (_, n) => `conversation ${n}`)

beforeEach(async () => {
  schema = newSchema()
  store = await openIn(schema)
  other = await bare(schema)
  for (const id of ids) orThrow(await store.append(appendOf(storedEvent(id, 1))))
  return async () => {
    await Promise.all([store.close(), other.end()])
    await dropSchema(schema)
  }
})

const second = (id: string) => appendOf(...storedEvents(id, 2, 3))
const askAll = (asked = store) => Promise.all(ids.map((id) => asked.append(second(id))))
const versions = async () => orThrow(await store.list({})).map(({ version }) => version)
const transactions = async () =>
  Number((await other.query('SELECT count(DISTINCT position >> 10) FROM event WHERE version > 1')).rows[0].count)

/** Appends through the store fail at this event, and only they. */
async function failingAt(eventId: string): Promise<void> {
  await other.query(`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'no more room' USING ERRCODE = '53100';
    END
    $$;
    CREATE TRIGGER fail BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.event_id = '${eventId}') EXECUTE FUNCTION fail()`)
}

test('Forty conversations that are appended to at once take a few transactions; each event is where it belongs.', async () => {
  expect((await askAll()).map(inShort)).toEqual(ids.map(() => ({ version: 3 })))
  expect(await transactions()).toBeLessThan(5)
  for (const id of ids) expect(orThrow(await store.read({ conversationId: id }))).toEqual(storedEvents(id, 1, 3))
  await feedSettled(schema)
  const feed = orThrow(await store.readAll({ afterPosition: 0 }))
  expect(new Set(feed.map(({ position }) => position)).size).toBe(3 * ids.length)
  for (const id of ids) {
    expect(feed.filter(({ conversationId }) => conversationId === id).map(({ version }) => version)).toEqual([1, 2, 3])
  }
})

test('A conversation that another holds is waited for alone, and its neighbours do not wait.', async () => {
  const held = await holdAppend(schema, appendOf(storedEvent('conversation 7', 2, { eventId: 'held' })))
  const late = store.append(second('conversation 7'))
  const neighbours = ids.filter((id) => id !== 'conversation 7')
  const answers = await Promise.all(neighbours.map((id) => store.append(second(id))))
  expect(answers.map(inShort)).toEqual(neighbours.map(() => ({ version: 3 })))
  const waiting = `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND query LIKE '%append(%'`
  await patiently(
    () => other.query(waiting),
    ({ rows }) => rows.length > 0,
  )
  await held.commit()
  expect(inShort(await late)).toBe('wrong-expected-version')
})

test('Who is refused is refused, who repeats is answered as before, and their neighbours are appended.', async () => {
  orThrow(await store.append(second('conversation 1')))
  const late = appendOf(storedEvent('conversation 1', 2, { eventId: 'late' }))
  const copy = appendOf(storedEvent('conversation 2', 2, { eventId: 'conversation 2-1' }))
  const absent = second('nobody')
  const all = [late, second('conversation 0'), copy, second('conversation 3'), absent, second('conversation 1')]
  // In an order in which the repeat is not held back by the one who is late.
  const answers = await Promise.all(all.map((request) => store.append(request)))
  expect(answers.map(inShort)).toEqual([
    'wrong-expected-version',
    { version: 3 },
    'duplicate-event',
    { version: 3 },
    'wrong-expected-version',
    { version: 3 },
  ])
  expect((await versions()).filter((version) => version === 3)).toHaveLength(3)
})

test('Where one of many fails, each is tried by itself, and only that one is told so.', async () => {
  await failingAt('conversation 7-3')
  const answers = (await askAll()).map(inShort)
  expect(answers[7]).toBe('unavailable')
  expect(answers.filter((answer) => answer !== 'unavailable')).toHaveLength(ids.length - 1)
  expect((await versions()).filter((version) => version === 3)).toHaveLength(ids.length - 1)
})

test('Where the answer to many is lost, it is unknown to each; sent again, each is there once.', async () => {
  const proxy = await TcpProxy.before(serverUrl())
  const far = await openIn(schema, { connectionString: proxy.url })
  // There are two connections, so that what fails next is not the connecting.
  await Promise.all([far.list({}), far.list({})])
  proxy.fates.answer = () => 'cut'
  expect(new Set((await askAll(far)).map(inShort))).toEqual(new Set(['unknown-outcome']))
  proxy.heal()
  expect((await askAll(far)).map(inShort)).toEqual(ids.map(() => ({ version: 3 })))
  expect(await versions()).toEqual(ids.map(() => 3))
  await far.close()
  await proxy.end()
})

test('What cannot be sent is unavailable to each, and not tried by each.', async () => {
  const proxy = await TcpProxy.before(serverUrl())
  const far = await openIn(schema, { connectionString: proxy.url })
  await proxy.end()
  await far.list({})
  expect(new Set((await askAll(far)).map(inShort))).toEqual(new Set(['unavailable']))
  await far.close()
  expect(await versions()).toEqual(ids.map(() => 1))
})

test('A transaction that is older than the last append passes that conversation over, and writes the others.', async () => {
  const old = await bare(schema)
  await old.query('BEGIN')
  await old.query('SELECT pg_current_xact_id()')
  orThrow(await store.append(appendOf(storedEvent('conversation 1', 2))))
  const batch = appendMany([second('conversation 0'), appendOf(storedEvent('conversation 1', 3))])
  const { rows } = await old.query(batch.text, [...(batch.values ?? [])])
  expect(rows).toMatchObject([{ written: true }, { written: false, actual_version: null }])
  await old.query('COMMIT')
  await old.end()
  await feedSettled(schema)
  const feed = orThrow(await store.readAll({ afterPosition: 0 })).filter(({ version }) => version > 1)
  expect(feed.map(({ eventId }) => eventId)).toEqual(['conversation 0-2', 'conversation 0-3', 'conversation 1-2'])
})

/** Appends this conversation's next event, whoever else does, until it has so many. */
async function lengthen(handle: EventStore, id: string, who: string, versionMax: number): Promise<void> {
  for (let version = 2; version <= versionMax; ) {
    const answer = await handle.append(appendOf(storedEvent(id, version, { eventId: `${who} ${version}` })))
    if (isLeft(answer)) expect(answer.left.code).toBe('wrong-expected-version')
    version = isLeft(answer) ? (answer.left.actualVersion ?? 0) + 1 : version + 1
  }
}

test('While three handles race over the same conversations, a reader of the feed misses nothing and sees versions in order.', async () => {
  const handles = [store, await openIn(schema), await openIn(schema)]
  const versionMax = 8
  let isOver = false
  const writing = Promise.all(
    handles.flatMap((handle, n) => ids.map((id) => lengthen(handle, id, `writer ${n}`, versionMax))),
  ).finally(() => {
    isOver = true
  })
  const seen = new Map<string, number[]>()
  for (let position = 0, isLast = false; ; ) {
    const page = orThrow(await store.readAll({ afterPosition: position, limit: 50 }))
    for (const { conversationId, version } of page) {
      seen.set(conversationId, [...(seen.get(conversationId) ?? []), version])
    }
    position = page.at(-1)?.position ?? position
    if (page.length > 0) continue
    if (isLast) break
    // What was held back when the writers were through is there once this settles.
    if (isOver) await feedSettled(schema)
    isLast = isOver
  }
  await writing
  const all = Array.from({ length: versionMax }, (_, n) => n + 1)
  for (const id of ids) expect(seen.get(id), id).toEqual(all)
  await Promise.all(handles.slice(1).map((handle) => handle.close()))
})

test('What was accepted before closing is finished, though it waits for a lane, or is tried again.', async () => {
  await failingAt('conversation 7-3')
  const asked = askAll()
  const closed = store.close()
  const answers = (await asked).map(inShort)
  await closed
  expect(answers.filter((answer) => answer === 'unavailable')).toHaveLength(1)
  expect(inShort(await store.append(second('conversation 0')))).toBe('closed')
})
