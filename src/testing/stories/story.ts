/**
 * A story: what was tried on one conversation, one event after another, and what the library said to each. It prints
 * itself line by line, so that a counterexample can be read.
 */
import type { EventOf, LifecycleEvent, Policy } from '#machines/events.js'
import { evolve } from '../../conversation/evolve.js'
import { judge } from '../../conversation/judge.js'
import type { RejectionCode } from '../../conversation/rejection.js'
import type { Conversation } from '../../conversation/state.js'
import { eventWords } from '../words.js'

/** One event that was tried; without a code it was accepted. */
export interface Attempt {
  readonly event: LifecycleEvent
  readonly code: RejectionCode | undefined
}

/** By this name fast-check finds how a value prints itself; the symbol is looked up, so that nothing is imported. */
export const printed: unique symbol = Symbol.for('fast-check/toStringMethod')

const attemptInWords = ({ event, code }: Attempt) =>
  code === undefined ? `   ${eventWords(event)}` : ` ✗ ${eventWords(event)} → ${code}`

export class Story {
  readonly attempts: Attempt[] = []
  /** The accepted events; event n has version n + 1. */
  readonly log: LifecycleEvent[] = []
  /** The state after each accepted event. */
  readonly states: Conversation[] = []
  /** What was thrown on the way, which nothing may be. */
  fault: unknown

  constructor(readonly policy: Policy) {}

  get state(): Conversation | null {
    return this.states.at(-1) ?? null
  }

  /** A story in which all these are tried, in this order. */
  static of(policy: Policy, events: Iterable<LifecycleEvent>): Story {
    const story = new Story(policy)
    for (const event of events) story.offer(event)
    return story
  }

  /** Puts an event to the judge, and lets it happen if it is accepted. */
  offer(event: LifecycleEvent): void {
    if (this.fault !== undefined) return
    try {
      const code = judge(this.state, event)?.code
      this.attempts.push({ event, code })
      if (code === undefined) this.happen(event)
    } catch (thrown) {
      this.attempts.push({ event, code: undefined })
      this.fault = thrown
    }
  }

  private happen(event: LifecycleEvent): void {
    this.states.push(evolve(this.state, event))
    this.log.push(event)
  }

  /** The story in words: what was accepted, and, marked, what was refused and why. fast-check prints counterexamples so. */
  toString(): string {
    const end = this.fault === undefined ? [] : [`   and then: ${String(this.fault)}`]
    return ['a story:', ...this.attempts.map(attemptInWords), ...end].join('\n')
  }

  [printed](): string {
    return this.toString()
  }
}

/** An accepted event of one type, where it stands in a story. */
export interface Moment<T extends LifecycleEvent['type']> {
  readonly event: EventOf<T>
  /** The index of the event in the log; the state after it is `states[at]`. */
  readonly at: number
}

/** Every accepted event of one type. */
export function momentsOf<T extends LifecycleEvent['type']>(story: Story, type: T): readonly Moment<T>[] {
  return story.log.flatMap((event, at) => (event.type === type ? [{ event: event as EventOf<T>, at }] : []))
}
