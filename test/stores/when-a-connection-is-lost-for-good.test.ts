/** What becomes of a connection to JetStream that its driver does not bring back; without servers, over a driver of our own. */
import { expect, test } from 'vitest'
import { type Connection, LastingConnection } from '../../src/stores/nats/lasting-connection.js'

/** A connection that says what it is told to say. */
class ToldConnection implements Connection {
  isClosed = false
  private readonly said: string[] = []
  private wake: () => void = () => undefined

  constructor(readonly info: { readonly connect_urls?: readonly string[] } = {}) {}

  say(type: string): void {
    this.said.push(type)
    this.wake()
  }

  async *status() {
    for (;;) {
      for (const type of this.said.splice(0)) yield { type }
      if (this.isClosed) return
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  async close(): Promise<void> {
    this.isClosed = true
    this.wake()
  }
}

const patient = { lostMaxMs: 60_000, silentMaxMs: 60_000, firstPauseMs: 1, pauseMaxMs: 2 }
const refused = () => Promise.reject(new Error('refused'))

/** When it is as it should be. */
async function until(connection: LastingConnection<ToldConnection>, isSo: () => boolean): Promise<void> {
  if (isSo()) return
  await new Promise<void>((resolve) => {
    const forget = connection.onChange(() => {
      if (!isSo()) return
      forget()
      resolve()
    })
  })
}

test('A driver that does not come back is left, and it is dialled again and again until there is a connection.', async () => {
  const first = new ToldConnection({ connect_urls: ['other:4222'] })
  const second = new ToldConnection()
  const dials: (readonly string[])[] = []
  const dial = (servers: readonly string[]) => (dials.push(servers) < 4 ? refused() : Promise.resolve(second))
  const connection = new LastingConnection(first, dial, { ...patient, lostMaxMs: 1 })
  first.say('disconnect')
  await until(connection, () => connection.isConnected && connection.current === second)
  expect(first.isClosed).toBe(true)
  expect(dials).toEqual(Array.from({ length: 4 }, () => ['other:4222']))
  await connection.end()
  expect(second.isClosed).toBe(true)
})

test('A driver that comes back in time is kept.', async () => {
  const first = new ToldConnection()
  const connection = new LastingConnection(first, refused, patient)
  first.say('disconnect')
  await until(connection, () => !connection.isConnected)
  first.say('reconnect')
  await until(connection, () => connection.isConnected)
  expect(connection.current).toBe(first)
  await connection.end()
})

test('A driver that gave up by itself is replaced at once.', async () => {
  const first = new ToldConnection()
  const second = new ToldConnection()
  const connection = new LastingConnection(first, () => Promise.resolve(second), patient)
  await first.close()
  await until(connection, () => connection.isConnected && connection.current === second)
  await connection.end()
})

test('Questions that are all unanswered for too long end a connection; one answer among them keeps it.', async () => {
  const first = new ToldConnection()
  const second = new ToldConnection()
  const connection = new LastingConnection(first, () => Promise.resolve(second), { ...patient, silentMaxMs: 0 })
  connection.asked(first)
  connection.answered(first)
  connection.unanswered(first)
  expect(connection.isConnected).toBe(true)
  connection.asked(first)
  connection.unanswered(first)
  expect(connection.isConnected).toBe(false)
  await until(connection, () => connection.isConnected)
  expect(connection.current).toBe(second)
  // What was asked of the one before says nothing of this one.
  connection.asked(first)
  connection.unanswered(first)
  expect(connection.isConnected).toBe(true)
  await connection.end()
})

test('A connection that comes when all is over is closed, and no other is dialled.', async () => {
  const first = new ToldConnection()
  const late = new ToldConnection()
  let arrive: (connection: ToldConnection) => void = () => undefined
  let dials = 0
  const dial = () => {
    dials += 1
    return new Promise<ToldConnection>((resolve) => {
      arrive = resolve
    })
  }
  const connection = new LastingConnection(first, dial, patient)
  await first.close()
  await until(connection, () => !connection.isConnected)
  await connection.end()
  arrive(late)
  await new Promise(setImmediate)
  expect(late.isClosed).toBe(true)
  expect(connection.isConnected).toBe(false)
  expect(dials).toBe(1)
})
