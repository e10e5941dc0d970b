/** Events as they come: first those that are there, then those that follow, until the caller has had enough. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { decode } from '../log/codec.js'
import type { EventStore, StoredEvent } from '../log/event-store.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import type { SetTimer } from './timer.js'

export interface FeedRequest {
  /** One conversation's events; without it, all of them, in the store's order. */
  readonly conversationId?: string
  /** With a conversation: the first version wanted; default 1. */
  readonly fromVersion?: number
  /** Without one: the position after which to begin; default 0, the beginning. */
  readonly afterPosition?: number
  readonly signal?: AbortSignal
}

export type FedEvent = RecordedEvent & { readonly position?: number }

/** Wakes those who wait when this process has appended; others' appends are found by asking again. */
export class Wakeups {
  private waiting = new Set<() => void>()

  constructor(private readonly setTimer: SetTimer) {}

  wake(): void {
    const woken = this.waiting
    this.waiting = new Set()
    for (const resume of woken) resume()
  }

  /** Resolves at the next `wake`, after `pollMs`, or when the signal is aborted. */
  async next(pollMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        stop()
        this.waiting.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const stop = this.setTimer(done, pollMs)
      this.waiting.add(done)
      signal?.addEventListener('abort', done)
    })
  }
}

const eventsPerPage = 256

/**
 * Yields events in order, each once, and goes on until `signal` is aborted. Throws the `StoreError` if the store
 * fails: the caller goes on from the last version or position it has handled.
 */
export async function* feed(
  store: EventStore,
  request: FeedRequest,
  waking: { readonly wakeups: Wakeups; readonly pollMs: number },
): AsyncGenerator<FedEvent, void, undefined> {
  const { conversationId, signal } = request
  let fromVersion = request.fromVersion ?? 1
  let afterPosition = request.afterPosition ?? 0
  while (!signal?.aborted) {
    const page =
      conversationId === undefined
        ? await store.readAll({ afterPosition, limit: eventsPerPage })
        : await store.read({ conversationId, fromVersion, limit: eventsPerPage })
    if (isLeft(page)) throw page.left
    for (const stored of page.right as readonly (StoredEvent & { position?: number })[]) {
      if (signal?.aborted) return
      const event = decode(stored)
      if (isLeft(event)) throw event.left
      yield { ...event.right, ...(stored.position !== undefined && { position: stored.position }) }
      fromVersion = stored.version + 1
      afterPosition = stored.position ?? afterPosition
    }
    if (page.right.length === 0) await waking.wakeups.next(waking.pollMs, signal)
  }
}
