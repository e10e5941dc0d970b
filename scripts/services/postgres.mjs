/**
 * A private PostgreSQL: its own data in a temporary directory, its own port on this machine alone, its own password. It
 * must never touch another server, and ends only the process that it started.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aptInstall } from './apt.mjs'
import { freePort, isRunning, until } from './processes.mjs'

const majorMin = 15
const startTimeoutMs = 60_000
const stopTimeoutMs = 30_000
const debianBinaries = '/usr/lib/postgresql'

/** Where the newest binaries are that are new enough; `undefined` where there are none. */
function findBinaries() {
  const majors = existsSync(debianBinaries) ? readdirSync(debianBinaries).map(Number) : []
  const newest = Math.max(...majors.filter((major) => major >= majorMin))
  const folder = Number.isFinite(newest) ? join(debianBinaries, `${newest}`, 'bin') : undefined
  if (folder && existsSync(join(folder, 'initdb'))) return folder
  const { status, stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  const named = status === 0 ? stdout.trim() : undefined
  return named && existsSync(join(named, 'initdb')) ? named : undefined
}

/** The same, installed from Debian where they are missing; throws where that fails. */
export function postgresBinaries() {
  const binaries = findBinaries() ?? (aptInstall('postgresql') ? findBinaries() : undefined)
  if (binaries === undefined) throw new Error(`PostgreSQL ${majorMin} or newer is not here and could not be installed`)
  return binaries
}

/** PostgreSQL refuses to run as root; then it runs as a user with fewer rights. */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag, user) => spawnSync('id', [flag, user], { encoding: 'utf8' })
  const user = ['postgres', 'nobody'].find((name) => idOf('-u', name).status === 0)
  if (user === undefined) throw new Error('there is no user postgres or nobody to run PostgreSQL as')
  return { user, uid: Number(idOf('-u', user).stdout), gid: Number(idOf('-g', user).stdout) }
}

const asUser = (owner) => (owner ? { uid: owner.uid, gid: owner.gid } : {})

function demand({ status, stderr, error }, what) {
  if (status !== 0) throw new Error(`${what} failed: ${error?.message ?? `${stderr}`.trim()}`)
}

