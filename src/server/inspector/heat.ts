/**
 * A whole database's traffic on the statechart, counted in the background, one conversation at a time, with room between
 * for other requests. Whoever asks before all is counted is told what was counted so far.
 */
import { setTimeout as later, setImmediate as nextTurn } from 'node:timers/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type DatabaseTraffic, TrafficCount } from '../../inspector/traffic-count.js'
import type { ReadStore } from './read-store.js'

export interface HeatSoFar extends DatabaseTraffic {
  /** Whether every conversation was counted. */
  readonly isWhole: boolean
  /** Conversations whose logs do not replay, and are not counted. */
  readonly faulty: number
}

const eventsCountedMax = 20_000_000
const conversationsPerPage = 1_000
/** Events counted before other requests have their turn. */
const eventsPerTurn = 2_000
/** How long an answer waits for the count to be whole, in milliseconds. */
const waitMs = 1_500
/** A count so old is made anew, in milliseconds. */
const freshMs = 30_000

class Counting {
  readonly count: TrafficCount
  faulty = 0
  isWhole = false
  readonly over: Promise<void>
  /** When it came to its end, whole or not; 0 before. */
  overAtMs = 0

  constructor(
    private readonly store: ReadStore,
    private readonly signal: AbortSignal,
    private readonly eventsMax: number,
  ) {
    this.count = new TrafficCount(store)
    this.over = this.run().finally(() => {
      this.overAtMs = performance.now()
    })
  }

  private async run(): Promise<void> {
    let events = 0
    let sinceTurn = 0
    for (let afterId: string | undefined; events < this.eventsMax && !this.signal.aborted; ) {
      const page = await this.store.list({ limit: conversationsPerPage, ...(afterId !== undefined && { afterId }) })
      // Not whole, then: what could not be listed was not counted.
      if (isLeft(page)) return
      if (page.right.length === 0) {
        this.isWhole = true
        return
      }
      for (const { conversationId, version } of page.right) {
        if (this.signal.aborted) return
        if (isLeft(await this.count.add(conversationId))) this.faulty += 1
        events += version
        sinceTurn += version
        if (sinceTurn < eventsPerTurn) continue
        sinceTurn = 0
        await nextTurn()
      }
      afterId = page.right.at(-1)?.conversationId
    }
  }
}

export class HeatMap {
  private counting: Counting | undefined

  constructor(
    private readonly store: ReadStore,
    private readonly signal: AbortSignal,
    private readonly onError: (error: unknown) => void,
    /** Counting ends after so many events, at the end of a page of conversations, and is not whole then. */
    private readonly eventsMax = eventsCountedMax,
  ) {}

  /** What is counted once it is whole, or when the caller has waited long enough. */
  async soFar(): Promise<HeatSoFar> {
    const old = this.counting
    const isOld = !old || (old.overAtMs > 0 && performance.now() - old.overAtMs > freshMs)
    const counting = isOld ? new Counting(this.store, this.signal, this.eventsMax) : old
    this.counting = counting
    await Promise.race([counting.over, later(waitMs)]).catch((thrown) => {
      this.counting = undefined
      this.onError(thrown)
    })
    const { isWhole, faulty } = counting
    return { ...counting.count.total(), isWhole, faulty }
  }
}
