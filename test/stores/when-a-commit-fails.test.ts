/** The disk fails, the lock is taken, the answer is lost: what the caller hears, and what is stored then. */
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { writesWaitingMax } from '../../src/stores/sqlite/group-commit.js'
import { migrate } from '../../src/stores/sqlite/migrations.js'
import { setPragmas } from '../../src/stores/sqlite/pragmas.js'
import { sqliteStoreOver } from '../../src/stores/sqlite/sqlite-store.js'
import { type FaultyDriver, faultyDriver, type Intrude, sqliteFailure } from './faulty-driver.js'
import { bareAt, newPath, presentDrivers } from './sqlite-files.js'
import { appendOf, inShort, storedEvent, storedEvents } from './stored-events.js'

const codes = {
  busy: 5,
  outOfMemory: 7,
  readOnly: 8,
  diskFailed: 10,
  diskFull: 13,
  constraint: 19,
  busyWhileRecovering: 261,
}

const never = (): never => {
  throw new Error('this must not be reached')
}

/** Fails the first run of this statement, and no later one. */
function failingOnce(statement: string, code: number, happened: 'done' | 'undone' = 'undone'): Intrude {
  let failed = false
  return (sql, _, run) => {
    const isTheOne = !failed && sql.includes(statement)
    if (!isTheOne || happened === 'done') run()
    if (!isTheOne) return
    failed = true
    throw sqliteFailure(code)
  }
}

const commitsOf = ({ ran }: FaultyDriver) => ran.filter((sql) => sql === 'COMMIT').length

