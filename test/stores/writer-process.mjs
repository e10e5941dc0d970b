/**
 * A writer in a process of its own, over the built store: opens the file, says `ready`, waits for a line on stdin, then
 * appends its events to one shared conversation, asking again after each lost race. It prints `version eventId` for each
 * event only once the store has acknowledged it.
 * Arguments: path, driver, the writer's name, how many events (`Infinity` to go on until killed); `stay` to keep the file open
 * afterwards, until killed.
 */
import { once } from 'node:events'
import { openSqliteStore } from '../../dist/stores/sqlite/index.js'

const [path, driver, writer, count, after] = process.argv.slice(2)
const opened = await openSqliteStore({ path, driver })
if (opened._tag === 'Left') throw new Error(`could not open: ${opened.left.code}: ${opened.left.message}`)
const store = opened.right
process.stdout.write('ready\n')
await once(process.stdin, 'data')

let version = 0
for (let written = 0; written < Number(count); ) {
  const eventId = `${writer}/${written}`
  const event = { conversationId: 'shared', version: version + 1, eventId, record: '{}', hash: eventId }
  const events = [{ ...event, content: `"${'x'.repeat(300)}"`, salt: 'ab' }]
  const answer = await store.append({ conversationId: 'shared', expectedVersion: version, events })
  if (answer._tag === 'Right') {
    version = answer.right.version
    written++
    process.stdout.write(`${version} ${eventId}\n`)
  } else if (answer.left.code === 'wrong-expected-version') {
    version = answer.left.actualVersion
  } else {
    throw new Error(`${answer.left.code}: ${answer.left.message}`)
  }
}
if (after !== 'stay') {
  await store.close()
  process.stdin.destroy()
}
