/**
 * Loss of power, by enumeration: a run's writes and syncs are recorded, and then every state of the files, or a sample of
 * them, that a loss of power could leave between two syncs is made and opened. The shared memory (`-shm`) is in none,
 * for SQLite makes it anew.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SeededChance } from '../../dist/testing/seeded-chance.js'
import { Disk, sectorBytes } from './disk.mjs'
import { examineFile } from './sqlite-aftermath.mjs'
import { inFolder, inQuickFolder } from './sqlite-file.mjs'
import { conversations, filesIn, runWriter } from './sqlite-run.mjs'
import { Tally } from './tally.mjs'

const syncs = ['fsync', 'fdatasync']

/** Operations of which all subsets are tried, if there are no more. */
const allSubsetsMax = 6

/** Every subset of a few operations; of more: the beginnings, all but one, one alone, and others by chance. */
function* subsets(operations, chance, count) {
  const { length } = operations
  if (length <= allSubsetsMax) {
    for (let bits = 0; bits < 2 ** length; bits++) yield operations.filter((_, place) => bits & (2 ** place))
    return
  }
  for (let end = 0; end <= length; end++) yield operations.slice(0, end)
  for (const one of operations) {
    yield operations.filter((other) => other !== one)
    yield [one]
  }
  for (let number = 0; number < count; number++) {
    const rate = chance.of([0.1, 0.5, 0.9])
    yield operations.filter(() => chance.happens(rate))
  }
}

/** One write of these, of which only some sectors came to be: the first ones, the last ones, or any. */
function tear(operations, chance) {
  const large = operations.filter(({ kind, bytes }) => kind === 'write' && bytes.length > sectorBytes)
  if (large.length === 0) return undefined
  const of = chance.of(large)
  const at = 1 + chance.below(Math.floor(of.bytes.length / sectorBytes))
  const number = chance.word()
  const isKept = chance.of([
    (sector) => sector < at,
    (sector) => sector >= at,
    (sector) => (number >>> (sector % 32)) & 1,
  ])
  return { of, isKept }
}

/** The states that a loss of power can leave now: whole writes, and of each choice some with a torn one. */
function* statesOf(disk, chance, count) {
  const { operations, names } = disk.doubts
  for (let named = 0; named <= names; named++) {
    for (const kept of subsets(operations, chance, count)) {
      const has = new Set(kept)
      yield disk.stateAt({ names: named, has })
      const sectors = tear(kept, chance)
      if (sectors) yield disk.stateAt({ names: named, has, sectors })
    }
  }
}

const digestOf = (state, told) => {
  const digest = createHash('sha1').update(String(told))
  for (const [path, content] of state) digest.update(`\n${path} ${content.length}\n`).update(content)
  return digest.digest('hex')
}

async function open(state, { acknowledged, folder, tally, where }) {
  mkdirSync(folder)
  try {
    for (const [path, content] of state) writeFileSync(join(folder, basename(path)), content)
    await examineFile({ path: filesIn(folder).path, acknowledged, conversations, tally, where })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** At most so many of these, in their order, chosen by chance. */
function sample(all, count, chance) {
  if (all.length <= count) return all
  const drawn = all.map((one, place) => ({ one, place, lot: chance.word() }))
  drawn.sort((a, b) => a.lot - b.lot)
  return drawn
    .slice(0, count)
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one)
}

/** The calls on what lasts of the database, and on its folder. */
function databaseCalls(calls, folder) {
  const { sqlite, acknowledgements } = filesIn(folder)
  const [, , , sharedMemory] = sqlite
  return calls.filter(({ path }) => path !== sharedMemory && path !== acknowledgements)
}

/** The distinct states that the disk can be left in now, a sample of at most `perSync`. */
function freshStates({ disk, told, seen, chance, perSync }) {
  const states = []
  for (const state of statesOf(disk, chance, perSync)) {
    const digest = digestOf(state, told)
    if (!seen.has(digest)) states.push(state)
    seen.add(digest)
  }
  return sample(states, perSync, chance)
}

/**
 * The distinct states of a run, each with how much was acknowledged when the power went. Between two syncs only what is in
 * doubt grows, so that the moment just before a sync has all states of the moments since the sync before.
 */
function* reachable({ calls, folder, chance, perSync }) {
  const { acknowledgements } = filesIn(folder)
  const relevant = new Set(databaseCalls(calls, folder))
  const disk = new Disk(folder)
  const seen = new Set()
  let told = 0
  let sync = 0
  for (const call of calls) {
    if (call.path === acknowledgements && call.name === 'write') told += 1
    if (!relevant.has(call)) continue
    if (syncs.includes(call.name)) {
      for (const state of freshStates({ disk, told, seen, chance, perSync })) yield { state, told, sync }
      sync += 1
    }
    disk.take(call)
  }
  for (const state of freshStates({ disk, told, seen, chance, perSync })) yield { state, told, sync }
}

/** Throws if the recording, played on the disk, does not give the very files that the run left. */
function demandFaithful({ calls, folder }) {
  const disk = new Disk(folder)
  for (const call of databaseCalls(calls, folder)) disk.take(call)
  const { operations, names } = disk.doubts
  for (const [path, content] of disk.stateAt({ names, has: new Set(operations) })) {
    if (!existsSync(path) || !readFileSync(path).equals(content)) throw new Error(`${path} was not recorded faithfully`)
  }
}

async function loseAfter({ inject, appends, bug, checkpointPages, perSync, seed }, tally) {
  const chance = new SeededChance(seed)
  await inFolder(async (recorded) => {
    const { calls, acknowledged } = await runWriter({ folder: recorded, appends, bug, checkpointPages, inject, seed })
    demandFaithful({ calls, folder: recorded })
    tally.count('acknowledged in the run', acknowledged.flatMap(({ events }) => events).length)
    await inQuickFolder(async (quick) => {
      for (const { state, told, sync } of reachable({ calls, folder: recorded, chance, perSync })) {
        const folder = join(quick, 'state')
        const where = `${inject.join()}, before sync ${sync + 1}, ${told} acknowledged`
        await open(state, { acknowledged: acknowledged.slice(0, told), folder, tally, where })
      }
    })
    return calls
  })
}

/**
 * Which of a run's syncs are of files, as strace counts. A failed sync of the folder is left out: SQLite overlooks it, and
 * then a new log's name lasts only where the file system keeps it together with the file, as those of Linux do.
 */
const syncsOfFiles = (settings) =>
  inFolder(async (folder) => {
    const { calls } = await runWriter({ ...settings, folder })
    const made = calls.filter(({ name }) => syncs.includes(name))
    return made.flatMap(({ path }, index) => (path === folder ? [] : [index + 1]))
  })

/**
 * @param appends of each conversation; `perSync`: states that are opened between two syncs at most; `failedSyncs`: which
 *   syncs fail while recording, each in a run of its own, `Infinity` for all of files; without it, one run in which all is well.
 */
export async function losePower({ appends = 4, perSync = 8, checkpointPages = 24, bug, failedSyncs, seed = 1 }) {
  const tally = new Tally()
  const settings = { appends, checkpointPages, bug, seed }
  const isAll = failedSyncs === Number.POSITIVE_INFINITY
  const failing = isAll ? await syncsOfFiles(settings) : failedSyncs
  const injections = failing ? failing.map((nth) => syncs.map((name) => `${name}:error=EIO:when=${nth}`)) : [[]]
  for (const inject of injections) await loseAfter({ ...settings, inject, perSync }, tally)
  return tally
}
