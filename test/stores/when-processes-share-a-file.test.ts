/** Several processes on one file, and one that is killed: nothing acknowledged is lost, no version is given twice. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { newPath, openAt, presentDrivers } from './sqlite-files.js'
import { appendOf, inShort, storedEvent } from './stored-events.js'

const script = fileURLToPath(new URL('./writer-process.mjs', import.meta.url))

/** A writer's process, what it said so far, and its end. */
class Writer {
  readonly said: string[] = []
  private readonly child: ChildProcessWithoutNullStreams
  private readonly ended: Promise<unknown>
  private complaint = ''

  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, [script, ...args])
    this.ended = once(this.child, 'close')
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaint += text
    })
    createInterface(this.child.stdout).on('line', (line) => this.said.push(line))
    onTestFinished(() => void this.child.kill('SIGKILL'))
  }

  /** Waits until it has said this many lines. */
  async hasSaid(lines: number): Promise<void> {
    while (this.said.length < lines) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(this.complaint)
      await Promise.race([once(this.child.stdout, 'data'), this.ended])
    }
  }

  go(): void {
    this.child.stdin.write('go\n')
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  /** Everything it was told was stored, once it has ended. */
  async acknowledged(): Promise<readonly string[]> {
    await this.ended
    if (this.complaint.includes('Error')) throw new Error(this.complaint)
    return this.said.slice(1)
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
})
