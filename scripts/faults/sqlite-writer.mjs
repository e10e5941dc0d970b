/**
 * A process that writes to a SQLite file, to be killed, cut off and misled. It appends batches to several conversations
 * at once, so that some share a commit, and writes a line to the file of acknowledgements as soon as the store has
 * answered: one system call, in the order in which things happened.
 * Argument, as JSON: `path`, `acknowledgements`, `name`, `conversations`, `appends`, and perhaps `seed`, `bug`,
 * `checkpointPages`, `attemptsMax`.
 */
import { openSync, writeSync } from 'node:fs'
import { SeededChance } from '../../dist/testing/seeded-chance.js'
import { withBug } from './bugs.mjs'
import { Writer } from './load.mjs'
import { openSqlite } from './sqlite-file.mjs'

const { path, acknowledgements, name, conversations, appends, bug, ...more } = JSON.parse(process.argv[2])
const { seed = 1, checkpointPages, attemptsMax } = more
const tellTo = openSync(acknowledgements, 'a')
const store = withBug(await openSqlite(path, { checkpointPages, isNormal: bug === 'synchronous-normal' }), bug)
writeSync(1, 'ready\n')

const writers = conversations.map((conversationId, place) => {
  const onAcknowledged = (batch) => writeSync(tellTo, `${JSON.stringify({ ...batch, at: Date.now() })}\n`)
  const own = { name: `${name}.${place}`, conversationId, chance: new SeededChance(seed + place) }
  return new Writer({ store, ...own, onAcknowledged, ...(attemptsMax !== undefined && { attemptsMax }) })
})
const done = await Promise.all(writers.map((writer) => writer.write({ appends: appends ?? Number.POSITIVE_INFINITY })))
await store.close()
const heard = writers.map((writer) => writer.heard)
const stallMs = Math.max(...writers.map((writer) => writer.stallMs))
writeSync(1, `${JSON.stringify({ heard, stallMs, isFinished: !done.includes(false) })}\n`)
