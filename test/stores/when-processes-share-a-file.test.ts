/** Several processes on one file, and one that is killed: nothing acknowledged is lost, no version is given twice. */
import { describe, expect, test } from 'vitest'
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { ChildProcess } from './child-process.js'
import { expectTakeover } from './shared-group.js'
import { newPath, openAt, presentDrivers } from './sqlite-files.js'
import { appendOf, inShort, storedEvent } from './stored-events.js'

/** A writer's process: see its script. */
class Writer extends ChildProcess {
  constructor(...args: readonly string[]) {
    super('./writer-process.mjs', ...args)
  }

  /** Everything it was told was stored, once it has ended. */
  async acknowledged(): Promise<readonly string[]> {
    return (await this.ending()).slice(1)
  }
}

async function everythingIn(store: EventStore): Promise<readonly StoredEvent[]> {
  return orThrow(await store.read({ conversationId: 'shared' }))
}

const inWords = ({ version, eventId }: StoredEvent) => `${version} ${eventId}`
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe.each(presentDrivers)('over %s', (driver) => {
  test('Processes that open a new file at once all succeed, and write to one log without a gap.', async () => {
    const path = newPath()
    const writers = ['a', 'b', 'c', 'd'].map((name) => new Writer(path, driver, name, '50'))
    await Promise.all(writers.map((writer) => writer.hasSaid(1)))
    for (const writer of writers) writer.go()
    const acknowledged = (await Promise.all(writers.map((writer) => writer.acknowledged()))).flat()
    const events = await everythingIn(await openAt(path, driver))
    expect(events.map(({ version }) => version)).toEqual(upTo(200))
    expect(new Set(acknowledged)).toEqual(new Set(events.map(inWords)))
    expect(acknowledged).toHaveLength(200)
  })

  test('A writer killed in the middle loses nothing it was told was stored, and the log goes on.', async () => {
    const path = newPath()
    const writer = new Writer(path, driver, 'a', 'Infinity')
    await writer.hasSaid(1)
    writer.go()
    await writer.hasSaid(100)
    writer.kill()
    const acknowledged = await writer.acknowledged()
    const store = await openAt(path, driver)
    const events = await everythingIn(store)
    expect(acknowledged.length).toBeGreaterThanOrEqual(99)
    expect(events.map(inWords).slice(0, acknowledged.length)).toEqual(acknowledged)
    expect(events.map(({ version }) => version)).toEqual(upTo(events.length))
    const next = storedEvent('shared', events.length + 1)
    expect(inShort(await store.append(appendOf(next)))).toEqual({ version: events.length + 1 })
  })

  test('Of two processes that share a group one is killed, and the other takes over and leaves nothing out.', async () => {
    const path = newPath()
    await expectTakeover(await openAt(path, driver), ['sqlite', path, driver])
  })
})
