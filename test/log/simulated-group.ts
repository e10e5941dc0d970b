/**
 * Processes that share a group, in virtual time, over a store in memory that they reach through a bad network: they are
 * killed, paused for longer than a lease, stopped and started, while events keep coming and some of them are poisonous. A
 * witness stands beside the store and the handlers, and writes down what must never happen.
 */
import { encode } from '../../src/log/codec.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import type { FedEvent } from '../../src/log/feed.js'
import { chainStart } from '../../src/log/hash-chain.js'
import { lag, parked, retry } from '../../src/log/subscription/oversight.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { SeededChance } from '../../src/testing/seeded-chance.js'
import { VirtualTime } from '../../src/testing/simulation/virtual-time.js'
import { GroupWitness } from './group-witness.js'
import { saltOf } from './recorded.js'
import { leaseMs, type MemberWorld, SimulatedMember } from './simulated-member.js'

export interface GroupFaults {
  /** How long things go wrong; then all is well, and the group must come to an end of its work. */
  readonly untilMs: number
  /** Members are stopped as they should be, and others join. */
  readonly comings: boolean
  readonly kills: boolean
  readonly pauses: boolean
  readonly outages: boolean
  /** Of what is asked of the store, the share that is refused, or whose answer is lost or late. */
  readonly storeRate: number
  /** How long handling an event may take. */
  readonly handleMaxMs: number
  /** Of first attempts, the share that fails. */
  readonly handleRate: number
}

export const calm: GroupFaults = {
  untilMs: 20_000,
  comings: true,
  kills: false,
  pauses: false,
  outages: false,
  storeRate: 0,
  handleMaxMs: 3_000,
  handleRate: 0,
}
export const stormy: GroupFaults = {
  untilMs: 60_000,
  comings: true,
  kills: true,
  pauses: true,
  outages: true,
  storeRate: 0.05,
  // Less than what is left of a lease when its holder trusts it no more.
  handleMaxMs: leaseMs / 8,
  handleRate: 0.1,
}

const conversations = 12
const eventsPerConversation = 12
const membersAtOnce = 3
const patienceMs = 300_000

export class SimulatedGroup implements MemberWorld {
  readonly time = new VirtualTime()
  readonly chance: SeededChance
  readonly store = openMemoryStore()
  readonly witness: GroupWitness
  readonly members: SimulatedMember[] = []
  /** The poisonous events, as `conversation/version`, until they are healed. */
  readonly poison = new Set<string>()
  private isStormy = true
  private outageUntilMs = 0
  /** How many partitions each member held when the work was done. */
  shares: readonly number[] = []
  living = 0

  constructor(
    seed: number,
    readonly faults: GroupFaults,
  ) {
    this.chance = new SeededChance(seed)
    this.witness = new GroupWitness(this.time)
    for (let n = 0; n < 3; n++) {
      this.poison.add(`c${this.chance.below(conversations)}/${1 + this.chance.below(eventsPerConversation)}`)
    }
  }

  /** Lets all of it happen; what was found to be wrong stands with the witness. */
  async run(): Promise<void> {
    for (let n = 0; n < conversations; n++) this.writeSoon(`c${n}`, 1, chainStart)
    for (let n = 0; n < membersAtOnce; n++) this.startAnother()
    this.disturbSoon()
    await this.passUntil(() => this.time.nowMs >= this.begunMs + this.faults.untilMs)
    this.isStormy = false
    await this.workIsDone('all that is not parked is handled', (id) => !this.isBehindPoison(id))
    // What failed just now is tried again, parked, and saved along with the next checkpoint.
    await this.passUntil(() => false, 4 * leaseMs)
    this.witness.expectParked(orThrow(await parked(this.store, { group: 'g' })), this.firstPoison())
    await this.healAndRetry()
    await this.workIsDone('what was parked is handled after a retry', () => true)
    await this.passUntil(() => false, 4 * leaseMs)
    this.witness.expectParked(orThrow(await parked(this.store, { group: 'g' })), new Map())
    this.shares = await this.sharesNow()
    this.living = this.members.filter(({ isAlive, isStopping }) => isAlive && !isStopping).length
    for (const member of this.members) member.stop()
    await this.passUntil(() => this.members.every(({ hasEnded }) => hasEnded), patienceMs)
    this.witness.expectAllInOrder()
  }

  /** How long an answer takes beyond the usual. */
  lateMs(): number {
    const isLate = this.isStormy && this.chance.happens(this.faults.storeRate)
    return isLate ? this.chance.below(leaseMs) : 0
  }

