/** Puts events into envelopes, and envelopes into a chain, with clock, ids and salts that never change. */
import type { LifecycleEvent } from '../../machines/events.js'
import { encode } from '../../src/log/codec.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { chainStart } from '../../src/log/hash-chain.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'

const firstInstant = Date.UTC(2026, 0, 1)

/** The log of these events: versions from 1, one second apart. */
export const recorded = (events: readonly LifecycleEvent[], conversationId = 'c1'): readonly RecordedEvent[] =>
  events.map((event, index) => ({
    id: `e${index + 1}`,
    conversationId,
    version: index + 1,
    schema: 1,
    recordedAt: new Date(firstInstant + index * 1_000).toISOString(),
    ...event,
  }))

/** A salt like those of `newSalt`, yet the same in every run. */
export const saltOf = (version: number): string => version.toString(16).padStart(32, '0')

/** Events as a store keeps them, each tied to the one before. */
export function chained(events: readonly RecordedEvent[]): readonly StoredEvent[] {
  let previous = chainStart
  return events.map((event) => {
    const stored = encode(event, { previous, salt: saltOf(event.version) })
    previous = stored.hash
    return stored
  })
}

/** `recorded`, then `chained`. */
export const storedLog = (events: readonly LifecycleEvent[], conversationId = 'c1'): readonly StoredEvent[] =>
  chained(recorded(events, conversationId))

/** The right-hand value; throws the left-hand one, so that a test shows it. */
export function rightOf<A>(either: { _tag: 'Right'; right: A } | { _tag: 'Left'; left: unknown }): A {
  if (either._tag === 'Right') return either.right
  throw new Error(`refused: ${JSON.stringify(either.left)}`)
}

/** The left-hand value; throws if there is none. */
export function leftOf<E>(either: { _tag: 'Right'; right: unknown } | { _tag: 'Left'; left: E }): E {
  if (either._tag === 'Left') return either.left
  throw new Error('expected a refusal, and there was none')
}
