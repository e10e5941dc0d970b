/**
 * `npm run faults`: puts the stores to every fault with real processes, prints a line each, and writes the tables of
 * docs/RELIABILITY.md anew. First each checker is shown bugs, and must see them. Exits with 1 if anything was lost,
 * doubled or torn, or a seeded bug went unseen.
 *
 *   node scripts/faults.mjs [NAME …] [--size large] [--list]
 *
 * `--size small` is what the tests run; it writes no table. Without names, all that can be run here are: a fault whose
 * program or server is missing is named, and is a failure.
 */
import { parseArgs } from 'node:util'
import { faults, histories } from './faults/list.mjs'
import { factsOfPlatform, writeTables } from './faults/table.mjs'
import { services } from './services/found.mjs'
import { faultPrograms } from './services/programs.mjs'

const sizes = ['small', 'large']
const all = [...faults, ...histories]

function giveUp(why) {
  process.stderr.write(`faults: ${why}\n`)
  process.exit(2)
}

function readArguments() {
  try {
    const options = { size: { type: 'string', default: 'large' }, list: { type: 'boolean', default: false } }
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    if (!sizes.includes(values.size)) giveUp(`--size is ${sizes.join(' or ')}`)
    const unknown = positionals.find((name) => !all.some((fault) => fault.name === name))
    if (unknown !== undefined) giveUp(`there is no fault ${unknown}: ${all.map(({ name }) => name).join(', ')}`)
    return { ...values, names: positionals }
  } catch (thrown) {
    return giveUp(thrown.message)
  }
}

/** Programs that are missing, by name. PostgreSQL is not among them: it is brought when it is needed. */
const missing = faultPrograms()
  .filter(({ isHere }) => !isHere)
  .map(({ name }) => name)

/** The server that a fault needs, where one is here already; those that end servers make their own. */
const urlFor = ({ needs = 'PostgreSQL' }) => services().find(({ name }) => name === needs)?.url

/** Whether every seeded bug was seen; says which was not. */
async function seesBugs({ name, seeds }) {
  let seen = 0
  for (const { bug, count, run } of seeds) {
    const tally = await run(bug)
    if (tally[count] > 0) seen += 1
    else process.stderr.write(`${name}: the checker does not see ${bug}\n`)
  }
  return seen === seeds.length
}

const shown = {
  runs: 'runs',
  histories: 'histories',
  operations: 'operations',
  acknowledged: 'acknowledged',
  unknown: 'unknown',
  unexplained: 'unexplained',
  lost: 'lost',
  duplicated: 'duplicated',
  halfBatches: 'half batches',
  audited: 'audit findings',
  refused: 'refused',
  stallMs: 'ms longest stall',
}

function tell({ name }, tally, seconds) {
  const counts = Object.entries(shown).filter(([key]) => tally[key] !== undefined)
  const words = counts.map(([key, word]) => `${Math.round(tally[key])} ${word}`)
  const more = Object.entries(tally.more ?? {}).map(([word, count]) => `${count} ${word}`)
  console.log(`${name}: ${words.join(', ')}${more.length > 0 ? ` (${more.join(', ')})` : ''}; ${seconds.toFixed(0)} s`)
  for (const line of tally.wrong) console.log(`  ${line}`)
}

async function runOne(fault, size) {
  if (missing.includes(fault.needs)) {
    process.stderr.write(`${fault.name}: no ${fault.needs} is here; \`node scripts/fault-programs.mjs\` brings it\n`)
    return { fault, isKept: false }
  }
  const isSeen = await seesBugs(fault)
  const begun = performance.now()
  const tally = await fault.run[size](urlFor(fault))
  tell(fault, tally, (performance.now() - begun) / 1_000)
  return { fault, tally, isKept: isSeen && (await fault.isKept(tally)) }
}

const { size, names, list } = readArguments()
if (list) {
  for (const { name } of all) console.log(name)
} else {
  const results = []
  const facts = size === 'large' ? await factsOfPlatform() : undefined
  for (const fault of all.filter(({ name }) => names.length === 0 || names.includes(name))) {
    results.push(await runOne(fault, size))
    // After each, so that a run that is broken off has written what it has seen.
    if (facts !== undefined) writeTables(results.slice(-1), facts)
  }
  const broken = results.filter(({ isKept }) => !isKept).map(({ fault }) => fault.name)
  if (broken.length > 0) process.stderr.write(`faults: ${broken.join(', ')} failed\n`)
  // Handles that a killed server left half open must not keep a finished run.
  process.exit(broken.length > 0 ? 1 : 0)
}
