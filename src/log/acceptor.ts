/**
 * Takes a foreign log event by event, trusting nothing: is each well formed, in its place, and would the machine accept
 * it? A log is valid if and only if every event is accepted. For logs of our own stores, `rebuild.ts` is the short way.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { Folding } from '../conversation/fold.js'
import { judge } from '../conversation/judge.js'
import { type Rejection, rejection } from '../conversation/rejection.js'
import type { Conversation } from '../conversation/state.js'
import { parseEvent } from './codec.js'
import type { RecordedEvent } from './recorded-event.js'

export class Acceptor {
  private readonly folding = new Folding()
  private readonly eventIds = new Set<string>()

  /** The state after the events accepted so far, to be read before the next and not kept; `null` before the first. */
  get state(): Conversation | null {
    return this.folding.state
  }

  /**
   * Takes the next event, or says why not; then the state is as it was.
   * @param value any JSON value. Its `conversationId` is the caller's to sort by.
   */
  accept(value: unknown): Either<Rejection, RecordedEvent> {
    const parsed = parseEvent(value)
    return isLeft(parsed) ? parsed : this.acceptRead(parsed.right)
  }

  /**
   * As `accept`, for an event that `decode` has read from a store, and checked there: its content may be gone, which
   * what is newly written may not.
   */
  acceptRead(event: RecordedEvent): Either<Rejection, RecordedEvent> {
    const rejected = this.misplaced(event) ?? judge(this.state, event)
    if (rejected) return left(rejected)
    this.eventIds.add(event.id)
    this.folding.add(event)
    return right(event)
  }

  /** The state after all events accepted, frozen; `null` if there were none. Nothing can be accepted after this. */
  finish(): Conversation | null {
    return this.folding.finish()
  }

  private misplaced({ version, id }: RecordedEvent): Rejection | undefined {
    const expected = (this.state?.version ?? 0) + 1
    if (version !== expected) return rejection('version-gap', `expected version ${expected}, found ${version}`)
    if (!this.eventIds.has(id)) return undefined
    return rejection('duplicate-event', `the conversation has an event ${JSON.stringify(id)} already`)
  }
}
