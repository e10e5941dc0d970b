/**
 * Bytes that change on the disk by themselves: in every column of every row, through SQLite; and anywhere in the file,
 * behind its back. Whoever reads must be told which conversation, and where in it, or be refused.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { orThrow } from 'colloquy'
import { openSqliteStore } from 'colloquy/stores/sqlite'
import { Audit } from '../../dist/log/audit.js'
import { chooseDriver } from '../../dist/stores/sqlite/choose-driver.js'
import { SeededChance } from '../../dist/testing/seeded-chance.js'
import { eventsOf } from './acknowledged.mjs'
import { Writer } from './load.mjs'
import { inQuickFolder, openSqlite } from './sqlite-file.mjs'
import { conversations } from './sqlite-run.mjs'
import { Tally } from './tally.mjs'

const judgeScript = fileURLToPath(new URL('./flip-judge.mjs', import.meta.url))
const columns = ['conversation_id', 'event_id', 'record', 'hash', 'content', 'salt']

async function makeFile(path, appends) {
  const store = await openSqlite(path)
  for (const [place, conversationId] of conversations.entries()) {
    const own = { name: `w.${place}`, conversationId, chance: new SeededChance(place), onAcknowledged: () => undefined }
    await new Writer({ store, ...own }).write({ appends })
  }
  const events = []
  for (const conversationId of conversations) events.push(...(await eventsOf(store, conversationId)))
  await store.close()
  // Some drivers leave that to the collector: all is to be in the one file that is copied.
  const driver = orThrow(await chooseDriver())(path)
  driver.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
  driver.close()
  return { events, bytes: readFileSync(path) }
}

/** Does this with a file of these bytes, in a folder that no file was in before. */
async function withCopy(folder, bytes, work) {
  const own = mkdtempSync(join(folder, 'copy-'))
  const path = join(own, 'flipped.db')
  writeFileSync(path, bytes)
  try {
    return await work(path)
  } finally {
    rmSync(own, { recursive: true })
  }
}

/** These bytes with one bit that is another, in hex. */
function flipped(bytes, chance) {
  const changed = new Uint8Array(bytes).slice()
  changed[chance.below(changed.length)] ^= 1 << chance.below(8)
  return Buffer.from(changed).toString('hex')
}

/** Does this, again if the index has such an id already: then it was no flip that could be. */
function tryTo(work) {
  for (;;) {
    try {
      return work()
    } catch (thrown) {
      if (!/UNIQUE/.test(thrown.message)) throw thrown
    }
  }
}

/** Changes one bit of one column, text or no text then, with no trigger in the way. False if there is nothing in it. */
async function flipInRow(path, { conversationId, version }, column, chance) {
  const driver = orThrow(await chooseDriver())(path)
  for (const trigger of ['event_is_not_deleted', 'event_is_not_changed']) driver.exec(`DROP TRIGGER ${trigger}`)
  const where = 'WHERE conversation_id = ? AND version = ?'
  const read = driver.prepare(`SELECT CAST(${column} AS BLOB) AS bytes FROM event ${where}`)
  const [{ bytes }] = read.all(conversationId, version)
  // As a literal, for drivers differ in how they take bytes.
  const change = () => `UPDATE event SET ${column} = CAST(x'${flipped(bytes, chance)}' AS TEXT) ${where}`
  if (bytes !== null) tryTo(() => driver.prepare(change()).run(conversationId, version))
  driver.close()
  return bytes !== null
}

/** The audit's findings; the seeded bug is an audit that asks nothing. */
async function findingsIn(path, bug) {
  if (bug === 'trusts-the-disk') return []
  const store = await openSqlite(path)
  try {
    const findings = []
    for await (const finding of new Audit(store).findings()) findings.push(finding)
    return findings
  } finally {
    await store.close()
  }
}

/**
 * Whether a finding names the row. One whose conversation's id changed is named where it was or, if it was the last there,
 * where it is now: as a conversation that nobody knows, of which events are missing.
 */
function isNamedIn(findings, event, column) {
  const isStray = ({ conversationId }) => column === 'conversation_id' && !conversations.includes(conversationId)
  return findings.some(
    (finding) =>
      isStray(finding) || (finding.version === event.version && finding.conversationId === event.conversationId),
  )
}

