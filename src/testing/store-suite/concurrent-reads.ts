/** Laws of reading beside writers: what is read is what stood there at one moment, and it never changes. */
import type { EventStore, StoredEvent } from '../../log/event-store.js'
import { nextTurn } from '../next-turn.js'
import { agree, answered, demand } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, storedEvent } from './specimens.js'

const batches = 24
const perBatch = 3
const readers = 3

/** Batch `n`'s events, each with its batch in its record. */
function batchOf(n: number): readonly StoredEvent[] {
  return Array.from({ length: perBatch }, (_, at) =>
    storedEvent('a', n * perBatch + at + 1, { record: JSON.stringify({ batch: n, at }) }),
  )
}

const whole = Array.from({ length: batches }, (_, n) => batchOf(n)).flat()

/** What is known while the writer writes. */
interface Writing {
  isOver: boolean
  /** Events that a read must see: answered to the writer, or read by anybody. */
  known: number
}

type Check = (read: readonly StoredEvent[]) => void

async function writeAll(store: EventStore, writing: Writing): Promise<void> {
  for (let n = 0; n < batches; n++) {
    answered('a batch is appended', await store.append(appendOf(...batchOf(n))))
    writing.known = Math.max(writing.known, (n + 1) * perBatch)
    if (n % 4 === 0) await nextTurn()
  }
}

/** Reads while the writer writes, and once more. */
async function watch(store: EventStore, writing: Writing, check: Check): Promise<void> {
  for (let isLast = false; !isLast; await nextTurn()) {
    isLast = writing.isOver
    const { known } = writing
    const read = answered('the log is read', await store.read({ conversationId: 'a' }))
    check(read)
    demand('a read sees all that was answered, or read by another, before it was asked', read.length >= known)
    writing.known = Math.max(writing.known, read.length)
  }
}

/** Runs writer and readers together; a failure of either ends the wait. */
async function together(store: EventStore, check: Check): Promise<void> {
  const writing = { isOver: false, known: 0 }
  const written = writeAll(store, writing).finally(() => {
    writing.isOver = true
  })
  await Promise.all([written, ...Array.from({ length: readers }, () => watch(store, writing, check))])
}

/** Looks an event up, both ways, in an order that leaves no excuse. */
async function isReadIfFound(store: EventStore, { eventId, version }: StoredEvent): Promise<void> {
  const find = async () => answered('it is looked up', await store.find({ conversationId: 'a', eventId }))
  const read = async () =>
    answered('it is read', await store.read({ conversationId: 'a', fromVersion: version, limit: 1 }))
  const [event] = await read()
  const found = await find()
  if (event !== undefined) agree('what was read is found', found, event)
  if (found !== null) agree('what was found is read', await read(), [found])
}

export const concurrentReads: readonly Law[] = [
  law('While others write, a read is a prefix of the log, with all that was answered before.', ({ store }) =>
    together(store, (read) => agree('a read is a prefix of the log, without a gap', read, whole.slice(0, read.length))),
  ),

  law('While others write, a read never shows half an append.', ({ store }) =>
    together(store, (read) => agree('appends of three are seen whole', read.length % perBatch, 0)),
  ),

  law('What was read up to a version reads the same ever after.', async ({ store }) => {
    const readBefore = new Map<number, string>()
    const remember = (read: readonly StoredEvent[]) => {
      for (const { version, eventId, record } of read) {
        const text = `${eventId} ${record}`
        agree(`version ${version} is what it was`, text, readBefore.get(version) ?? text)
        readBefore.set(version, text)
      }
    }
    await together(store, remember)
    const again = answered('the log is read', await store.read({ conversationId: 'a' }))
    remember(again)
    agree('the whole log is there', again, whole)
  }),

  law('An event that was read is found, and one that was found is read.', async ({ store }) => {
    const lookAtAll = async () => {
      for (const event of whole) await isReadIfFound(store, event)
    }
    await Promise.all([writeAll(store, { isOver: false, known: 0 }), lookAtAll()])
    await lookAtAll()
  }),
]
