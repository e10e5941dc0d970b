/** A fork near the beginning and one far down a long conversation: time, bytes in memory, bytes in the log. */
import { chainStart, encode, evolve, fold, threadsOf, transcriptOf } from 'colloquy'
import { conversationOf } from './logs.mjs'
import { compare } from './measure.mjs'

const editedText = 'said anew'
const forkEvent = (messageId) => ({
  type: 'thread.forked',
  actor: { kind: 'user' },
  data: {
    threadId: crypto.randomUUID(),
    from: { threadId: 'root', messageId },
    edit: { messageId: crypto.randomUUID(), content: editedText },
  },
})

function timesOfForks() {
  const long = fold(conversationOf(151_000))
  const line = transcriptOf(long, threadsOf(long)[0])
  const [near, far] = [9, 99_999].map((place) => line.slice(place).find(({ role }) => role === 'user'))
  const forks = (cut) => () => {
    for (let number = 0; number < 2_000; number++) evolve(long, forkEvent(cut.messageId))
  }
  return { near, far, measured: compare({ contestant: forks(far), baseline: forks(near), rounds: 15 }) }
}

/** Bytes of heap that a thousand forks of a conversation of 1,000 messages add, kept all at once. */
function bytesOfThousand() {
  let conversation = fold(conversationOf(1_501))
  const [, cut] = transcriptOf(conversation, threadsOf(conversation)[0]).filter(({ role }) => role === 'user')
  for (let number = 0; number < 200; number++) evolve(conversation, forkEvent(cut.messageId))
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  for (let number = 0; number < 1_000; number++) {
    conversation = evolve(conversation, JSON.parse(JSON.stringify(forkEvent(cut.messageId))))
  }
  globalThis.gc()
  const bytes = process.memoryUsage().heapUsed - before
  if (conversation.threadCount !== 1_001) throw new Error('the forks were not kept')
  return bytes
}

function storedBytes(event) {
  const envelope = { id: crypto.randomUUID(), conversationId: crypto.randomUUID(), version: 1_000, schema: 1 }
  const recorded = { ...envelope, recordedAt: '2026-01-01T00:00:00.000Z', ...event }
  const { record, hash, salt, content, eventId } = encode(recorded, { previous: chainStart, salt: '0'.repeat(32) })
  return { overhead: record.length + hash.length + salt.length + eventId.length, content: content.length }
}

const { near, far, measured } = timesOfForks()
const { ratio, ours, theirs } = await measured
const microseconds = (seconds) => `${((seconds / 2_000) * 1e6).toFixed(1)} µs`
console.log(
  `fork at message ${far.depth}: ${ratio.toFixed(2)} times the speed of one at message ${near.depth} (aim 1); ` +
    `${microseconds(ours)} against ${microseconds(theirs)}`,
)
const thousand = bytesOfThousand()
console.log(
  `1,000 forks of a conversation of 1,000 messages: ${(thousand / 1e6).toFixed(2)} MB of heap more (aim: under 2), ` +
    `${Math.round(thousand / 1_000)} bytes each`,
)
const fork = storedBytes(forkEvent(far.messageId))
console.log(`a fork in the log: ${fork.overhead} bytes beyond the edited text's ${fork.content} (aim: under 800)`)
const message = storedBytes(conversationOf(2)[1])
console.log(`a message in the log: ${message.overhead} bytes beyond its content (aim: under 500)`)
