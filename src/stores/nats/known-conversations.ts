/** The indexes that a handle keeps, those used last; the rest is read again when it is needed. */
import { PrefixIndex } from './prefix-index.js'

export class KnownConversations {
  // By the order of their use, the last used last.
  private readonly indexes = new Map<string, PrefixIndex>()
  private events = 0

  /** @param eventsMax events in all indexes together; a longer conversation is kept while it is the one in use. */
  constructor(private readonly eventsMax: number) {}

  /** Its index, an empty one where nothing is known. */
  of(conversationId: string): PrefixIndex {
    const index = this.indexes.get(conversationId) ?? new PrefixIndex(conversationId)
    this.indexes.delete(conversationId)
    this.indexes.set(conversationId, index)
    return index
  }

  /** What was known was not so. */
  forget(conversationId: string): void {
    this.indexes.delete(conversationId)
  }

  /** To be called when one has grown by so many events: lets go of those used longest ago, where it is too much. */
  grew(by: number): void {
    this.events += by
    if (this.events <= this.eventsMax) return
    // Counted anew, for what was forgotten was not counted off. Half is let go, so that this is seldom done.
    this.events = 0
    for (const { version } of this.indexes.values()) this.events += version
    for (const [conversationId, { version }] of this.indexes) {
      if (this.events <= this.eventsMax / 2 || this.indexes.size === 1) return
      this.indexes.delete(conversationId)
      this.events -= version
    }
  }
}
