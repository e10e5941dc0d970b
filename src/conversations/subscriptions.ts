/** Those who hear what happens: readers of feeds, members of groups, and the operators who look after them. */
import type { StoreError } from '../log/errors.js'
import type { EventStore } from '../log/event-store.js'
import { type FeedRequest, feed } from '../log/feed.js'
import { Listeners } from '../log/listeners.js'
import { lag, parked, type RetryRequest, retry } from '../log/subscription/oversight.js'
import { type GroupRequest, subscribe } from '../log/subscription.js'
import type { SetTimer } from '../log/timer.js'

export interface SubscriptionsOptions {
  readonly store: EventStore
  readonly pollMs?: number
  readonly setTimer: SetTimer
  readonly nowMs?: () => number
  readonly newId: () => string
  readonly onError: (error: StoreError) => void
}

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

  join(request: GroupRequest) {
    const { store, setTimer, nowMs = platformNowMs, newId, onError, pollMs = 250 } = this.options
    return subscribe(store, { pollMs, onError, ...request }, { listen: this.sources(), setTimer, nowMs, newId })
  }

  parked(request: { readonly group: string }) {
    return parked(this.options.store, request)
  }

  retry(request: RetryRequest) {
    return retry(this.options.store, request)
  }

  lag(request: { readonly group: string; readonly countMax?: number }) {
    return lag(this.options.store, request)
  }

  private sources() {
    const { store } = this.options
    return store.listen ? [store.listen.bind(store), this.own.listen] : [this.own.listen]
  }
}
