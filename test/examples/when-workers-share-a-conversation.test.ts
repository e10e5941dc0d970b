/** The queue worker, in two processes on one SQLite file and one conversation: each message is answered once, though one is killed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConversations } from '../../src/conversations.js'
import { Audit } from '../../src/log/audit.js'
import { orThrow } from '../../src/or-throw.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { newDatabase, startExample } from './example-process.js'
import { type StandIn, startStandIn } from './provider-stand-in.js'

let standIn: StandIn
beforeAll(async () => {
  standIn = await startStandIn()
})
afterAll(() => standIn.close())

test('Two workers answer each message once, in order, and what a killed one leaves is answered by the other.', async () => {
  const database = newDatabase()
  const store = orThrow(await openSqliteStore({ path: database.path }))
  const conversations = createConversations({ store, assess: () => ({ harm: 'none', risk: null }), pollMs: 20 })
  const { conversationId, threadId } = orThrow(await conversations.open())
  const place = { conversationId, threadId }
  const workers = await Promise.all([1, 2].map(() => startExample('examples/worker.mjs', standIn, database.path)))
  const heard = conversations.subscribe({ conversationId, fromVersion: 1 })
  const answered = async () => {
    for (let next = await heard.next(); !next.done; next = await heard.next()) {
      if (next.value.type === 'message.sent') return
    }
  }
  try {
    for (let number = 1; number <= 6; number++) {
      orThrow(await conversations.receive({ ...place, content: `Question ${number}` }))
      if (number === 3) await workers[0]?.stop('SIGKILL')
      await answered()
    }
    const { messages } = orThrow(await conversations.thread(place))
    expect(messages.map(({ role }) => role).join()).toBe(Array(6).fill('user,assistant').join())
    const findings = []
    for await (const finding of new Audit(store).findings()) findings.push(finding)
    expect(findings).toEqual([])
  } finally {
    await heard.return()
    await Promise.all(workers.map((worker) => worker.stop()))
    await conversations.close()
    database.remove()
  }
})
