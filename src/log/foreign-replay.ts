/**
 * Replays a foreign log of one conversation: trusting nothing, and holding its state but none of its words, so that
 * what it costs grows with the number of messages and not with their length.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Rejection } from '../conversation/rejection.js'
import type { Conversation } from '../conversation/state.js'
import { Acceptor } from './acceptor.js'
import { parseEvent, parseWordless, type WordlessEvent } from './codec.js'
import type { RecordedEvent } from './recorded-event.js'
import type { ConversationReport } from './report.js'

export interface ForeignReplay {
  /** After the last accepted event, every content being `null`; `null` if there was none. */
  readonly state: Conversation | null
  readonly rejected: ConversationReport['rejected']
  /** Why the event was rejected, in one line. */
  readonly why?: string
}

/** The message that an event brings, if it brings one. */
function messageIdOf({ type, data }: RecordedEvent): string | undefined {
  if (type === 'message.received' || type === 'message.sent') return data.messageId
  return type === 'thread.forked' ? data.edit?.messageId : undefined
}

/** The version that a rejected event claims; the one expected there if what it claims is no whole number. */
function versionOf(value: unknown, state: Conversation | null): number {
  const { version } = Object(value) as { version?: unknown }
  return Number.isInteger(version) ? (version as number) : (state?.version ?? 0) + 1
}

/** One pass through the log, to its end or its first event that is not accepted. */
class Pass {
  private readonly acceptor = new Acceptor()
  /** Messages whose content is gone and that nothing has said to be erased so far: their places in the log, from 0. */
  private readonly unexplained = new Map<string, number>()

  /** The place of the first content that is gone though no accepted erasure names it; `undefined` if there is none. */
  get firstUnexplained(): number | undefined {
    const [first] = this.unexplained.values()
    return first
  }

  /** @param end the place of an event that is known to be refused as `parseEvent` refuses it. */
  run(values: Iterable<unknown>, end = Infinity): ForeignReplay {
    let place = 0
    for (const value of values) {
      const taken = place === end ? parseEvent(value) : this.take(value, place)
      if (isLeft(taken)) return this.stoppedAt(value, taken.left)
      place += 1
    }
    return { state: this.acceptor.state, rejected: null }
  }

  private take(value: unknown, place: number): Either<Rejection, RecordedEvent> {
    const parsed = parseWordless(value)
    if (isLeft(parsed)) return parsed
    this.noteGone(parsed.right, place)
    const accepted = this.acceptor.acceptRead(parsed.right.event)
    return isLeft(accepted) ? left(accepted.left) : right(this.noteErased(accepted.right))
  }

  private noteGone({ event, isGone }: WordlessEvent, place: number): void {
    const messageId = messageIdOf(event)
    if (isGone && messageId !== undefined && !this.unexplained.has(messageId)) this.unexplained.set(messageId, place)
  }

  private noteErased(event: RecordedEvent): RecordedEvent {
    if (event.type === 'content.erased') for (const id of event.data.messageIds) this.unexplained.delete(id)
    return event
  }

  private stoppedAt(value: unknown, { code, message }: Rejection): ForeignReplay {
    const { state } = this.acceptor
    return { state, rejected: { version: versionOf(value, state), code }, why: message }
  }
}

/**
 * Where a foreign log of one conversation leads. Content that is `null` is taken only if a later event of the log,
 * accepted too, erases it; else it is `invalid-event` where it stands, as in anything newly written. That shows only
 * later, so that such a log is gone through twice.
 * @param read gives the log's values from the start, each time it is called.
 */
export function replayForeign(read: () => Iterable<unknown>): ForeignReplay {
  const pass = new Pass()
  const replayed = pass.run(read())
  const { firstUnexplained } = pass
  return firstUnexplained === undefined ? replayed : new Pass().run(read(), firstUnexplained)
}
