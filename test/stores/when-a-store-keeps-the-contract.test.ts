/** One contract over every store and every driver that is here. */
import { expect, test } from 'vitest'
import { openMemoryStore } from '../../src/stores/memory.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { describeEventStore } from './event-store-contract.js'
import { absentDrivers, newPath, openAt, presentDrivers } from './sqlite-files.js'

describeEventStore({ name: 'memory', open: async () => openMemoryStore() })
for (const driver of presentDrivers) {
  describeEventStore({ name: `sqlite over ${driver}`, open: () => openAt(newPath(), driver) })
}

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
