/** `colloquy/stores/nats`: a replicated log for the conversations of a fleet. JetStream of NATS server 2.9 and newer. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { Gate } from '../../log/gate.js'
import { Broker } from './broker.js'
import { type Driver, loadDriver } from './driver.js'
import { failure } from './failure.js'
import { LastingConnection } from './lasting-connection.js'
import { natsStoreOver } from './nats-store.js'
import { openStreams } from './streams.js'
import { isStoreName, namesOf } from './subjects.js'

export interface NatsStoreOptions {
  /** `nats://user:password@host:port`, one or several; the credentials of the first are used for all. */
  readonly servers: string | readonly string[]
  /** Stands in the names of the streams: several stores can share the servers. Default `colloquy`. */
  readonly name?: string
  /** Servers that keep each message, where the store is made: 1, 3 or 5. Default 3. */
  readonly replicas?: number
  /** Whether to make the store where there is none of this name; else that is `incompatible-store`. Default true. */
  readonly mayCreate?: boolean
  /** How long a request is asked again without an answer. Default 10,000: the election of a leader takes 4 to 8 s. */
  readonly requestTimeoutMs?: number
  /** Calls that are under way at once. Default 256. */
  readonly inFlightMax?: number
  /** Calls that may wait for their turn; beyond them all are refused as `unavailable`. Default 1,000. */
  readonly queueMax?: number
  /**
   * Events whose ids and places a handle remembers, some 100 bytes each, so that an append needs one round trip. Default
   * 200,000. A conversation that is not among them is read before its next append.
   */
  readonly indexedEventsMax?: number
  /** Whether servers are used that the named ones tell of. Default true; false where there is a proxy before them. */
  readonly discoverServers?: boolean
  /** More for the driver's `connect`, as it is: `tls`, `authenticator`. */
  readonly connection?: Readonly<Record<string, unknown>>
}

const defaults = {
  name: 'colloquy',
  replicas: 3,
  mayCreate: true,
  requestTimeoutMs: 10_000,
  inFlightMax: 256,
  queueMax: 1_000,
  indexedEventsMax: 200_000,
  discoverServers: true,
  connection: {},
}

type Settings = typeof defaults & Pick<NatsStoreOptions, 'servers'>

const serverVersionMin = [2, 9] as const
/** The largest append, its ids and what stands around them. */
const payloadBytesMin = 8 * 1_048_576
const reconnectPauseMs = 200
/** A connection that answers so many of these with nothing is dead, and is made anew: within some six seconds. */
const pingIntervalMs = 2_000
const pingsUnansweredMax = 2
/** The driver is given this long to come back by itself, and each dial after that so long. */
const lostMaxMs = 5_000
const dialTimeoutMs = 3_000
/** A connection that answers pings and no question is dead too; but an election is silent for some seconds. */
const silentMinMs = 1_000
const pausesBetweenDials = { firstPauseMs: 100, pauseMaxMs: 2_000 }

function demandBounds(settings: Settings): void {
  for (const [name, min] of [
    ['replicas', 1],
    ['requestTimeoutMs', 1],
    ['inFlightMax', 1],
    ['queueMax', 0],
    ['indexedEventsMax', 0],
  ] as const) {
    const value = settings[name]
    if (!Number.isSafeInteger(value) || value < min) throw new RangeError(`${name} must be a whole number from ${min}`)
  }
}

