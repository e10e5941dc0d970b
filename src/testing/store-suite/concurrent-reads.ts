/** Laws of reading beside writers: what is read is what stood there at one moment, and it never changes. */
import type { EventStore, StoredEvent } from '../../log/event-store.js'
import { agree, answered, demand } from './expect.js'
import { pause } from './global-order.js'
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

async function writeAll(store: EventStore): Promise<void> {
  for (let n = 0; n < batches; n++) {
    answered('a batch is appended', await store.append(appendOf(...batchOf(n))))
    if (n % 4 === 0) await pause()
  }
}

/** Reads while the writer writes, and once more; `check` gets each answer and the one before. */
async function watch(
  writing: { readonly isOver: boolean },
  read: () => Promise<readonly StoredEvent[]>,
  check: (now: readonly StoredEvent[], before: readonly StoredEvent[]) => void,
): Promise<void> {
  let before: readonly StoredEvent[] = []
  for (let isLast = false; !isLast; ) {
    isLast = writing.isOver
    const now = await read()
    check(now, before)
    before = now
    await pause()
  }
  agree('what was appended is read in the end', before.length, whole.length)
}

function isPrefix(now: readonly StoredEvent[], before: readonly StoredEvent[]): void {
  agree('a read is a prefix of the log, without a gap', now, whole.slice(0, now.length))
  demand('a later read sees no less than an earlier one', now.length >= before.length)
}

/** Runs writer and readers together; a failure of either ends the wait. */
async function together({ store }: { readonly store: EventStore }, check: typeof isPrefix): Promise<void> {
  const writing = { isOver: false }
  const read = async () => answered('the log is read', await store.read({ conversationId: 'a' }))
  const written = writeAll(store).finally(() => {
    writing.isOver = true
  })
  await Promise.all([written, ...Array.from({ length: readers }, () => watch(writing, read, check))])
}

export const concurrentReads: readonly Law[] = [
  law('While others write, a read is a prefix of the log, and never shrinks.', (subject) =>
    together(subject, isPrefix),
  ),

  law('While others write, a read never shows half an append.', (subject) =>
    together(subject, (now) => agree('appends of three are seen whole', now.length % perBatch, 0)),
  ),

  law('What was read up to a version reads the same ever after.', async ({ store }) => {
    const versionsRead = new Map<number, string>()
    const remember = (now: readonly StoredEvent[]) => {
      for (const { version, eventId, record } of now) {
        const text = `${eventId} ${record}`
        agree(`version ${version} is what it was`, text, versionsRead.get(version) ?? text)
        versionsRead.set(version, text)
      }
    }
    await together({ store }, remember)
    const again = answered('the log is read', await store.read({ conversationId: 'a' }))
    remember(again)
    agree('the whole log is there', again, whole)
  }),

  law('An event that was read is found, and one that was found is read.', async ({ store }) => {
    const writing = writeAll(store)
    const look = async () => {
      for (const { eventId, version } of whole) {
        const found = answered('it is looked up', await store.find({ conversationId: 'a', eventId }))
        const read = answered('it is read', await store.read({ conversationId: 'a', fromVersion: version, limit: 1 }))
        if (found !== null) agree('what was found is read', read, [found])
        const [event] = read
        if (event === undefined) continue
        const sought = await store.find({ conversationId: 'a', eventId: event.eventId })
        agree('what was read is found', answered('it is looked up', sought), event)
      }
    }
    await Promise.all([writing, look()])
    await look()
  }),
]
