/**
 * One process of a simulated group. Killed, it hears nothing more; paused, all that it waits for comes when it wakes, while
 * its monotonic time went on. It must never learn anything but through the store and its timers.
 */
import { type Either, isLeft, left } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'
import type { FedEvent } from '../../src/log/feed.js'
import type { Register, Registers } from '../../src/log/registers.js'
import type { HandlingContext } from '../../src/log/subscription/handling.js'
import { subscribe } from '../../src/log/subscription.js'
import type { SetTimer } from '../../src/log/timer.js'
import type { SeededChance } from '../../src/testing/seeded-chance.js'
import type { VirtualTime } from '../../src/testing/simulation/virtual-time.js'
import type { GroupWitness } from './group-witness.js'

export const leaseMs = 4_000

/** What a process has around it. */
export interface MemberWorld {
  readonly time: VirtualTime
  readonly chance: SeededChance
  readonly store: EventStore
  readonly witness: GroupWitness
  readonly faults: { readonly handleMaxMs: number }
  /** What becomes of something asked of the store just now. */
  fate(): 'done' | 'refused' | 'lost before' | 'lost after'
  /** How long an answer takes beyond the usual. */
  lateMs(): number
  /** Whether a handler fails with this event now. */
  fails(event: FedEvent, attempt: number): boolean
  /** For one that could not begin. */
  startAnother(): void
}

const latencyMaxMs = 10
const refused = (code: 'unavailable' | 'unknown-outcome') => left(storeError(code, 'simulated'))

export class SimulatedMember {
  isAlive = true
  isStopping = false
  hasEnded = false
  private hasBegun = false
  /** Until then whatever it asks of the store is refused. */
  cutOffUntilMs = 0
  private pausedUntilMs = 0
  private readonly abort = new AbortController()

  constructor(
    readonly name: string,
    private readonly world: MemberWorld,
  ) {}

  start(): void {
    const { time, witness } = this.world
    const request = {
      group: 'g',
      handle: (event: FedEvent, context: HandlingContext) => this.handle(event, context),
      signal: this.abort.signal,
      leaseMs,
      checkpointMs: 500,
      pollMs: 1_000,
      partitions: 4,
      eventsPerPage: 5,
      retryDelayMs: 50,
    }
    const around = { listen: [], setTimer: this.setTimer, nowMs: () => time.nowMs, newId: () => this.name }
    void subscribe(this.store(), request, around).then(
      (ended) => {
        this.hasEnded = true
        // What cannot be begun or let go of, the store failing, says so; once begun, it is patient.
        const mayFail = this.isStopping || !this.hasBegun
        witness.expect(`${this.name} ends well, not so: ${JSON.stringify(ended)}`, !isLeft(ended) || mayFail)
        if (!this.isStopping) this.world.startAnother()
      },
      (thrown) => witness.expect(`${this.name} does not throw ${String(thrown)}`, false),
    )
  }

  stop(): void {
    this.isStopping = true
    if (!this.isAlive) this.hasEnded = true
    this.hear(() => this.abort.abort())
  }

  kill(): void {
    this.isAlive = false
  }

  pause(forMs: number): void {
    const { time, witness } = this.world
    this.pausedUntilMs = Math.max(this.pausedUntilMs, time.nowMs + forMs)
    witness.paused(this.name, this.pausedUntilMs)
  }

  private readonly setTimer: SetTimer = (run, delayMs) => {
    let isOff = false
    this.world.time.plan(() => this.hear(() => isOff || run()), delayMs)
    return () => {
      isOff = true
    }
  }

  /** What reaches the process does so now, when it wakes, or never. */
  private hear(run: () => void): void {
    const { time } = this.world
    if (!this.isAlive) return
    if (time.nowMs >= this.pausedUntilMs) run()
    else time.plan(() => this.hear(run), this.pausedUntilMs - time.nowMs)
  }

  private async handle(event: FedEvent, { attempt }: HandlingContext): Promise<void> {
    const { witness, chance, time } = this.world
    const sinceMs = time.nowMs
    await new Promise<void>((resolve) => this.setTimer(resolve, chance.below(this.world.faults.handleMaxMs)))
    witness.wasAt(event, { who: this.name, sinceMs, untilMs: time.nowMs })
    if (this.world.fails(event, attempt)) throw new Error('simulated')
    witness.handled(event)
  }

  private store(): EventStore {
    const real = this.world.store
    const registers = real.registers as Registers
    return {
      ...real,
      close: async () => undefined,
      readAll: (range) => this.call(() => real.readAll(range), 'read'),
      read: (range) => this.call(() => real.read(range), 'read'),
      registers: {
        load: (key) => this.call(() => registers.load(key), 'read'),
        save: (register) => this.call(() => this.save(registers, register), 'write'),
      },
    }
  }

  private async save(registers: Registers, register: Register) {
    const saved = await registers.save(register)
    if (register.text.includes(this.name)) this.hasBegun = true
    if (!isLeft(saved)) await this.world.witness.saved(register, this.world.store)
    return saved
  }

  private call<A>(work: () => Promise<Either<StoreError, A>>, kind: 'read' | 'write'): Promise<Either<StoreError, A>> {
    const { time, chance } = this.world
    return new Promise((resolve) => {
      if (!this.isAlive) return
      const arrive = async () => {
        const fate = time.nowMs < this.cutOffUntilMs ? 'refused' : this.world.fate()
        const isDone = fate === 'done' || (fate === 'lost after' && kind === 'write')
        const answer = isDone ? await work() : null
        const told =
          fate === 'done' && answer
            ? answer
            : refused(kind === 'write' && fate !== 'refused' ? 'unknown-outcome' : 'unavailable')
        time.plan(() => this.hear(() => resolve(told)), chance.below(latencyMaxMs) + this.world.lateMs())
      }
      // A request that was sent arrives, whatever becomes of the process.
      time.plan(arrive, chance.below(latencyMaxMs))
    })
  }
}
