/**
 * The store's two streams: made where they are not there, and looked at closely where they are, for a limit in the wrong place
 * would drop events. What an operator may choose (replicas, placement) is left as it is.
 */
import { type StoreError, storeError } from '../../log/errors.js'
import { type Broker, Refused } from './broker.js'
import { bucketSubjects, eventSubjects, type Names } from './subjects.js'

/** Stands in the streams' descriptions. Raised when the format changes. */
export const formatVersion = 1
const format = `colloquy/${formatVersion}`

const duplicateWindowNs = 120 * 1_000_000_000
/** More than one of a key are there only until the older is overwritten; a writer who is lost may leave one. */
const revisionsMax = 8

/** As JetStream has it; what has no limit is -1 there, or 0. */
interface StreamConfig {
  readonly name: string
  readonly description?: string
  readonly subjects?: readonly string[]
  readonly retention?: string
  readonly storage?: string
  readonly max_msgs?: number
  readonly max_bytes?: number
  readonly max_age?: number
  readonly max_msgs_per_subject?: number
  readonly max_msg_size?: number
  readonly deny_delete?: boolean
  readonly deny_purge?: boolean
  readonly allow_direct?: boolean
  readonly sealed?: boolean
}

const both = {
  description: format,
  retention: 'limits',
  storage: 'file',
  discard: 'new',
  max_consumers: -1,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msg_size: -1,
  deny_purge: true,
  allow_direct: true,
  duplicate_window: duplicateWindowNs,
}

/** Nobody can delete a message of it, or purge it. */
const logConfig = (names: Names): StreamConfig => ({
  ...both,
  name: names.log,
  subjects: [eventSubjects(names)],
  max_msgs_per_subject: -1,
  deny_delete: true,
})

/** A bucket as any other, but that messages can be deleted, which is how they are overwritten. */
const bucketConfig = (names: Names): StreamConfig => ({
  ...both,
  name: names.bucket,
  subjects: [bucketSubjects(names)],
  max_msgs_per_subject: revisionsMax,
  deny_delete: false,
})

const noSuchStream = 10_059
/** What must be as we made it; all else is the operator's. */
const demanded = [
  'subjects',
  'retention',
  'storage',
  'max_msgs',
  'max_bytes',
  'max_age',
  'max_msgs_per_subject',
  'max_msg_size',
  'deny_delete',
  'allow_direct',
] as const

function incompatible(there: StreamConfig, wanted: StreamConfig): StoreError | undefined {
  const where = `the stream ${JSON.stringify(there.name)}`
  const [kind, version] = (there.description ?? '').split('/')
  if (kind !== 'colloquy') return storeError('incompatible-store', `${where} is not Colloquy's`)
  if (Number(version) !== formatVersion) {
    const message = `${where} has version ${version}; this version of Colloquy knows ${formatVersion}`
    return storeError('incompatible-store', message)
  }
  // The server leaves out what is false.
  const text = (value: unknown) => JSON.stringify(value ?? false)
  const other = demanded.find((name) => text(there[name]) !== text(wanted[name]))
  if (other === undefined && !there.sealed) return undefined
  const message = `${where} was changed: ${other ?? 'sealed'} must be ${other ? text(wanted[other]) : 'false'}`
  return storeError('incompatible-store', message)
}

async function configThere(broker: Broker, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await broker.api<{ readonly config: StreamConfig }>(`STREAM.INFO.${name}`)).config
  } catch (cause) {
    if (cause instanceof Refused && cause.error.err_code === noSuchStream) return undefined
    throw cause
  }
}

/** How streams are made that are missing, if they are to be made. */
interface Making {
  readonly replicas: number
  readonly mayCreate: boolean
}

async function openStream(
  broker: Broker,
  wanted: StreamConfig,
  { replicas, mayCreate }: Making,
): Promise<StoreError | undefined> {
  const there = await configThere(broker, wanted.name)
  if (there) return incompatible(there, wanted)
  if (!mayCreate) return storeError('incompatible-store', `there is no stream ${JSON.stringify(wanted.name)}`)
  try {
    await broker.api(`STREAM.CREATE.${wanted.name}`, { ...wanted, num_replicas: replicas })
    return undefined
  } catch (cause) {
    // Another may have made it meanwhile, with other replicas.
    const made = await configThere(broker, wanted.name)
    if (made === undefined) throw cause
    return incompatible(made, wanted)
  }
}

/** Makes the streams that are missing. Answers why they cannot be used, or throws where the servers refuse. */
export async function openStreams(broker: Broker, names: Names, making: Making): Promise<StoreError | undefined> {
  const wanted = [bucketConfig(names), logConfig(names)]
  const refused = await Promise.all(wanted.map((config) => openStream(broker, config, making)))
  return refused.find((error) => error !== undefined)
}