  fate(): 'done' | 'refused' | 'lost before' | 'lost after' {
    if (!this.isStormy) return 'done'
    if (this.time.nowMs < this.outageUntilMs) return 'refused'
    if (!this.chance.happens(this.faults.storeRate)) return 'done'
    return this.chance.of(['refused', 'lost before', 'lost after'])
  }

  fails({ conversationId, version }: FedEvent, attempt: number): boolean {
    if (this.poison.has(`${conversationId}/${version}`)) return true
    return this.isStormy && attempt === 1 && this.chance.happens(this.faults.handleRate)
  }

  private readonly begunMs = this.time.nowMs

  private writeSoon(conversationId: string, version: number, previous: string): void {
    if (version > eventsPerConversation) return
    this.time.plan(
      async () => {
        const data = { threadId: 'main', signal: `${version}`, intensity: 0 }
        const envelope = { id: `${conversationId}-${version}`, conversationId, version, schema: 1 }
        const recordedAt = this.time.clock().toISOString()
        const event = {
          ...envelope,
          recordedAt,
          type: 'welfare.noted' as const,
          actor: { kind: 'assistant' as const },
          data,
        }
        const stored: StoredEvent = encode(event, { previous, salt: saltOf(version) })
        orThrow(await this.store.append({ conversationId, expectedVersion: version - 1, events: [stored] }))
        this.witness.written(stored)
        this.writeSoon(conversationId, version + 1, stored.hash)
      },
      this.chance.below((2 * this.faults.untilMs) / eventsPerConversation),
    )
  }

  startAnother(): void {
    this.time.plan(() => {
      const member = new SimulatedMember(`member ${this.members.length}`, this)
      this.members.push(member)
      member.start()
    }, this.chance.below(3_000))
  }

  private disturbSoon(): void {
    this.time.plan(() => {
      if (!this.isStormy) return
      const living = this.members.filter(({ isAlive, isStopping }) => isAlive && !isStopping)
      if (living.length > 0) this.disturb(this.chance.of(living))
      this.disturbSoon()
    }, this.chance.below(6_000))
  }

  private disturb(member: SimulatedMember): void {
    const { comings, kills, pauses, outages } = this.faults
    const deed = this.chance.below(6)
    if (deed === 0 && kills) member.kill()
    if (deed === 1 && comings) member.stop()
    if ((deed === 0 && kills) || (deed === 1 && comings)) this.startAnother()
    if (deed === 2 && comings && this.members.length < 12) this.startAnother()
    if (deed >= 4 && pauses) member.pause(this.chance.below(3 * leaseMs))
    const outageUntilMs = this.time.nowMs + this.chance.below(2 * leaseMs)
    if (deed === 3 && outages && this.chance.below(2) === 0) this.outageUntilMs = outageUntilMs
    else if (deed === 3 && outages) member.cutOffUntilMs = outageUntilMs
  }

  /** The first poisonous version of each conversation. */
  private firstPoison(): ReadonlyMap<string, number> {
    const first = new Map<string, number>()
    for (const place of this.poison) {
      const [id = '', version] = place.split('/')
      first.set(id, Math.min(first.get(id) ?? Infinity, Number(version)))
    }
    return first
  }

  private isBehindPoison({ conversationId, version }: StoredEvent): boolean {
    return version >= (this.firstPoison().get(conversationId) ?? Infinity)
  }

  private async healAndRetry(): Promise<void> {
    const places = [...this.firstPoison().keys()]
    this.poison.clear()
    for (const conversationId of places) {
      this.witness.expect(
        'what is parked can be retried',
        orThrow(await retry(this.store, { group: 'g', conversationId })),
      )
    }
  }

  private async sharesNow(): Promise<readonly number[]> {
    const { partitions } = orThrow(await lag(this.store, { group: 'g' }))
    const holders = partitions.map(({ holder }) => holder)
    return [...new Set(holders)].map((one) => holders.filter((holder) => holder === one).length).sort()
  }

  private async workIsDone(what: string, isWork: (event: StoredEvent) => boolean): Promise<void> {
    const total = conversations * eventsPerConversation
    const isDone = () => this.witness.events.length === total && this.witness.unhandled().filter(isWork).length === 0
    await this.passUntil(isDone, patienceMs)
    this.witness.expect(what, isDone())
  }

  private async passUntil(isSo: () => boolean, mostMs = Infinity): Promise<void> {
    const giveUpAtMs = this.time.nowMs + mostMs
    while (!isSo() && this.time.nowMs < giveUpAtMs && (await this.time.advance()));
  }
}
