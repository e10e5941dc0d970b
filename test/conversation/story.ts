/**
 * A story: what was tried on one conversation, one event after another, and what the library said to each. It prints
 * itself line by line, so that a counterexample can be read.
 */
import fc from 'fast-check'
import type { EventOf, LifecycleEvent, Policy } from '../../machines/events.js'
import { evolve } from '../../src/conversation/evolve.js'
import { judge } from '../../src/conversation/judge.js'
import type { RejectionCode } from '../../src/conversation/rejection.js'
import type { Conversation } from '../../src/conversation/state.js'

/** One event that was tried; without a code it was accepted. */
export interface Attempt {
  readonly event: LifecycleEvent
  readonly code: RejectionCode | undefined
}

/** What one event says, on one line, its content left out. */
export function inWords({ type, actor, data }: LifecycleEvent): string {
  const said = Object.entries(data).filter(([name, value]) => name !== 'content' && value !== undefined)
  const words = said.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return [type, ...words, `(${actor.kind})`].join(' ')
}

const attemptInWords = ({ event, code }: Attempt) =>
  code === undefined ? `   ${inWords(event)}` : ` ✗ ${inWords(event)} → ${code}`

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

  [fc.toStringMethod](): string {
    const end = this.fault === undefined ? [] : [`   and then: ${String(this.fault)}`]
    return ['a story:', ...this.attempts.map(attemptInWords), ...end].join('\n')
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
