/** Events as they come: first those that are there, then those that follow, until the caller has had enough. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { Alarm } from './alarm.js'
import { decode } from './codec.js'
import type { EventStore, StoredEvent } from './event-store.js'
import type { RecordedEvent } from './recorded-event.js'
import type { SetTimer } from './timer.js'

export interface FeedRequest {
  /** One conversation's events; without it, all of them, in the store's order. */
  readonly conversationId?: string
  /** With a conversation: the first version wanted; default 1. */
  readonly fromVersion?: number
  /** Without one: the first position wanted; default the first there is. Go on from the last one handled, plus 1. */
  readonly fromPosition?: number
  readonly signal?: AbortSignal
}

export type FedEvent = RecordedEvent & { readonly position?: number }

/** How a reader who has read all waits for more. */
export interface Waking {
  /** What tells that events may have come: the store, and this process's own appends. */
  readonly listen: readonly ((heard: () => void) => () => void)[]
  /** How often it looks anyhow, in milliseconds. */
  readonly pollMs: number
  readonly setTimer: SetTimer
}

const eventsPerPage = 256

/**
 * Yields events in order, each once, and goes on until `signal` is aborted. Throws the `StoreError` if the store
 * fails: the caller goes on from the last version or position it has handled.
 */
export async function* feed(
  store: EventStore,
  request: FeedRequest,
  { listen, pollMs, setTimer }: Waking,
): AsyncGenerator<FedEvent, void, undefined> {
  const alarm = new Alarm(setTimer)
  const ends = listen.map((source) => source(alarm.ring))
  try {
    yield* read(store, request, alarm, pollMs)
  } finally {
    for (const end of ends) end()
  }
}

async function* read(
  store: EventStore,
  request: FeedRequest,
  alarm: Alarm,
  pollMs: number,
): AsyncGenerator<FedEvent, void, undefined> {
  const { conversationId, signal } = request
  let fromVersion = request.fromVersion ?? 1
  let afterPosition = (request.fromPosition ?? 1) - 1
  while (!signal?.aborted) {
    alarm.reset()
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
    if (page.right.length === 0) await alarm.wait(pollMs, signal)
  }
}