/** @param told servers that the named ones told of. */
async function connect({ connect: dial }: Driver, settings: Settings, told: readonly string[] = []) {
  const urls = [settings.servers].flat().map((server) => new URL(server.includes('://') ? server : `nats://${server}`))
  const { username = '', password = '' } = urls[0] ?? {}
  return dial({
    name: 'colloquy',
    ...(username !== '' && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    ...settings.connection,
    servers: [...new Set([...urls.map(({ host }) => host), ...(settings.discoverServers ? told : [])])],
    timeout: settings.requestTimeoutMs,
    ignoreClusterUpdates: !settings.discoverServers,
    reconnect: true,
    // For as long as the store is open; what is asked meanwhile has its own bound.
    maxReconnectAttempts: -1,
    reconnectTimeWait: reconnectPauseMs,
    reconnectJitter: reconnectPauseMs,
    pingInterval: pingIntervalMs,
    maxPingOut: pingsUnansweredMax,
    noAsyncTraces: true,
  })
}

/** The connection, or throws; once it was there it is made anew for as long as the store is open. */
async function connectLastingly(driver: Driver, settings: Settings): Promise<LastingConnection> {
  const { requestTimeoutMs } = settings
  const again = { ...settings, requestTimeoutMs: Math.min(requestTimeoutMs, dialTimeoutMs) }
  return new LastingConnection(await connect(driver, settings), (told) => connect(driver, again, told), {
    lostMaxMs,
    silentMaxMs: Math.max(requestTimeoutMs, silentMinMs),
    ...pausesBetweenDials,
  })
}

function unfit({ serverVersion, maxPayloadBytes }: Broker): StoreError | undefined {
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number)
  const [majorMin, minorMin] = serverVersionMin
  if (major < majorMin || (major === majorMin && minor < minorMin)) {
    const message = `the server has version ${serverVersion}; needed is ${majorMin}.${minorMin} or newer`
    return storeError('incompatible-store', message)
  }
  if (maxPayloadBytes >= payloadBytesMin) return undefined
  const message = `the server's max_payload is ${maxPayloadBytes}; set it to ${payloadBytesMin} (8MB) at least`
  return storeError('incompatible-store', message)
}

async function openOver(broker: Broker, settings: Settings): Promise<Either<StoreError, EventStore>> {
  const names = namesOf(settings.name)
  const refused = unfit(broker) ?? (await openStreams(broker, names, settings))
  if (refused) return left(refused)
  const { inFlightMax, queueMax, requestTimeoutMs, indexedEventsMax } = settings
  const gate = new Gate({ insideMax: inFlightMax, waitingMax: queueMax, waitMaxMs: requestTimeoutMs })
  return right(natsStoreOver({ broker, names, gate, indexedEventsMax }))
}

/**
 * Opens a store in JetStream, which makes it where there is none: a stream that is the log, and a key-value bucket for
 * content. What an append has answered is with a majority of the replicas: it survives the loss of any one of three. When
 * all lose power at once, what the servers had not synced is lost: see docs/guides/nats.md.
 * @returns the store, or
 * - `driver-missing`: `npm install @nats-io/transport-node @nats-io/jetstream`;
 * - `incompatible-store`: the server is older than 2.9 or its `max_payload` below 8 MiB, or the streams of this name are
 *   something else, a newer Colloquy's, or were given limits;
 * - `unavailable`: the servers cannot be reached, have no JetStream, or are fewer than `replicas`; see `cause`.
 * @throws RangeError for a bound that is no whole number, or too low.
 * @example
 * const store = await openNatsStore({ servers: ['nats://n1.example', 'nats://n2.example', 'nats://n3.example'] })
 */
export async function openNatsStore(options: NatsStoreOptions): Promise<Either<StoreError, EventStore>> {
  const settings: Settings = { ...defaults, ...options }
  demandBounds(settings)
  if (!isStoreName(settings.name)) {
    return left(storeError('incompatible-store', `${JSON.stringify(settings.name)} cannot be the name of a store`))
  }
  const driver = await loadDriver()
  if (isLeft(driver)) return driver
  let broker: Broker | undefined
  try {
    broker = new Broker(driver.right, await connectLastingly(driver.right, settings), settings.requestTimeoutMs)
    const opened = await openOver(broker, settings)
    if (isLeft(opened)) await broker.end()
    return opened
  } catch (cause) {
    await broker?.end()
    return left(failure('open the store', cause))
  }
}
