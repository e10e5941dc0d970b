/**
 * A private JetStream of one node or three: data in a temporary directory, ports on this machine alone, a password. It must
 * never touch another server, and ends only processes that it started.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aptInstall } from './apt.mjs'
import { freePort, isRunning, until } from './processes.mjs'

const startTimeoutMs = 60_000
/** New nodes find each other within a second, or now and then never; then others are made in their place. */
const firstStartTimeoutMs = 20_000
const makesMax = 3
const stopTimeoutMs = 30_000
const askTimeoutMs = 1_000
/** The largest append, with room for ids; the most that the server takes without a warning. */
const maxPayloadBytes = 8 * 1_048_576

const findBinary = () =>
  ['nats-server', '/usr/sbin/nats-server'].find((path) => spawnSync(path, ['--version']).status === 0)

/** Where `nats-server` is, installed from Debian where it is missing; throws where that fails. */
export function natsBinary() {
  const binary = findBinary() ?? (aptInstall('nats-server') ? findBinary() : undefined)
  if (binary === undefined) throw new Error('nats-server is not here and could not be installed')
  return binary
}

function configOf({ nodes, password, settings }, { name, folder, port, clusterPort, monitorPort }) {
  const routes = nodes.map((node) => `nats-route://cluster:${password}@127.0.0.1:${node.clusterPort}`)
  const cluster = `
cluster {
  name: colloquy
  listen: "127.0.0.1:${clusterPort}"
  authorization { user: cluster, password: "${password}" }
  routes: ${JSON.stringify(routes)}
}`
  return `
server_name: ${name}
listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
max_payload: ${settings.maxPayloadBytes ?? maxPayloadBytes}
authorization { user: colloquy, password: "${password}" }
jetstream { store_dir: ${JSON.stringify(join(folder, 'data'))}${settings.jetstream ? `, ${settings.jetstream}` : ''} }
${nodes.length > 1 ? cluster : ''}
`
}

async function makeNode(folder, index) {
  const [port, clusterPort, monitorPort] = [await freePort(), await freePort(), await freePort()]
  return { name: `n${index + 1}`, folder: join(folder, `n${index + 1}`), port, clusterPort, monitorPort }
}

async function ask(node, path) {
  try {
    const signal = AbortSignal.timeout(askTimeoutMs)
    return await (await fetch(`http://127.0.0.1:${node.monitorPort}${path}`, { signal })).json()
  } catch {
    return undefined
  }
}

/** Whether it answers, has caught up with all that it keeps, and knows a leader. */
async function isReady(node, count) {
  if ((await ask(node, '/healthz'))?.status !== 'ok') return false
  if (count === 1) return true
  const meta = (await ask(node, '/jsz'))?.meta_cluster
  return Boolean(meta?.leader) && meta.cluster_size === count
}

function spawnNode({ binary }, node) {
  const log = openSync(`${node.folder}.log`, 'a')
  const child = spawn(binary, ['-c', `${node.folder}.conf`], { detached: true, stdio: ['ignore', log, log] })
  if (child.pid === undefined) throw new Error('nats-server could not be started')
  child.unref()
  return child.pid
}

/** Starts one node of a server that is stopped; `node.pid` is then its process. Does not wait until it is ready. */
export function startNode(server, node) {
  node.pid = spawnNode(server, node)
}

/** Resolves once all of these nodes answer and have caught up. */
export async function untilReady(server, nodes = server.nodes, timeoutMs = startTimeoutMs) {
  const areReady = async () => {
    for (const node of nodes) {
      if (!isRunning(node.pid))
        throw new Error(`${node.name} ended: ${readFileSync(`${node.folder}.log`, 'utf8').slice(-500)}`)
      if (!(await isReady(node, server.nodes.length))) return false
    }
    return true
  }
  await until(areReady, timeoutMs, 'JetStream was not ready')
}

/** Ends one node: `SIGTERM` in order, `SIGKILL` as a crash. Waits until it is gone. */
export async function stopNode(node, signal = 'SIGTERM') {
  if (!runsNode(node)) return
  process.kill(node.pid, signal)
  await until(() => !isRunning(node.pid), stopTimeoutMs, `${node.name} did not end`)
}

/** Removes all that a stopped node keeps, as when its disk is lost. */
export function loseData(node) {
  rmSync(join(node.folder, 'data'), { recursive: true, force: true })
}

/** Whether this very node runs: its process, with its configuration. */
export function runsNode({ pid, folder }) {
  if (pid === undefined || !isRunning(pid)) return false
  const commandLine = `/proc/${pid}/cmdline`
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes(`${folder}.conf`)
}

async function streamOn(node, stream) {
  const accounts = (await ask(node, '/jsz?streams=true'))?.account_details ?? []
  return accounts.flatMap((account) => account.stream_detail ?? []).find(({ name }) => name === stream)
}

/** What each node that runs says that it has of a stream: its first and last message, and how many there are. */
export async function statesOf(server, stream) {
  const found = await Promise.all(server.nodes.map((node) => streamOn(node, stream)))
  return found.flatMap((one) => (one ? [`${one.state.first_seq} to ${one.state.last_seq}, ${one.state.messages}`] : []))
}

/** The node that is the leader of a stream now, or `undefined` while there is none. */
export async function leaderOf(server, stream) {
  for (const node of server.nodes) {
    const found = await streamOn(node, stream)
    const leader = server.nodes.find(({ name }) => name === found?.cluster?.leader)
    if (leader) return leader
  }
  return undefined
}

/**
 * Makes a new server of so many nodes and starts it; answers with all that is needed to reach it, stop it and start it
 * again. `settings.jetstream` goes into that block of its configuration; `prepare` is done with each node before it starts.
 */
export async function makeNats(options) {
  for (let make = 1; ; make++) {
    try {
      return await makeOnce(options)
    } catch (failure) {
      if (make === makesMax) throw failure
    }
  }
}

async function makeOnce({ count = 3, settings = {}, prepare = () => undefined } = {}) {
  const binary = natsBinary()
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-nats-'))
  const password = randomBytes(16).toString('hex')
  const nodes = []
  for (let index = 0; index < count; index++) nodes.push(await makeNode(folder, index))
  const url = nodes.map(({ port }) => `nats://colloquy:${password}@127.0.0.1:${port}`).join(',')
  const server = { binary, folder, password, settings, nodes, url }
  try {
    for (const node of nodes) {
      writeFileSync(`${node.folder}.conf`, configOf(server, node), { mode: 0o600 })
      prepare(node)
      startNode(server, node)
    }
    await untilReady(server, nodes, firstStartTimeoutMs)
    return server
  } catch (failure) {
    await removeNats(server)
    throw failure
  }
}

/** Whether every node runs. */
export const runsNats = ({ nodes }) => nodes.every(runsNode)

/** Ends all nodes and removes their data. */
export async function removeNats({ nodes, folder }) {
  await Promise.all(nodes.map((node) => stopNode(node)))
  rmSync(folder, { recursive: true, force: true })
}
