/**
 * Keeps a consumer for a moment after a page was read: who reads a long conversation asks for the next page at once, and to
 * begin anew costs more than a page. What a cursor has fetched ahead never changes; whether it may be shown, the reader asks.
 */
import type { Broker } from './broker.js'
import { type OrderedRange, ordered } from './ordered.js'
import type { RawMessage } from './raw-message.js'

const cursorsMax = 16
const idleMs = 1_000

interface Cursor {
  readonly messages: AsyncGenerator<RawMessage, void, undefined>
  /** What it gave last: pages overlap by a message where a batch is cut by a page's end. Nothing before it comes any more. */
  last: RawMessage | undefined
  idle: NodeJS.Timeout | undefined
}

const keyOf = ({ stream, subject = '>' }: OrderedRange) => `${stream} ${subject}`

export class Cursors {
  // Those that nobody reads from now, the longest idle first.
  private readonly idle = new Map<string, Cursor>()

  constructor(private readonly broker: Broker) {}

  /** The messages of the range, until `isLast` says so of one, or there are no more. */
  async *read(range: OrderedRange, isLast: (message: RawMessage) => boolean): AsyncGenerator<RawMessage> {
    const cursor = this.take(range)
    let again = cursor.last
    let isKept = false
    try {
      while (!isKept) {
        const next = again ? { done: false as const, value: again } : await cursor.messages.next()
        again = undefined
        if (next.done) return
        cursor.last = next.value
        if (next.value.sequence < range.fromSequence) continue
        isKept = isLast(next.value)
        // Before it is given, for whoever has what he wants does not ask again.
        if (isKept) this.keep(keyOf(range), cursor)
        yield next.value
      }
    } finally {
      if (!isKept) void cursor.messages.return().catch(() => undefined)
    }
  }

  end(): void {
    for (const [key, cursor] of this.idle) this.drop(key, cursor)
  }

  private take(range: OrderedRange): Cursor {
    const key = keyOf(range)
    const found = this.idle.get(key)
    if (found && (found.last?.sequence ?? 0) <= range.fromSequence) {
      clearTimeout(found.idle)
      this.idle.delete(key)
      return found
    }
    return { messages: ordered(this.broker, range), last: undefined, idle: undefined }
  }

  private keep(key: string, cursor: Cursor): void {
    const other = this.idle.get(key)
    if (other) this.drop(key, other)
    for (const [oldest, one] of this.idle) if (this.idle.size >= cursorsMax) this.drop(oldest, one)
    cursor.idle = setTimeout(() => this.drop(key, cursor), idleMs).unref()
    this.idle.set(key, cursor)
  }

  private drop(key: string, cursor: Cursor): void {
    clearTimeout(cursor.idle)
    if (this.idle.get(key) === cursor) this.idle.delete(key)
    void cursor.messages.return().catch(() => undefined)
  }
}
