/**
 * `npm run services`: starts private servers to test against, and prints the environment that names them; what runs already
 * is left running. `npm run services -- down` ends those, and no others, and removes their data.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { remembered, servicesFile } from './services/found.mjs'
import { makeNats, removeNats, runsNats } from './services/nats.mjs'
import { makePostgresPair, removePostgresPair, runsPostgresPair } from './services/postgres.mjs'

const kinds = {
  postgres: {
    variable: 'COLLOQUY_POSTGRES',
    make: makePostgresPair,
    runs: runsPostgresPair,
    remove: removePostgresPair,
  },
  nats: { variable: 'COLLOQUY_NATS', make: makeNats, runs: runsNats, remove: removeNats },
}

function remember(servers) {
  mkdirSync(dirname(servicesFile), { recursive: true })
  writeFileSync(servicesFile, JSON.stringify(servers, null, 2), { mode: 0o600 })
}

async function up() {
  const servers = remembered()
  for (const [kind, { variable, make, runs, remove }] of Object.entries(kinds)) {
    const before = servers[kind]
    const isThere = before && runs(before)
    if (before && !isThere) await remove(before)
    if (!isThere) servers[kind] = await make()
    // One by one, so that what runs is remembered when the next cannot be started.
    remember(servers)
    const { url, standby } = servers[kind]
    process.stdout.write(`${variable}=${url}\n`)
    if (standby) process.stdout.write(`${variable}_STANDBY=${standby.url}\n`)
  }
}

async function down() {
  const servers = remembered()
  for (const [kind, { remove }] of Object.entries(kinds)) if (servers[kind]) await remove(servers[kind])
  rmSync(servicesFile, { force: true })
}

const deeds = { up, down }
const [deed = 'up', ...rest] = process.argv.slice(2)
if (!Object.hasOwn(deeds, deed) || rest.length > 0) {
  process.stderr.write('services: say nothing, or `up`, to start them; `down` to end them\n')
  process.exit(2)
}
try {
  await deeds[deed]()
} catch (failure) {
  process.stderr.write(`services: ${failure.message}\n`)
  process.exit(1)
}
