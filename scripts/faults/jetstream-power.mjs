/**
 * What a loss of power costs a JetStream cluster: each node keeps its data on an ext4 image of its own, mounted by loop. When
 * power is lost, all nodes are stopped in one moment, what has reached the images is copied, and the nodes are started
 * on the copies: all that was only in the system's page cache is gone. Needs root and loop devices.
 *
 *   node scripts/faults/jetstream-power.mjs [--nodes 1|3] [--seconds 10]
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { orThrow } from 'colloquy'
import { openNatsStore } from 'colloquy/stores/nats'
import { makeNats, removeNats, startNode, stopNode, untilReady } from '../services/nats.mjs'

const imageMiB = 512
const writers = 8

function run(program, ...args) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

const imageOf = ({ folder }) => `${folder}.img`
const dataOf = ({ folder }) => join(folder, 'data')

function mountAnew(node) {
  mkdirSync(dataOf(node), { recursive: true })
  run('truncate', '-s', `${imageMiB}M`, imageOf(node))
  run('mkfs.ext4', '-q', '-F', imageOf(node))
  run('mount', '-o', 'loop', imageOf(node), dataOf(node))
}

/** What has reached the image, and nothing else, is what is there now. The node must be stopped by `SIGSTOP`. */
async function restoreWhatWasSynced(node) {
  copyFileSync(imageOf(node), `${imageOf(node)}.left`)
  await stopNode(node, 'SIGKILL')
  run('umount', '-l', dataOf(node))
  renameSync(`${imageOf(node)}.left`, imageOf(node))
  run('mount', '-o', 'loop', imageOf(node), dataOf(node))
}

export async function losePower(server, nodes) {
  for (const { pid } of nodes) process.kill(pid, 'SIGSTOP')
  for (const node of nodes) await restoreWhatWasSynced(node)
  for (const node of nodes) startNode(server, node)
  await untilReady(server)
}

const healthOf = ({ nodes }) =>
  Promise.all(nodes.map(async ({ monitorPort }) => (await fetch(`http://127.0.0.1:${monitorPort}/healthz`)).text()))

const eventOf = (conversationId, version) => ({
  conversationId,
  version,
  eventId: `${conversationId}-${version}`,
  record: JSON.stringify({ version }),
  hash: `hash of ${conversationId}-${version}`,
  content: JSON.stringify(`said ${version}`),
  salt: '5a',
})

/** Writers until `isOver`; answers each acknowledged event with its time. */
async function load(store, isOver) {
  const acknowledged = []
  const write = async (conversationId) => {
    for (let version = 1; !isOver(); version++) {
      const events = [eventOf(conversationId, version)]
      const answer = await store.append({ conversationId, expectedVersion: version - 1, events })
      if (answer._tag === 'Left') return
      acknowledged.push({ conversationId, version, at: performance.now() })
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, n) => write(`writer-${n}`)))
  return acknowledged
}

/** How many of these are not there any more, or without their content. */
async function account(store, acknowledged) {
  const there = new Map()
  for (const conversationId of new Set(acknowledged.map((event) => event.conversationId))) {
    for (let fromVersion = 1; ; ) {
      const page = orThrow(await store.read({ conversationId, fromVersion }))
      for (const { version, content } of page) there.set(`${conversationId} ${version}`, content)
      if (page.length === 0) break
      fromVersion += page.length
    }
  }
  const lost = acknowledged.filter(({ conversationId, version }) => !there.has(`${conversationId} ${version}`))
  const contentLost = [...there.values()].filter((content) => content === null).length
  return { acknowledged: acknowledged.length, lost: lost.length, contentLost, firstLostAt: lost[0]?.at }
}

/** @param nodes that lose power, of three; with 1, it is the leader's turn or not, as it comes. */
export async function measurePowerLoss({ nodes = 3, seconds = 10 }) {
  const server = await makeNats({ count: 3, prepare: mountAnew })
  try {
    const open = async () => orThrow(await openNatsStore({ servers: server.url.split(','), requestTimeoutMs: 30_000 }))
    const store = await open()
    let isOver = false
    const writing = load(store, () => isOver)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    const lostAt = performance.now()
    if (nodes === 3) {
      isOver = true
      await writing
    }
    try {
      await losePower(server, server.nodes.slice(0, nodes))
    } catch (failure) {
      return { notReady: failure.message, health: await healthOf(server) }
    } finally {
      isOver = true
    }
    const acknowledged = await writing
    await store.close()
    const reader = await open()
    const { firstLostAt, ...counts } = await account(reader, acknowledged)
    await reader.close()
    return { ...counts, secondsLost: firstLostAt === undefined ? 0 : (lostAt - firstLostAt) / 1_000 }
  } finally {
    for (const node of server.nodes) {
      await stopNode(node, 'SIGKILL')
      run('umount', '-l', dataOf(node))
    }
    await removeNats(server)
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const options = { nodes: { type: 'string', default: '3' }, seconds: { type: 'string', default: '10' } }
  const { nodes, seconds } = parseArgs({ options }).values
  console.log(await measurePowerLoss({ nodes: Number(nodes), seconds: Number(seconds) }))
}
