/**
 * `npm run soak`: simulates seed after seed for a given time, on as many threads as asked, and tells what it met.
 * Exits with 1 on a finding, and prints the seed that shows it again.
 *
 *   node scripts/soak.mjs [--seconds 60] [--seed 1] [--from 1] [--threads 2] [--events 2000] [--until EVENTS]
 *     [--with FILE]
 *
 * `--from` begins at a seed and goes on with the next; `--seed` runs one seed alone and prints it whole; `--until` stops
 * when so many events were simulated, if the time is not up before. `--with` names a module whose default export is
 * options of `simulate`: a store, an assessor or a door of one's own.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const usersMin = 2
const usersSpan = 8
const podsSpan = 4

const strengths = [1, 0.2, 5]

/**
 * The faults of a seed: usual, weak or strong, and now and then one kind left out, so that the others can have their way.
 * @see Groce and others, "Swarm Testing" (2012)
 */
const faultsFor = (seed, usual) =>
  Object.fromEntries(
    Object.entries(usual).map(([kind, rate], place) => {
      const isLeftOut = (seed * 31 + place * 17) % 5 === 0
      return [kind, isLeftOut ? 0 : Math.min(0.3, rate * strengths[seed % strengths.length])]
    }),
  )

/** What a seed is run with: the size of the service and the faults vary with it. */
const optionsFor = (seed, { events, own, usualFaults }) => ({
  users: usersMin + (seed % usersSpan),
  pods: 1 + (seed % podsSpan),
  events,
  faults: faultsFor(seed, usualFaults),
  ...own,
  seed,
})

/** The simulation, and what of one's own is to be simulated. */
async function load(file) {
  const { simulate, usualFaults } = await import('../dist/testing/index.js')
  const own = file === undefined ? {} : (await import(pathToFileURL(resolve(file)).href)).default
  return { simulate, usualFaults, own }
}

function wholeNumber(values, name) {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value >= 0) return value
  process.stderr.write(`soak: --${name} must be a whole number\n`)
  process.exit(2)
}

function readArguments() {
  const option = (usual) => ({ type: 'string', default: usual })
  const options = {
    seconds: option('60'),
    seed: { type: 'string' },
    from: option('1'),
    threads: option('2'),
    events: option('2000'),
    until: option('0'),
    with: { type: 'string' },
  }
  try {
    const { values } = parseArgs({ options })
    const numbers = ['seconds', 'from', 'threads', 'events', 'until'].map((name) => [name, wholeNumber(values, name)])
    const seed = values.seed === undefined ? undefined : wholeNumber(values, 'seed')
    return { ...Object.fromEntries(numbers), seed, file: values.with }
  } catch (thrown) {
    process.stderr.write(`soak: ${thrown.message}\n`)
    process.exit(2)
  }
}

const add = (sums, counts) => {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count
}

function emptyTotals() {
  return { seeds: 0, events: 0, conversations: 0, faults: {}, lifecycles: {}, milestones: {}, findings: [] }
}

function count(totals, { events, conversations, faults, coverage, findings }) {
  totals.seeds += 1
  totals.events += events
  totals.conversations += conversations
  add(totals.faults, faults)
  add(totals.lifecycles, coverage.lifecycles)
  add(totals.milestones, coverage.milestones)
  totals.findings.push(...findings)
}

const table = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `  ${String(count).padStart(10)} ${name}`)
    .join('\n')

function tell(totals, seconds) {
  const rate = (number) => (number / seconds).toFixed(1)
  const { seeds, events, conversations, findings } = totals
  console.log(`${events} events in ${conversations} conversations, ${seeds} seeds, ${seconds.toFixed(1)} s`)
  console.log(`${rate(seeds)} seeds a second, ${rate(events)} events a second`)
  console.log(`faults injected:\n${table(totals.faults)}`)
  console.log(`threads, after each event:\n${table(totals.lifecycles)}`)
  console.log(`milestones:\n${table(totals.milestones)}`)
  console.log(`findings: ${findings.length}`)
  for (const { seed, law, conversationId, version, story } of findings.slice(0, 20)) {
    console.log(`seed ${seed}: ${law}, ${conversationId} at version ${version}\n  ${story.join('\n  ')}`)
  }
}

/** A thread's part: every so-manieth seed, until it is told to stop. */
async function runSeeds() {
  const { first, stride, events, file } = workerData
  const { simulate, ...mine } = await load(file)
  let isOver = false
  parentPort.on('message', () => {
    isOver = true
  })
  for (let seed = first; !isOver; seed += stride) {
    parentPort.postMessage(await simulate(optionsFor(seed, { events, ...mine })))
  }
  parentPort.close()
}

function soak({ seconds, from, threads, events, until, file }) {
  const begun = process.hrtime.bigint()
  const elapsed = () => Number(process.hrtime.bigint() - begun) / 1e9
  const totals = emptyTotals()
  const workers = Array.from({ length: Math.max(1, threads) }, (_, place) => {
    const workerData = { first: from + place, stride: Math.max(1, threads), events, file }
    return new Worker(new URL(import.meta.url), { workerData })
  })
  const stop = () => {
    for (const worker of workers) worker.postMessage('stop')
  }
  const timer = setTimeout(stop, seconds * 1_000)
  let running = workers.length
  for (const worker of workers) {
    worker.on('message', (result) => {
      count(totals, result)
      if (totals.findings.length > 0 || (until > 0 && totals.events >= until)) stop()
    })
    worker.on('error', (thrown) => {
      totals.findings.push({ seed: null, law: 'throws', conversationId: null, version: null, story: [thrown.stack] })
      stop()
    })
    worker.on('exit', () => {
      running -= 1
      if (running > 0) return
      clearTimeout(timer)
      tell(totals, elapsed())
      process.exitCode = totals.findings.length > 0 ? 1 : 0
    })
  }
}

async function runOne({ seed, events, file }) {
  const { simulate, ...mine } = await load(file)
  const result = await simulate(optionsFor(seed, { events, ...mine }))
  console.log(JSON.stringify(result, null, 2))
  process.exitCode = result.findings.length > 0 ? 1 : 0
}

if (isMainThread) {
  const asked = readArguments()
  if (asked.seed === undefined) soak(asked)
  else await runOne(asked)
} else {
  await runSeeds()
}