const flip = (isSeen) => ({ acknowledged: 1, lost: isSeen ? 0 : 1, duplicated: 0, halfBatches: 0, audited: 0 })

/**
 * A byte of every column of every row, or of so many rows.
 * @returns a tally: `runs` are flips; `lost` those that no finding named by conversation and version.
 */
export async function flipRows({ appends = 4, rowsMax = Number.POSITIVE_INFINITY, seed = 1, bug }) {
  const tally = new Tally()
  const chance = new SeededChance(seed)
  await inQuickFolder(async (folder) => {
    const { events, bytes } = await makeFile(join(folder, 'whole.db'), appends)
    const clean = await withCopy(folder, bytes, (path) => findingsIn(path))
    if (clean.length > 0) throw new Error(`the audit finds ${clean[0].message} in a file that nobody changed`)
    const places = events.slice(0, rowsMax).flatMap((event) => columns.map((column) => ({ event, column })))
    for (const { event, column } of places) {
      await withCopy(folder, bytes, async (path) => {
        if (!(await flipInRow(path, event, column, chance))) return
        const isNamed = isNamedIn(await findingsIn(path, bug), event, column)
        tally.add(flip(isNamed), `${column} of ${event.conversationId} ${event.version}`)
        tally.count(column)
      })
    }
  })
  return tally
}

/** What a reader makes of a file: `refused`, `named`, `same` as it was, or `unseen`: other than it was, and no finding. */
async function judge(path, before, bug) {
  const opened = await openSqliteStore({ path })
  if (opened._tag === 'Left') return 'refused'
  const store = opened.right
  try {
    const isTrusted = bug === 'trusts-the-disk'
    for await (const _ of isTrusted ? [] : new Audit(store).findings()) return 'named'
    const events = []
    for (const conversationId of conversations) events.push(...(await eventsOf(store, conversationId)))
    return JSON.stringify(events) === before ? 'same' : 'unseen'
  } catch {
    return 'refused'
  } finally {
    await store.close()
  }
}

/**
 * The flips of a run from the one of this number on, each with its verdict. What is flipped comes from the seed alone.
 * @param bytes of the whole file; `before`: what a reader makes of them.
 */
export async function* judgeFlips({ folder, bytes, before, seed, from, flips, bug }) {
  for (let number = from; number < flips; number++) {
    const chance = new SeededChance(seed).branch(number)
    const at = chance.below(bytes.length)
    const changed = Buffer.from(bytes)
    changed[at] ^= 1 << chance.below(8)
    yield { at, verdict: await withCopy(folder, changed, (path) => judge(path, before, bug)) }
  }
}

/** Asks the judge, in a process of its own, for a driver may end it. Answers how many flips were judged. */
async function askJudge(given, tally) {
  const child = spawn(process.execPath, [judgeScript, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text
  })
  let judged = 0
  for await (const line of createInterface(child.stdout)) {
    const { at, verdict } = JSON.parse(line)
    judged += 1
    tally.count(verdict)
    tally.add(flip(verdict !== 'unseen'), `byte ${at}`)
  }
  const [, signal] = await ended
  if (given.from + judged === given.flips) return judged
  if (signal === null) throw new Error(`the judge failed: ${complaint}`)
  // It died of this one: nothing wrong was answered, for nothing was.
  tally.count('driver ended the process')
  tally.add(flip(true), `flip ${given.from + judged}`)
  return judged + 1
}

/**
 * One byte anywhere in the file, so many times.
 * @returns a tally: `runs` are flips; `lost` those after which a reader got something else and no finding.
 */
export async function flipFile({ appends = 4, flips, seed = 1, bug }) {
  const tally = new Tally()
  await inQuickFolder(async (folder) => {
    const path = join(folder, 'whole.db')
    const { events, bytes } = await makeFile(path, appends)
    writeFileSync(path, bytes)
    writeFileSync(join(folder, 'before.json'), JSON.stringify(events))
    for (let from = 0; from < flips; ) from += await askJudge({ folder, seed, from, flips, bug }, tally)
  })
  return tally
}
