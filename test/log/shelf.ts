/** Something to read stored events from, right or wrong: it keeps what it is given, and counts what is asked. */
import { right } from 'fp-ts/lib/Either.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { eventsPerReadMax } from '../../src/log/event-store.js'
import type { Readable } from '../../src/log/rebuild.js'

export class Shelf implements Readable {
  /** The versions from which pages were asked for. */
  readonly asked: number[] = []

  constructor(private readonly events: readonly StoredEvent[]) {}

  async read({
    conversationId,
    fromVersion = 1,
    toVersion,
    limit = eventsPerReadMax,
  }: Parameters<Readable['read']>[0]) {
    this.asked.push(fromVersion)
    const found = this.events.filter(
      (event) =>
        event.conversationId === conversationId &&
        event.version >= fromVersion &&
        (toVersion === undefined || event.version <= toVersion),
    )
    return right(found.slice(0, Math.min(limit, eventsPerReadMax)))
  }
}
