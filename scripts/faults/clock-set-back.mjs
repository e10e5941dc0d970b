/**
 * The clock is set back two days in the middle of a conversation: for the door, by a clock of its own; for a process, by
 * `faketime`. Times go back, as they were told; versions, positions and the chain do not.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConversations, openMemoryStore, orThrow } from 'colloquy'
import { compare, eventsOf } from './acknowledged.mjs'
import { withBug } from './bugs.mjs'
import { examineFile } from './sqlite-aftermath.mjs'
import { acknowledgedIn, inFolder, openSqlite } from './sqlite-file.mjs'
import { conversations, filesIn } from './sqlite-run.mjs'
import { Tally } from './tally.mjs'
import { WriterProcess } from './writer-process.mjs'

const dayMs = 86_400_000
const daysBack = 2

/** Whether time goes back somewhere in these events by more than a day. */
const goesBack = (events) => {
  const times = events.map(({ record }) => Date.parse(JSON.parse(record).recordedAt))
  return times.some((time, index) => index > 0 && time < times[index - 1] - dayMs)
}

/** Talks through the door while its clock jumps; answers what was acknowledged. */
async function talk(store, messages) {
  let now = Date.now()
  const clock = () => new Date(now++)
  const acknowledged = []
  const onEvent = ({ conversationId, version, id }) => acknowledged.push({ conversationId, version, eventId: id })
  const door = createConversations({ store, clock, onEvent, assess: async () => ({ harm: 'none', risk: null }) })
  const opened = orThrow(await door.open())
  const { conversationId, threadId } = opened
  for (let number = 0; number < messages; number++) {
    if (number === Math.floor(messages / 2)) now -= daysBack * dayMs
    orThrow(await door.receive({ conversationId, threadId, content: `question ${number}` }))
    orThrow(await door.send({ conversationId, threadId, content: `answer ${number}` }))
  }
  return { conversationId, acknowledged }
}

/** What the door told, with the hashes that are stored: the door tells none. */
async function withHashes(store, { conversationId, acknowledged }) {
  const stored = await eventsOf(store, conversationId)
  const hashes = new Map(stored.map(({ version, hash }) => [version, hash]))
  const events = acknowledged.map(({ version, eventId }) => ({ version, eventId, hash: hashes.get(version) ?? '' }))
  return [{ conversationId, events }]
}

/** Through the door, over memory and over a SQLite file; `bug`: what is seeded. */
export async function setClockBackAtTheDoor({ messages = 10, bug }) {
  const tally = new Tally()
  await inFolder(async (folder) => {
    const stores = [openMemoryStore(), await openSqlite(join(folder, 'chats.db'))]
    for (const store of stores) {
      const told = await withHashes(store, await talk(withBug(store, bug), messages))
      tally.count('times that go back', goesBack(await eventsOf(store, told[0].conversationId)) ? 1 : 0)
      tally.add(await compare(store, told), 'the door')
      await store.close()
    }
  })
  return tally
}

/** A SQLite writer whose clock goes back while it runs: the library reads the time from a file that is changed. */
export async function setClockBackInAProcess({ library, batches = 8, bug }) {
  const tally = new Tally()
  await inFolder(async (folder) => {
    const clockFile = join(folder, 'clock')
    writeFileSync(clockFile, '+0')
    const faketime = { FAKETIME_TIMESTAMP_FILE: clockFile, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
    const { path, acknowledgements } = filesIn(folder)
    const given = { path, acknowledgements, name: 'w', conversations, bug }
    const writer = new WriterProcess(given, { LD_PRELOAD: library, ...faketime })
    await writer.hasBeenTold(batches)
    writeFileSync(clockFile, `-${daysBack}d`)
    await writer.hasBeenTold(writer.told + batches)
    await writer.kill()
    const acknowledged = acknowledgedIn(acknowledgements)
    const store = await openSqlite(path)
    const isBack = goesBack(await eventsOf(store, conversations[0]))
    await store.close()
    tally.count('times that go back', isBack ? 1 : 0)
    await examineFile({ path, acknowledged, conversations, tally, where: 'the process' })
  })
  return tally
}
