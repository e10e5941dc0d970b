/**
 * `npm run services`: starts private servers to test against, and prints the environment that names them; what runs already
 * is left running. `npm run services -- down` ends those, and no others, and removes their data.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { remembered, servicesFile } from './services/found.mjs'
import { makePostgres, removePostgres, runsPostgres } from './services/postgres.mjs'

async function up() {
  const { postgres: before } = remembered()
  const isThere = before && runsPostgres(before)
  if (before && !isThere) await removePostgres(before)
  const postgres = isThere ? before : await makePostgres()
  mkdirSync(dirname(servicesFile), { recursive: true })
  writeFileSync(servicesFile, JSON.stringify({ postgres }, null, 2), { mode: 0o600 })
  process.stdout.write(`COLLOQUY_POSTGRES=${postgres.url}\n`)
}

async function down() {
  const { postgres } = remembered()
  if (postgres) await removePostgres(postgres)
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
