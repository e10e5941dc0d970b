/**
 * `kill -9` of a SQLite writer between any two of its system calls on the database: a first run tells which calls there
 * are, and then a run is killed at each of them.
 */

import { spread } from './spread.mjs'
import { examineFile } from './sqlite-aftermath.mjs'
import { inFolder } from './sqlite-file.mjs'
import { conversations, filesIn, runWriter } from './sqlite-run.mjs'
import { Tally } from './tally.mjs'

/** Every call as strace counts them: the nth of its name. */
function places(calls) {
  const counts = new Map()
  return calls.map(({ name }) => {
    const when = (counts.get(name) ?? 0) + 1
    counts.set(name, when)
    return { name, when }
  })
}

async function killAt({ name, when }, tally, settings) {
  await inFolder(async (folder) => {
    const inject = [`${name}:signal=SIGKILL:when=${when}`]
    const { acknowledged, signal, stdout, stderr } = await runWriter({ ...settings, folder, inject })
    if (stderr.includes('Error')) throw new Error(stderr)
    if (signal !== 'SIGKILL') tally.count('not reached')
    if (!stdout.includes('ready')) tally.count('before it was open')
    await examineFile({ path: filesIn(folder).path, acknowledged, conversations, tally, where: `${name} ${when}` })
  })
}

/**
 * @param kills how many of the calls to kill at, spread over the run; `only`: of calls of this name; `bug`: what is seeded.
 */
export async function killBetweenCalls({ kills, only, appends = 6, bug, checkpointPages = 24 }) {
  const tally = new Tally()
  const settings = { appends, bug, checkpointPages }
  const { calls } = await inFolder((folder) => runWriter({ ...settings, folder }))
  const all = places(calls)
  tally.count('system calls', all.length)
  const chosen = all.filter(({ name }) => only === undefined || name === only)
  for (const place of spread(chosen, kills)) await killAt(place, tally, settings)
  return tally
}
