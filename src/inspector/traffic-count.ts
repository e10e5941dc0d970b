/**
 * Counts what the threads of a database did on the statechart: how often each transition was taken and each state entered.
 * Every conversation is folded by the recipe itself, and it is its steps that are counted; no rule is looked at here.
 *
 * It holds one conversation at a time, without its words, and a count for each state and letter that was met.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { opened, recipe } from '../conversation/evolve.js'
import type { Conversation } from '../conversation/state.js'
import { letters } from '../lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../lifecycle/automaton.js'
import type { StoreError } from '../log/errors.js'
import type { EventStore } from '../log/event-store.js'
import { decodePage, pagesOf, rebuild } from '../log/rebuild.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { chart } from '../proof/chart.js'
import { TakenTransitions } from '../proof/taken.js'
import type { Traffic } from './chart/marks.js'
import { stateEntries } from './state-entries.js'
import { withContent } from './with-content.js'

/** The traffic of a whole database. */
export interface DatabaseTraffic extends Traffic {
  readonly conversations: number
  readonly events: number
}

/** An automaton that counts what is asked of it: how often each letter was taken in each state. */
class WatchedAutomaton implements Automaton {
  /** By cell: the state times the number of letters, and the letter. */
  private cells = new Map<number, number>()

  constructor(private readonly automaton: Automaton) {}

  get policy() {
    return this.automaton.policy
  }

  get size() {
    return this.automaton.size
  }

  step(state: StateId, letter: number) {
    const cell = state * letters.length + letter
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1)
    return this.automaton.step(state, letter)
  }

  describe = (state: StateId) => this.automaton.describe(state)
  find: Automaton['find'] = (state) => this.automaton.find(state)
  vetoes: Automaton['vetoes'] = (state, ground) => this.automaton.vetoes(state, ground)

  /** What was counted since it was asked last. */
  drain(): readonly (readonly [state: StateId, letter: number, times: number])[] {
    const counted = [...this.cells].map(
      ([cell, times]) => [Math.floor(cell / letters.length), cell % letters.length, times] as const,
    )
    this.cells = new Map()
    return counted
  }
}

interface PolicyCount {
  readonly automaton: WatchedAutomaton
  readonly taken: TakenTransitions
}

/** Takes conversations one after the other. One whose log does not replay is not counted at all. */
export class TrafficCount {
  private readonly policies = new Map<Automaton, PolicyCount>()
  private readonly transitions = new Map<number, number>()
  private conversations = 0
  private events = 0

  constructor(private readonly store: Pick<EventStore, 'read'>) {}

  /**
   * Counts a conversation.
   * @returns its number of events. Errors: the store's own; `corrupt-event` or `unknown-event`, naming conversation and version.
   */
  async add(conversationId: string): Promise<Either<StoreError, number>> {
    let conversation: Conversation | null = null
    for await (const page of pagesOf(this.store, { conversationId })) {
      const events = isLeft(page) ? page : decodePage(page.right)
      if (isLeft(events)) return this.dropped(conversation, events)
      try {
        // Its words are not counted, and need not be held.
        for (const event of events.right) conversation = this.stepped(conversation, withContent(event, null))
      } catch (thrown) {
        return this.dropped(conversation, await this.diagnosed(conversationId, thrown))
      }
    }
    return right(this.kept(conversation))
  }

  /** Everything counted so far. */
  total(): DatabaseTraffic {
    const drawn = chart()
    const transitions = Object.fromEntries(
      drawn.transitions.map((_, place) => [place, this.transitions.get(place) ?? 0]),
    )
    const { conversations, events } = this
    return { conversations, events, states: stateEntries(drawn, this.transitions, conversations), transitions }
  }

  private stepped(conversation: Conversation | null, event: RecordedEvent): Conversation {
    if (event.version !== (conversation?.version ?? 0) + 1) throw new Error('an event is missing, or out of place')
    const current = opened(conversation, event)
    if (event.type !== 'conversation.opened') recipe(current, event, this.countOf(current).automaton)
    return current
  }

  private countOf({ policy }: Conversation): PolicyCount {
    const automaton = automatonFor(policy)
    const count = this.policies.get(automaton) ?? {
      automaton: new WatchedAutomaton(automaton),
      taken: new TakenTransitions(policy),
    }
    this.policies.set(automaton, count)
    return count
  }

  private kept(conversation: Conversation | null): number {
    if (!conversation) return 0
    const { automaton, taken } = this.countOf(conversation)
    for (const [state, letter, times] of automaton.drain()) {
      for (const place of taken.of(automaton.describe(state), letter)) {
        this.transitions.set(place, (this.transitions.get(place) ?? 0) + times)
      }
    }
    this.conversations += 1
    this.events += conversation.version
    return conversation.version
  }

  private dropped<A>(conversation: Conversation | null, fault: Either<StoreError, A>): Either<StoreError, A> {
    if (conversation) this.countOf(conversation).automaton.drain()
    return fault
  }

  // The log is gone over again by what knows how to say which event is wrong; where it finds nothing, we are.
  private async diagnosed(conversationId: string, thrown: unknown): Promise<Either<StoreError, never>> {
    const rebuilt = await rebuild(this.store, { conversationId })
    if (isLeft(rebuilt)) return rebuilt
    throw thrown
  }
}
