/**
 * What there is to test against: servers, named by the environment, else started by `npm run services`; and programs. It
 * starts nothing.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runsNats } from './nats.mjs'
import { runsPostgresPair } from './postgres.mjs'
import { programs } from './programs.mjs'

/** Where `npm run services` remembers what it started. */
export const servicesFile = fileURLToPath(new URL('../../.colloquy/services.json', import.meta.url))

/** What was started and was not ended by `down`; it may have ended since. */
export function remembered() {
  return existsSync(servicesFile) ? JSON.parse(readFileSync(servicesFile, 'utf8')) : {}
}

function url(variable, kind, runs) {
  if (process.env[variable]) return process.env[variable]
  const server = remembered()[kind]
  return server && runs(server) ? server.url : undefined
}

const postgresUrl = () => url('COLLOQUY_POSTGRES', 'postgres', runsPostgresPair)
const natsUrl = () => url('COLLOQUY_NATS', 'nats', runsNats)

/** Every service: its name, the variable that names it, the tests that need it, and its address where it is there. */
export const services = () => [
  {
    name: 'PostgreSQL',
    variable: 'COLLOQUY_POSTGRES',
    tests: 'test/stores/postgres',
    alsoTests: ['test/faults/postgres', 'test/cli/postgres'],
    url: postgresUrl(),
  },
  {
    name: 'JetStream',
    variable: 'COLLOQUY_NATS',
    tests: 'test/stores/nats',
    alsoTests: ['test/faults/nats', 'test/cli/nats'],
    url: natsUrl(),
  },
]

const remedyOf = ({ variable }) => `\`npm run services\` starts one, or set ${variable}`

/** What is not here: its name, the folders of tests that are left out whole for want of it, and how to come by it. */
export function leftOut() {
  const servers = services().filter(({ url }) => url === undefined)
  const missing = programs().filter(({ isHere }) => !isHere)
  return [
    ...servers.flatMap((service) => {
      const folders = [service.tests, ...(service.alsoTests ?? [])]
      return folders.map((tests) => ({ name: service.name, tests, remedy: remedyOf(service) }))
    }),
    ...missing.map(({ name, tests, remedy }) => ({ name, tests, remedy })),
  ]
}