describe.each(presentDrivers)('over %s', (name) => {
  async function open() {
    const bare = await bareAt(newPath(), name)
    expect(setPragmas(bare) ?? migrate(bare)).toBeUndefined()
    const driver = faultyDriver(bare)
    return { driver, store: sqliteStoreOver(driver) }
  }
  const append = appendOf(...storedEvents('a', 1, 2))

  test.each(Object.entries(codes))(
    'A transaction that cannot begin (%s) stores nothing and says so.',
    async (_, code) => {
      const { driver, store } = await open()
      driver.intrude = failingOnce('BEGIN', code)
      expect(inShort(await store.append(append))).toBe('unavailable')
      expect(inShort(await store.read({ conversationId: 'a' }))).toEqual([])
      expect(inShort(await store.append(append))).toEqual({ version: 2 })
    },
  )

  test('An id that is stored already is refused alone: what shares its transaction is neither undone nor tried again.', async () => {
    const { driver, store } = await open()
    orThrow(await store.append(append))
    const before = driver.ran.length
    const again = appendOf(storedEvent('a', 3, { eventId: 'a-1' }))
    const answers = await Promise.all(
      [appendOf(storedEvent('b', 1)), again, appendOf(storedEvent('c', 1))].map(store.append.bind(store)),
    )
    expect(answers.map(inShort)).toEqual([{ version: 1 }, 'duplicate-event', { version: 1 }])
    const ran = driver.ran.slice(before).map((sql) => sql.trim().split(' ')[0])
    expect(ran).toEqual(['BEGIN', 'INSERT', 'INSERT', 'INSERT', 'COMMIT'])
    expect(orThrow(await store.readAll({ afterPosition: 0 })).map(({ eventId }) => eventId)).toEqual([
      'a-1',
      'a-2',
      'b-1',
      'c-1',
    ])
  })

  test('A commit that failed leaves the outcome unknown; the event is not found, and the same append then succeeds.', async () => {
    const { driver, store } = await open()
    driver.intrude = failingOnce('COMMIT', codes.diskFailed)
    expect(inShort(await store.append(append))).toBe('unknown-outcome')
    expect(inShort(await store.find({ conversationId: 'a', eventId: 'a-2' }))).toBeNull()
    expect(inShort(await store.append(append))).toEqual({ version: 2 })
  })

  test('A commit whose answer was lost leaves the outcome unknown; the event is found, and the same append answers as it would have.', async () => {
    const { driver, store } = await open()
    driver.intrude = failingOnce('COMMIT', codes.diskFailed, 'done')
    expect(inShort(await store.append(append))).toBe('unknown-outcome')
    expect(inShort(await store.find({ conversationId: 'a', eventId: 'a-2' }))).toEqual(storedEvent('a', 2))
    expect(inShort(await store.append(append))).toEqual({ version: 2 })
    expect(orThrow(await store.readAll({ afterPosition: 0 }))).toHaveLength(2)
  })

  test('A commit that found the file locked certainly stored nothing.', async () => {
    const { driver, store } = await open()
    driver.intrude = failingOnce('COMMIT', codes.busyWhileRecovering)
    expect(inShort(await store.append(append))).toBe('unavailable')
    expect(inShort(await store.append(append))).toEqual({ version: 2 })
  })

  test('A write that breaks the shared transaction is refused alone, whole, and the others are stored.', async () => {
    const { driver, store } = await open()
    driver.intrude = (sql, values, run) => {
      if (sql.includes('INSERT INTO event') && values.includes('b-2')) throw sqliteFailure(codes.diskFull)
      run()
    }
    const answers = await Promise.all(['a', 'b', 'c'].map((id) => store.append(appendOf(...storedEvents(id, 1, 2)))))
    expect(answers.map(inShort)).toEqual([{ version: 2 }, 'unavailable', { version: 2 }])
    expect(inShort(await store.list({}))).toEqual(['a', 'c'].map((conversationId) => ({ conversationId, version: 2 })))
  })

  test('An erasure that could not be committed keeps the content.', async () => {
    const { driver, store } = await open()
    const said = storedEvent('a', 1, { content: '"x"', salt: 'ab' })
    orThrow(await store.append(appendOf(said)))
    driver.intrude = failingOnce('UPDATE event', codes.diskFull)
    expect(inShort(await store.erase({ conversationId: 'a', versions: [1] }))).toBe('unavailable')
    expect(inShort(await store.read({ conversationId: 'a' }))).toEqual([said])
  })

  test('Appends of one turn share one commit; those of two turns do not.', async () => {
    const { driver, store } = await open()
    const ids = Array.from({ length: 64 }, (_, n) => `c${n}`)
    await Promise.all(ids.map((id) => store.append(appendOf(storedEvent(id, 1)))))
    expect(commitsOf(driver)).toBe(1)
    for (const version of [2, 3]) orThrow(await store.append(appendOf(storedEvent('c0', version))))
    expect(commitsOf(driver)).toBe(3)
  })

  test('A commit is bounded in writes and in text, and so is the queue; beyond it a write is refused at once.', async () => {
    const { driver, store } = await open()
    const text = 'x'.repeat(1_000_000)
    const large = Array.from({ length: 20 }, (_, n) =>
      store.append(appendOf(storedEvent(`large${n}`, 1, { record: text }))),
    )
    await Promise.all(large)
    expect(commitsOf(driver)).toBe(2)
    const many = Array.from({ length: writesWaitingMax + 1 }, (_, n) => store.append(appendOf(storedEvent(`c${n}`, 1))))
    const answers = (await Promise.all(many)).map(inShort)
    expect(answers.pop()).toBe('unavailable')
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"version":1}']))
    expect(commitsOf(driver)).toBe(2 + Math.ceil(writesWaitingMax / 512))
  })

  test('The queue is bounded in text, too, and what left it no longer counts.', async () => {
    const { store } = await open()
    // Late by a version, so that nothing is written: only the queue is looked at.
    const events = Array.from({ length: 4 }, (_, n) => storedEvent('a', n + 2, { record: 'x'.repeat(1_000_000) }))
    const late = () => Promise.all(Array.from({ length: 90 }, () => store.append(appendOf(...events))))
    for (let times = 0; times < 2; times++) {
      const answers = (await late()).map(inShort)
      expect(answers.filter((answer) => answer === 'wrong-expected-version')).toHaveLength(68)
      expect(answers.filter((answer) => answer === 'unavailable')).toHaveLength(22)
    }
  })

  test('Closing while the disk fails still answers what waits.', async () => {
    const { driver, store } = await open()
    driver.intrude = failingOnce('COMMIT', codes.diskFailed)
    const waiting = store.append(append)
    await store.close()
    expect(commitsOf(driver)).toBe(1)
    expect(inShort(await waiting)).toBe('unknown-outcome')
    driver.intrude = never
    expect(inShort(await store.append(append))).toBe('closed')
  })
})
