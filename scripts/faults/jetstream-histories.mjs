/** Random concurrent histories over two handles on a JetStream of three nodes, directly and by way of the proxy. */
import { orThrow } from 'colloquy'
import { openNatsStore } from 'colloquy/stores/nats'
import { makeNats, removeNats } from '../services/nats.mjs'
import { closing, fatesOf, handles, runOver } from './histories.mjs'
import { TcpProxy } from './tcp-proxy.mjs'

/** Through the proxy: what has no answer by then is given up. */
const requestTimeoutMs = 500

let names = 0

async function withServers(url, work) {
  if (url !== undefined) return work(url.split(','))
  const server = await makeNats()
  try {
    return await work(server.url.split(','))
  } finally {
    await removeNats(server)
  }
}

async function openBoth(servers, more = {}) {
  const name = `histories_${process.pid}_${++names}`
  const stores = []
  for (let handle = 0; handle < handles; handle++) {
    stores.push(orThrow(await openNatsStore({ servers, name, ...more })))
  }
  return stores
}

/** @param url of servers, with commas between; without it three are made for this alone. */
export const historiesOverJetStream = ({ url, ...options }) =>
  withServers(url, async (servers) => closing(await openBoth(servers), (stores) => runOver(stores, options)))

/** @param url of servers, with commas between; without it three are made for this alone. */
export const historiesOverJetStreamThroughProxy = ({ url, ...options }) =>
  withServers(url, async ([first]) => {
    const proxy = await TcpProxy.before(first)
    try {
      const stores = await openBoth(proxy.url, { discoverServers: false, requestTimeoutMs })
      return await closing(stores, () => runOver(stores, { ...options, ...fatesOf(proxy, options.seed) }))
    } finally {
      await proxy.end()
    }
  })
