/**
 * A disk that is full or failing: a system call of a SQLite writer fails once, for a while, or from then on. The writer
 * asks again as it would of any store; what it was told was stored is looked for afterwards, on a disk that is well.
 */

import { spread } from './spread.mjs'
import { examineFile } from './sqlite-aftermath.mjs'
import { inFolder } from './sqlite-file.mjs'
import { conversations, filesIn, runWriter } from './sqlite-run.mjs'
import { Tally } from './tally.mjs'

/** Which calls fail, and how. */
const kinds = {
  full: [
    ['pwrite64', 'ENOSPC'],
    ['ftruncate', 'ENOSPC'],
    ['openat', 'ENOSPC'],
  ],
  failing: [
    ['pwrite64', 'EIO'],
    ['fsync', 'EIO'],
    ['fdatasync', 'EIO'],
    ['ftruncate', 'EIO'],
    ['unlink', 'EIO'],
  ],
  unreadable: [['pread64', 'EIO']],
}

const whileFailing = 4
const modes = [(when) => `${when}`, (when) => `${when}..${when + whileFailing}`, (when) => `${when}+`]

/** The first call of the last file opened is our own: the file of acknowledgements does not fail. */
const firstOwnOpen = 1

function failuresOf(calls, kind) {
  return kinds[kind].flatMap(([name, error]) => {
    const count = calls.filter((call) => call.name === name).length
    const skipped = name === 'openat' ? firstOwnOpen : 0
    const nths = Array.from({ length: Math.max(0, count - skipped) }, (_, index) => skipped + index + 1)
    return nths.flatMap((nth) => modes.map((mode) => `${name}:error=${error}:when=${mode(nth)}`))
  })
}

async function failWith(inject, tally, settings) {
  await inFolder(async (folder) => {
    const { acknowledged, report, stdout } = await runWriter({ ...settings, folder, inject: [inject] })
    if (!stdout.includes('ready')) tally.count('not opened meanwhile')
    else if (!report?.isFinished) tally.count('writers gave up')
    for (const [code, times] of (report?.heard ?? []).flatMap(Object.entries)) tally.count(code, times)
    tally.stallMs = Math.max(tally.stallMs, report?.stallMs ?? 0)
    await examineFile({ path: filesIn(folder).path, acknowledged, conversations, tally, where: inject })
  })
}

/** @param kind `full`, `failing` (writes and syncs) or `unreadable`; `failures`: how many of the possible ones, spread over the run; `bug`: what is seeded. */
export async function failDisk({ kind, failures, appends = 6, checkpointPages = 24, bug }) {
  const tally = new Tally()
  const settings = { appends, checkpointPages, bug, attemptsMax: 12 }
  const { calls } = await inFolder((folder) => runWriter({ ...settings, folder }))
  const all = failuresOf(calls, kind)
  tally.count('possible failures', all.length)
  for (const inject of spread(all, failures)) await failWith(inject, tally, settings)
  return tally
}
