/** Counts a database's traffic on the statechart for the command line: faults are told, and how far it has come. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { type DatabaseTraffic, TrafficCount } from '../inspector/traffic-count.js'
import type { EventStore } from '../log/event-store.js'
import { counted } from './counted.js'
import { answerNo, InputError } from './exit.js'
import { Progress } from './importing/progress.js'
import { withDatabaseToRead } from './open-database.js'
import { visible } from './paint.js'

const conversationsPerPage = 1_000

/** The conversations, a page at a time. */
async function* pagesOf(store: EventStore) {
  let afterId: string | undefined
  for (;;) {
    const page = await store.list({ limit: conversationsPerPage, ...(afterId !== undefined && { afterId }) })
    if (isLeft(page)) throw new InputError(`cannot read the database: ${visible(page.left.message)}`)
    if (page.right.length === 0) return
    yield page.right
    afterId = page.right.at(-1)?.conversationId
  }
}

/** How many events there are, so that it can be said how many are left; the list of conversations is quickly read. */
async function eventsIn(store: EventStore): Promise<number> {
  let events = 0
  for await (const page of pagesOf(store)) for (const { version } of page) events += version
  return events
}

async function countAll(store: EventStore): Promise<DatabaseTraffic> {
  const progress = new Progress(process.stderr)
  const count = new TrafficCount(store)
  const expected = Math.max(1, await eventsIn(store))
  let read = 0
  for await (const page of pagesOf(store)) {
    for (const { conversationId, version } of page) {
      const added = await count.add(conversationId)
      read += version
      if (isLeft(added)) {
        progress.clear()
        process.stderr.write(`colloquy: not counted: ${visible(added.left.message)}\n`)
        answerNo()
      }
      progress.show(read / expected, counted(read, 'event'))
    }
  }
  progress.clear()
  return count.total()
}

/** The traffic of the database of this name. Throws `InputError` if it cannot be read. */
export const trafficOf = (database: string): Promise<DatabaseTraffic> => withDatabaseToRead(database, countAll)
