/**
 * By which names a server may be asked for, so that no other name can be rebound to it. An address cannot be rebound, for
 * nobody looks it up; of names only those count that whoever started the server has told.
 */
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isLoopback, loopbackHosts } from '../serve.js'

/** An address or a name as a browser writes it in `Host`. */
function asHost(name: string): string {
  const written = isIPv6(name) ? `[${name}]` : name.toLowerCase()
  return URL.canParse(`http://${written}`) ? new URL(`http://${written}`).hostname : written
}

/** Addresses of this machine by which others reach it. */
export const outerAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .filter(({ internal, address }) => !internal && !address.includes('%'))
    .map(({ address }) => asHost(address))

/** Whether listening there is listening on every address of this machine. */
export const isEverywhere = (host: string): boolean => ['0.0.0.0', '::', '[::]'].includes(host)

/**
 * What `Host` may say to a server that listens at `host`: on loopback its own names; elsewhere also this machine's
 * addresses and the name that it listens by. And what is told besides, as names without a port.
 */
export function ownHosts(host: string, told: readonly string[] = []): readonly string[] {
  const outer = isLoopback(host) ? [] : [...outerAddresses(), asHost(host)]
  return [...new Set([...loopbackHosts, ...outer, ...told.map(asHost)])]
}
