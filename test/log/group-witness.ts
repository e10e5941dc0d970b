/** Sees what handlers of a simulated group do and what checkpoints say, and writes down what must never be. */
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'
import type { FedEvent } from '../../src/log/feed.js'
import type { Register } from '../../src/log/registers.js'
import type { Lease } from '../../src/log/subscription/lease.js'
import type { ParkedConversation } from '../../src/log/subscription/oversight.js'
import { partitionOf } from '../../src/log/subscription/partition.js'
import { orThrow } from '../../src/or-throw.js'
import type { VirtualTime } from '../../src/testing/simulation/virtual-time.js'

/** Somebody's attempt at an event. */
interface Attempt {
  readonly who: string
  readonly sinceMs: number
  readonly untilMs: number
}

interface Pause {
  readonly who: string
  readonly sinceMs: number
  readonly untilMs: number
}

type Place = Pick<StoredEvent, 'conversationId' | 'version'>
const placeOf = ({ conversationId, version }: Place): string => `${conversationId}/${version}`
const overlap = (a: Pause, b: Pause): boolean => a.sinceMs < b.untilMs && b.sinceMs < a.untilMs

export class GroupWitness {
  readonly findings: string[] = []
  readonly events: StoredEvent[] = []
  /** How often each event was handled. */
  readonly times = new Map<string, number>()
  private readonly firsts = new Map<string, number[]>()
  private readonly attempts = new Map<number, Attempt[]>()
  private readonly pauses: Pause[] = []

  constructor(private readonly time: VirtualTime) {}

  expect(what: string, isSo: boolean): void {
    if (!isSo) this.findings.push(what)
  }

  written(event: StoredEvent): void {
    this.events.push(event)
  }

  paused(who: string, untilMs: number): void {
    this.pauses.push({ who, sinceMs: this.time.nowMs, untilMs })
  }

  handled(event: FedEvent): void {
    const { conversationId, version } = event
    const place = placeOf(event)
    const before = this.times.get(place) ?? 0
    this.times.set(place, before + 1)
    if (before === 0) this.firsts.set(conversationId, [...(this.firsts.get(conversationId) ?? []), version])
  }

  /** Two at one partition at once: only where one of them was paused in the middle. */
  wasAt({ conversationId }: FedEvent, attempt: Attempt): void {
    const partition = partitionOf(conversationId, 4)
    const others = this.attempts.get(partition) ?? []
    this.attempts.set(partition, [...others, attempt])
    for (const other of others) {
      if (other.who === attempt.who || !overlap(other, attempt)) continue
      const isExcused = [other, attempt].some((one) => this.pauses.some((p) => p.who === one.who && overlap(p, one)))
      this.expect(`${other.who} and ${attempt.who} are at partition ${partition} at once`, isExcused)
    }
  }

  unhandled(): readonly StoredEvent[] {
    return this.events.filter((event) => !this.times.has(placeOf(event)))
  }

  /** A checkpoint was saved: all before it must have been handled, or stand parked in the same text. */
  async saved({ key, text }: Register, store: EventStore): Promise<void> {
    if (!key.startsWith('subscription/partition/')) return
    const partition = Number(key.split('/')[2])
    const { checkpoint, parked } = JSON.parse(text) as Lease
    const fed = orThrow(await store.readAll({ afterPosition: 0 })).filter(({ position }) => position <= checkpoint)
    for (const event of fed) {
      if (partitionOf(event.conversationId, 4) !== partition || this.times.has(placeOf(event))) continue
      const entry = parked.find(({ conversationId }) => conversationId === event.conversationId)
      const isParked = entry && event.version >= entry.fromVersion && event.version <= entry.toVersion
      this.expect(`a checkpoint says ${placeOf(event)} was handled, and it was not`, Boolean(isParked))
    }
  }

  /** Exactly these conversations are parked, each at its first poisonous version. */
  expectParked(found: readonly ParkedConversation[], first: ReadonlyMap<string, number>): void {
    const parked = found.map(({ conversationId, fromVersion }) => `${conversationId}/${fromVersion}`).sort()
    const expected = [...first].map(([id, version]) => `${id}/${version}`).sort()
    this.expect(`parked are ${parked.join(' ')}, expected ${expected.join(' ')}`, `${parked}` === `${expected}`)
  }

  /** All was handled, and for the first time in order. */
  expectAllInOrder(): void {
    this.expect('every event was handled', this.unhandled().length === 0)
    for (const [id, versions] of this.firsts) {
      this.expect(
        `${id} was handled in the order ${versions}`,
        versions.every((version, at) => version === at + 1),
      )
    }
  }
}
