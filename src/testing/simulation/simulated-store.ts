/**
 * A store as a pod reaches it: over a network that delays, refuses and loses answers. What happens, happens in the real
 * store, which all pods share; the witness sees each append there, whatever becomes of the answer.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Appended, AppendRequest, EventStore } from '../../log/event-store.js'
import type { SeededChance } from '../seeded-chance.js'
import type { Census } from './coverage.js'
import type { Faults } from './faults.js'
import type { Findings } from './findings.js'
import type { VirtualTime } from './virtual-time.js'
import type { Witness, Witnessed } from './witness.js'

export interface StoreWorld {
  readonly real: EventStore
  readonly time: VirtualTime
  readonly chance: SeededChance
  readonly faults: Faults
  readonly witness: Witness
  readonly census: Census
  readonly findings: Findings
  /** Looks around, now and then, when an event was stored and before anything else happens. */
  readonly onStored: (witnessed: Witnessed) => Promise<void>
}

const latencyMaxMs = 6
const delayMaxMs = 4_000

type Answer<A> = Either<StoreError, A>

const refused = (code: 'unavailable' | 'unknown-outcome'): Answer<never> => left(storeError(code, 'simulated'))

export class SimulatedStore implements EventStore {
  constructor(
    private readonly world: StoreWorld,
    /** Whether the pod lives that asks; the dead hear nothing. */
    private readonly isAlive: () => boolean,
  ) {}

  append = (request: AppendRequest): Promise<Answer<Appended>> => this.call(() => this.appendOrNot(request))
  read: EventStore['read'] = (range) => this.call(() => this.world.real.read(range))
  readAll: EventStore['readAll'] = (range) => this.call(() => this.world.real.readAll(range))
  find: EventStore['find'] = (key) => this.call(() => this.world.real.find(key))
  list: EventStore['list'] = (range) => this.call(() => this.world.real.list(range))
  erase: EventStore['erase'] = (request) => this.call(() => this.world.real.erase(request))
  saveSnapshot: EventStore['saveSnapshot'] = (snapshot) => this.call(() => this.world.real.saveSnapshot(snapshot))
  loadSnapshot: EventStore['loadSnapshot'] = (id) => this.call(() => this.world.real.loadSnapshot(id))

  health: EventStore['health'] = () => this.call(() => this.world.real.health())

  /** The real store is closed by whoever opened it. */
  async close(): Promise<void> {}

  private call<A>(work: () => Promise<Answer<A>>): Promise<Answer<A>> {
    const { time, chance, faults } = this.world
    return new Promise((resolve) => {
      if (!this.isAlive()) return
      const arrive = async () => {
        const answer = faults.strikes('storeRefuses') ? refused('unavailable') : await this.guarded(work)
        const hear = () => {
          if (this.isAlive()) resolve(answer)
        }
        if (faults.strikes('storeDelays')) time.plan(hear, chance.below(delayMaxMs))
        else hear()
      }
      time.plan(arrive, chance.below(latencyMaxMs))
    })
  }

  private async guarded<A>(work: () => Promise<Answer<A>>): Promise<Answer<A>> {
    try {
      return await work()
    } catch (thrown) {
      this.world.findings.add('throws', `the store threw: ${String(thrown)}`)
      return refused('unavailable')
    }
  }

  private async appendOrNot(request: AppendRequest): Promise<Answer<Appended>> {
    const { faults, time, chance } = this.world
    if (faults.strikes('requestLost')) return refused('unknown-outcome')
    if (faults.strikes('requestLate')) {
      time.plan(async () => void (await this.guarded(() => this.appendTruly(request))), chance.below(delayMaxMs))
      return refused('unknown-outcome')
    }
    const appended = await this.appendTruly(request)
    return faults.strikes('answerLost') ? refused('unknown-outcome') : appended
  }

  private async appendTruly(request: AppendRequest): Promise<Answer<Appended>> {
    const { real, witness, census, onStored } = this.world
    const appended = await real.append(request)
    if (isLeft(appended)) {
      census.count('refusals', `store: ${appended.left.code}`)
      return appended
    }
    const witnessed = witness.committed(request.events)
    if (witnessed) await onStored(witnessed)
    return right(appended.right)
  }
}
