/**
 * Fills a file in a process of its own, over the built store: three events of one conversation, a snapshot, a register and a
 * view. In a process of its own, for libsql lets go of a file only when it likes. Arguments: path, driver.
 */
import { openSqliteStore } from '../../dist/stores/sqlite/index.js'

const [path, driver] = process.argv.slice(2)
const given = (answer) => {
  if (answer._tag === 'Left') throw new Error(`${answer.left.code}: ${answer.left.message}`)
  return answer.right
}
const store = given(await openSqliteStore({ path, driver }))
const events = [1, 2, 3].map((version) => {
  const eventId = `a-${version}`
  const record = JSON.stringify({ id: eventId, version })
  return { conversationId: 'a', version, eventId, record, hash: `hash of ${eventId}`, content: null, salt: null }
})
given(await store.append({ conversationId: 'a', expectedVersion: 0, events }))
given(await store.saveSnapshot({ conversationId: 'a', version: 2, text: 'snapshot' }))
given(await store.registers.save({ key: 'k', revision: 0, text: 't' }))
given(await store.views.make({ name: 'lengths', fields: { length: 'integer' }, indexes: [['length']] }))
await store.close()