/** A new, empty data directory below `folder`; answers the password of its user `colloquy`. */
function initialise(binaries, folder, owner) {
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  if (owner) chownSync(passwordFile, owner.uid, owner.gid)
  // A language of its own, so that an order by bytes is not had by chance.
  const language = ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en']
  const access = ['--username=colloquy', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const args = ['--pgdata', join(folder, 'data'), ...language, ...access]
  const options = { cwd: folder, encoding: 'utf8', timeout: startTimeoutMs, ...asUser(owner) }
  demand(spawnSync(join(binaries, 'initdb'), args, options), 'initdb')
  rmSync(passwordFile)
  return password
}

/**
 * Starts the server of a data directory that is there, and waits until it answers.
 * @returns its process id.
 */
export async function startPostgres({ binaries, folder, port, settings = {} }) {
  const owner = unprivileged()
  const log = openSync(join(folder, 'log'), 'a')
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: join(folder, 'socket'),
    max_connections: 300,
    ...settings,
  }
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(join(binaries, 'postgres'), ['-D', join(folder, 'data'), '-p', `${port}`, ...args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', log, log],
    ...asUser(owner),
  })
  const { pid } = server
  if (pid === undefined) throw new Error('postgres could not be started')
  server.unref()
  const isReady = () => spawnSync(join(binaries, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', `${port}`]).status === 0
  const isThroughOrOver = () => server.exitCode !== null || !isRunning(pid) || isReady()
  await until(isThroughOrOver, startTimeoutMs, 'PostgreSQL did not answer')
  if (!isRunning(pid))
    throw new Error(`PostgreSQL ended at once: ${readFileSync(join(folder, 'log'), 'utf8').slice(-500)}`)
  return pid
}

/** A folder of its own with room for a socket; what fails in it removes it. */
async function inNewFolder(work) {
  const owner = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-postgres-'))
  try {
    mkdirSync(join(folder, 'socket'))
    for (const path of owner ? [folder, join(folder, 'socket')] : []) chownSync(path, owner.uid, owner.gid)
    chmodSync(folder, 0o700)
    return await work(folder, owner)
  } catch (failure) {
    rmSync(folder, { recursive: true, force: true })
    throw failure
  }
}

const urlOf = (port, password) => `postgres://colloquy:${password}@127.0.0.1:${port}/postgres`

/** Makes a new server and starts it; answers with all that is needed to reach it, stop it and start it again. */
export async function makePostgres(settings = {}) {
  const binaries = postgresBinaries()
  return inNewFolder(async (folder, owner) => {
    const password = initialise(binaries, folder, owner)
    const port = await freePort()
    const pid = await startPostgres({ binaries, folder, port, settings })
    return { binaries, folder, port, pid, url: urlOf(port, password) }
  })
}

/** Makes a standby of this server, named `standby1`, with a slot of that name, and starts it. */
export async function makeStandby({ binaries, url }, settings = {}) {
  const primary = new URL(url)
  return inNewFolder(async (folder, owner) => {
    const from = `${url}?application_name=standby1`
    const args = ['-d', from, '-D', join(folder, 'data'), '-R', '-C', '-S', 'standby1', '-X', 'stream', '-c', 'fast']
    const options = { cwd: folder, encoding: 'utf8', timeout: startTimeoutMs, ...asUser(owner) }
    demand(spawnSync(join(binaries, 'pg_basebackup'), args, options), 'pg_basebackup')
    const port = await freePort()
    const pid = await startPostgres({ binaries, folder, port, settings })
    return { binaries, folder, port, pid, url: urlOf(port, primary.password) }
  })
}

function askOf({ binaries, url }, sql) {
  const args = ['--no-psqlrc', '--tuples-only', '--no-align', '-c', sql, url]
  const answer = spawnSync(join(binaries, 'psql'), args, { encoding: 'utf8', timeout: startTimeoutMs })
  demand(answer, 'psql')
  return answer.stdout.trim()
}

const standbyState = "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'standby1'"

/**
 * Makes a server with a synchronous standby: what the server acknowledges, both have on disk.
 * @returns the server, and with it `standby`; see `removePostgresPair`.
 */
export async function makePostgresPair() {
  const primary = await makePostgres()
  try {
    const standby = await makeStandby(primary, { fsync: 'off' })
    askOf(primary, "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby1)'")
    askOf(primary, 'SELECT pg_reload_conf()')
    await until(() => askOf(primary, standbyState) === 'sync', startTimeoutMs, 'the standby did not keep up')
    return { ...primary, standby }
  } catch (failure) {
    await removePostgres(primary)
    throw failure
  }
}

/** Without its standby a server acknowledges nothing: then neither counts. */
export const runsPostgresPair = (server) =>
  runsPostgres(server) && (server.standby === undefined || runsPostgres(server.standby))

/** The server first: it waits for its standby to have all. */
export async function removePostgresPair({ standby, ...server }) {
  await removePostgres(server)
  if (standby) await removePostgres(standby)
}

/** Whether this very server runs: its process, with its data. */
export function runsPostgres({ pid, folder }) {
  const pidFile = join(folder, 'data', 'postmaster.pid')
  return isRunning(pid) && existsSync(pidFile) && readFileSync(pidFile, 'utf8').split('\n')[0] === `${pid}`
}

/** Ends it: `SIGINT` in order, `SIGQUIT` as a crash, with nothing tidied up. Waits until it is gone. */
export async function stopPostgres(server, signal = 'SIGINT') {
  if (!runsPostgres(server)) return
  process.kill(server.pid, signal)
  await until(() => !isRunning(server.pid), stopTimeoutMs, 'PostgreSQL did not end')
}

/** The processes that this one started, with how they call themselves. */
function childrenOf(pid) {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const read = (number, file) => {
    try {
      return readFileSync(`/proc/${number}/${file}`, 'utf8')
    } catch {
      return ''
    }
  }
  const isChild = (number) => Number(/\) \S (\d+)/.exec(read(number, 'stat'))?.[1]) === pid
  return numbers.filter(isChild).map((number) => ({ pid: Number(number), title: read(number, 'cmdline') }))
}

/** Sends a signal to this server's own processes whose title has this word: `walreceiver` writes down what a primary sends. */
export function signalPostgres(server, word, signal) {
  const named = childrenOf(server.pid).filter(({ title }) => title.includes(word))
  for (const { pid } of named) process.kill(pid, signal)
  return named.length
}

/** `kill -9` of the server and all of its processes, as if the machine were gone. Linux only. */
export async function killPostgres(server) {
  const all = [server, ...childrenOf(server.pid)]
  for (const { pid } of all) {
    // One that ended by itself meanwhile is as gone as it should be.
    if (isRunning(pid)) process.kill(pid, 'SIGKILL')
  }
  await until(() => all.every(({ pid }) => !isRunning(pid)), stopTimeoutMs, 'PostgreSQL did not end')
}

/** Ends it and removes its data. */
export async function removePostgres(server) {
  await stopPostgres(server)
  rmSync(server.folder, { recursive: true, force: true })
}
