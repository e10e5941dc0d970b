/**
 * A JetStream of three nodes under load: the leader of the log is killed with `kill -9`, or killed and robbed of all that
 * it kept. A log that is kept on one node only then loses everything with it: that is the seeded bug.
 */
import { orThrow } from 'colloquy'
import { openNatsStore } from 'colloquy/stores/nats'
import { leaderOf, loseData, makeNats, removeNats, startNode, stopNode, untilReady } from '../services/nats.mjs'
import { compare } from './acknowledged.mjs'
import { BusyWriters, patiently } from './busy-writers.mjs'
import { Tally } from './tally.mjs'

const nodes = 3
const startsMax = 10
/** Where the log is gone, nobody will answer. */
const shortMs = 1_000

async function leader(server, name) {
  let found
  await patiently('the log had no leader', async () => {
    found = await leaderOf(server, name)
    return found !== undefined
  })
  return found
}

/** Starts a node; again if somebody's outgoing connection happened to be given its port meanwhile. */
async function startAgain(server, node) {
  for (let start = 1; ; start++) {
    startNode(server, node)
    try {
      return await untilReady(server)
    } catch (thrown) {
      if (start === startsMax || !/address already in use/.test(thrown.message)) throw thrown
    }
  }
}

async function loseLeader(server, name, isEmptied) {
  const node = await leader(server, name)
  await stopNode(node, 'SIGKILL')
  if (isEmptied) loseData(node)
  await startAgain(server, node)
}

async function loseOnce(server, tally, { number, isEmptied, replicas, writers, batches }) {
  const name = `faults${number}`
  const options = {
    servers: server.url.split(','),
    name,
    replicas,
    ...(replicas === 1 && { requestTimeoutMs: shortMs }),
  }
  const open = async () => orThrow(await openNatsStore(options))
  const store = await open()
  const load = new BusyWriters(store, { writers, seed: number })
  try {
    await load.more(batches)
    await loseLeader(server, name, isEmptied)
    if (replicas > 1) await load.more(batches)
    // Now the one that led meanwhile: what the emptied one has got back is then needed for a majority.
    if (isEmptied && replicas > 1) await loseLeader(server, name, false)
    if (replicas > 1) await load.more(batches)
    await load.stop()
    for (const [code, times] of Object.entries(load.heard)) tally.count(code, times)
    const reader = await open()
    try {
      tally.add(await compare(reader, load.acknowledged), `round ${number}`, load.stallMs)
    } finally {
      await reader.close()
    }
  } finally {
    await store.close()
  }
}

/** @param rounds of one cluster; `isEmptied`: whether the killed node's data is gone; `replicas`: 1 for the seeded bug. */
export async function loseLeaders({ rounds = 1, isEmptied = false, replicas = nodes, writers = 8, batches = 100 }) {
  const tally = new Tally()
  const server = await makeNats({ count: nodes })
  try {
    for (let number = 1; number <= rounds; number++) {
      await loseOnce(server, tally, { number, isEmptied, replicas, writers, batches })
    }
  } finally {
    await removeNats(server)
  }
  return tally
}
