/** What a probe is told: who leads, and whether a majority of the replicas has caught up; without one nothing is taken. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Health } from '../../log/event-store.js'
import type { Gate } from '../../log/gate.js'
import type { Broker } from './broker.js'
import type { Names } from './subjects.js'

interface Replica {
  readonly current?: boolean
  readonly offline?: boolean
}

interface StreamInfo {
  readonly config: { readonly num_replicas: number }
  readonly cluster?: { readonly leader?: string; readonly replicas?: readonly Replica[] }
}

interface Parts {
  readonly broker: Broker
  readonly names: Names
  readonly gate: Gate
}

export async function healthOf({ broker, names, gate }: Parts): Promise<Either<StoreError, Health>> {
  const begun = performance.now()
  const infos = await Promise.all(
    [names.log, names.bucket].map((name) => broker.api<StreamInfo>(`STREAM.INFO.${name}`)),
  )
  const roundTripMs = performance.now() - begun
  const current = Math.min(...infos.map(currentReplicas))
  const replicas = Math.max(...infos.map(({ config }) => config.num_replicas))
  if (current <= replicas / 2) {
    return left(storeError('unavailable', `only ${current} of ${replicas} replicas are there`))
  }
  const { serverVersion } = broker
  const leader = infos[0]?.cluster?.leader ?? 'alone'
  return right({ roundTripMs, waiting: gate.waitingCount, about: { serverVersion, leader, replicas, current } })
}

/** The leader, who answers, and those that have what it has. */
function currentReplicas({ cluster }: StreamInfo): number {
  return 1 + (cluster?.replicas ?? []).filter(({ current, offline }) => current && !offline).length
}
