/** Those who hear what happens: readers of feeds, members of groups, and the operators who look after them. */
import { isRight } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../log/errors.js'
import type { EventStore } from '../log/event-store.js'
import { type FeedRequest, feed } from '../log/feed.js'
import { Listeners } from '../log/listeners.js'
import { lag, parked, type RetryRequest, retry } from '../log/subscription/oversight.js'
import { type GroupRequest, subscribe } from '../log/subscription.js'
import type { SetTimer } from '../log/timer.js'
import { noTelemetry, type Telemetry } from './telemetry.js'

export interface SubscriptionsOptions {
  readonly store: EventStore
  readonly pollMs?: number
  readonly setTimer: SetTimer
  readonly nowMs?: () => number
  readonly newId: () => string
  readonly onError: (error: StoreError) => void
  readonly telemetry: Telemetry
}

/** How often a member tells whoever watches how far behind its group is, and up to how many events it counts. */
export const lagEveryMs = 15_000
const lagCountMax = 1_000

const platformNowMs = () => performance.now()

export class Subscriptions {
  /** This process's own appends, for stores that do not tell. */
  private readonly own = new Listeners()

  constructor(private readonly options: SubscriptionsOptions) {}

  /** Something was appended here. */
  tell(): void {
    this.own.tell()
  }

  feed(request: FeedRequest) {
    const { store, setTimer, pollMs = 250 } = this.options
    return feed(store, request, { listen: this.sources(), setTimer, pollMs })
  }

  async join(request: GroupRequest) {
    const { store, setTimer, nowMs = platformNowMs, newId, onError, pollMs = 250 } = this.options
    const around = { listen: this.sources(), setTimer, nowMs, newId }
    const stopWatching = this.watchLag(request.group)
    try {
      return await subscribe(store, { pollMs, onError, ...request }, around)
    } finally {
      stopWatching()
    }
  }

  parked(request: { readonly group: string }) {
    return parked(this.options.store, request)
  }

  retry(request: RetryRequest) {
    return retry(this.options.store, request)
  }

  async lag(request: { readonly group: string; readonly countMax?: number }) {
    const counted = await lag(this.options.store, request)
    if (isRight(counted)) {
      const { behind, parked: conversations } = counted.right
      this.options.telemetry.tell('feed-lag', { group: request.group, events: behind, parked: conversations })
    }
    return counted
  }

  /** Has the lag told of from time to time, if anybody watches; until the answer is called. */
  private watchLag(group: string): () => void {
    const { telemetry, setTimer } = this.options
    if (telemetry === noTelemetry) return () => {}
    let isOver = false
    const look = async () => {
      await this.lag({ group, countMax: lagCountMax })
      if (!isOver) stop = setTimer(look, lagEveryMs)
    }
    let stop = setTimer(look, lagEveryMs)
    return () => {
      isOver = true
      stop()
    }
  }

  private sources() {
    const { store } = this.options
    return store.listen ? [store.listen.bind(store), this.own.listen] : [this.own.listen]
  }
}
