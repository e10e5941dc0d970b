/** What happens to nodes: killed, restarted, robbed of their data. For the tests and for `npm run faults`. */
import {
  leaderOf,
  loseData,
  type NatsNode,
  type NatsServer,
  startNode,
  stopNode,
  untilReady,
} from '../../../scripts/services/nats.mjs'
import { patiently } from '../patiently.js'

/** The leader of this stream; waits for an election to end. */
export async function leader(server: NatsServer, stream: string): Promise<NatsNode> {
  const found = await patiently(
    () => leaderOf(server, stream),
    (node) => node !== undefined,
  )
  if (found === undefined) throw new Error(`${stream} has no leader`)
  return found
}

/** Kills a node, without a word to anybody, and starts it again on what it had. */
export async function killAndRestart(server: NatsServer, node: NatsNode): Promise<void> {
  await stopNode(node, 'SIGKILL')
  startNode(server, node)
  await untilReady(server)
}

/** Kills a node, removes all that it kept, and starts it empty; resolves once it has everything from the others. */
export async function killAndEmpty(server: NatsServer, node: NatsNode): Promise<void> {
  await stopNode(node, 'SIGKILL')
  loseData(node)
  startNode(server, node)
  await untilReady(server)
}

/** Kills all nodes at once, and starts them on what they had; the system's page cache survives, so it is no loss of power. */
export async function killAll(server: NatsServer): Promise<void> {
  await Promise.all(server.nodes.map((node) => stopNode(node, 'SIGKILL')))
  for (const node of server.nodes) startNode(server, node)
  await untilReady(server)
}
