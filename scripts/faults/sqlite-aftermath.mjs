/** What is found of a SQLite file after a fault: it is opened, written to once more in each conversation, and compared. */
import { randomUUID } from 'node:crypto'
import { SeededChance } from '../../dist/testing/seeded-chance.js'
import { compare } from './acknowledged.mjs'
import { Writer } from './load.mjs'
import { openSqlite } from './sqlite-file.mjs'

async function goOn(store, conversations, chance) {
  const acknowledged = []
  const onAcknowledged = (batch) => acknowledged.push(batch)
  for (const conversationId of conversations) {
    const writer = new Writer({ store, name: `after.${randomUUID()}`, conversationId, chance, onAcknowledged })
    const isDone = await writer.write({ appends: 1 })
    if (!isDone) throw new Error(`the log of ${conversationId} does not go on: ${JSON.stringify(writer.heard)}`)
  }
  return acknowledged
}

/**
 * Opens what is left, goes on writing, and adds to the tally what became of all that was acknowledged, before and after.
 * @param where for the line that is kept if something is wrong.
 */
export async function examineFile({ path, acknowledged, conversations, tally, where }) {
  const begun = performance.now()
  try {
    const store = await openSqlite(path)
    try {
      const found = await compare(store, acknowledged)
      const added = await goOn(store, conversations, new SeededChance(1))
      const stallMs = performance.now() - begun
      const afterwards = await compare(store, [...acknowledged, ...added])
      // What was lost before may be covered over since; both looks count, the acknowledged once.
      const worse = Object.fromEntries(
        Object.keys(found).map((name) => [name, Math.max(found[name], afterwards[name])]),
      )
      tally.add({ ...worse, acknowledged: found.acknowledged }, where, stallMs)
    } finally {
      await store.close()
    }
  } catch (thrown) {
    tally.refuse(thrown, where)
  }
}
