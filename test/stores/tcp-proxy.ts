/** The proxy of the fault suite, which plain Node runs too. */
export { type Fate, type Fates, TcpProxy } from '../../scripts/faults/tcp-proxy.mjs'
