/** One contract, the one we publish, over every store and every driver that is here. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import type { DriverName } from '../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { eventStoreSuite, type OpenedStore } from '../../src/testing/index.js'
import { absentDrivers, newPath, presentDrivers } from './sqlite-files.js'

describe('memory', () => {
  eventStoreSuite({
    test,
    factory: async () => ({ store: openMemoryStore() }),
    supports: {
      globalOrder: true,
      erasure: true,
      snapshots: true,
      registers: true,
      listening: true,
      views: true,
      durable: { no: 'lives as long as the process' },
      manyWriters: { no: 'is one object' },
      heldTransactions: { no: 'has no transactions' },
    },
  })
})

/** The store in a new file. A crash is what its bytes are at this moment, opened elsewhere: nobody had time to tidy up. */
async function sqliteIn(driver: DriverName): Promise<OpenedStore> {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-suite-'))
  const openIn = async (name: string) =>
    orThrow(await openSqliteStore({ path: join(folder, name, 'chats.db'), driver }))
  mkdirSync(join(folder, 'data'))
  return {
    store: await openIn('data'),
    openAnother: () => openIn('data'),
    crash: () => {
      cpSync(join(folder, 'data'), join(folder, 'left'), { recursive: true })
      return openIn('left')
    },
    cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

describe.each(presentDrivers)('sqlite over %s', (driver) => {
  eventStoreSuite({
    test,
    factory: () => sqliteIn(driver),
    supports: {
      globalOrder: true,
      erasure: true,
      snapshots: true,
      registers: true,
      listening: true,
      views: true,
      durable: true,
      manyWriters: true,
      heldTransactions: { no: 'lets one transaction write at a time' },
    },
  })
})

test('There is a driver to hold to it.', () => {
  expect(presentDrivers.length).toBeGreaterThan(0)
})

for (const driver of absentDrivers) {
  console.warn(`sqlite over ${driver}: not held to the contract, for the driver is not here`)

  test(`${driver} is not here, and the store says what to do.`, async () => {
    const answer = await openSqliteStore({ path: newPath(), driver })
    expect(answer).toMatchObject({ left: { code: 'driver-missing' } })
    expect(answer).toMatchObject({ left: { message: expect.stringMatching(/npm install|Node 22\.13/) } })
  })
}
