/**
 * What a lifecycle suite examines: anything that takes commands and says how the conversation stands. Ready-made here
 * for a pair of `decide` and `evolve`, and for a door on a store.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { LifecycleEvent } from '#machines/events.js'
import type { Command } from '../../conversation/commands.js'
import { decide as ownDecide } from '../../conversation/decide.js'
import { evolve as ownEvolve } from '../../conversation/evolve.js'
import { fold as ownFold } from '../../conversation/fold.js'
import type { Conversation } from '../../conversation/state.js'
import { type ConversationReport, reportConversation } from '../../log/report.js'

type Awaitable<A> = A | Promise<A>

/** One conversation in the hands of a backend. */
export interface Subject {
  /**
   * Carries a command out.
   * @returns why it was refused, a code; `null` if it was accepted; `undefined` if this backend has no way to ask it,
   * and then it is left out. Throws for anything else that goes wrong.
   */
  offer(command: Command): Awaitable<string | null | undefined>
  /** How the conversation stands now. Before the opening it has no threads. */
  report(): Awaitable<ConversationReport>
  /** The same as somebody sees it who has nothing but what is stored: a process that starts anew. */
  rebuilt(): Awaitable<ConversationReport>
}

/** The pure functions of a decider; what is left out is the library's own. */
export interface Decider {
  readonly decide?: (
    command: Command,
    state: Conversation | null,
  ) => Either<{ readonly code: string }, readonly LifecycleEvent[]>
  readonly evolve?: (state: Conversation | null, event: LifecycleEvent) => Conversation
  /** The state after a log; SPEC I10 holds it against `evolve`. */
  readonly fold?: (events: readonly LifecycleEvent[]) => Conversation | null
}

/** A subject that decides and evolves in memory, one for each conversation. */
export function deciderSubject({ decide = ownDecide, evolve = ownEvolve, fold = ownFold }: Decider = {}): Subject {
  const log: LifecycleEvent[] = []
  let state: Conversation | null = null
  const tell = (conversation: Conversation | null) => reportConversation('conversation-1', conversation)
  // A refusal leaves the state as it is, and a report takes longer than a step.
  let told = { state: state as Conversation | null, report: tell(null) }
  return {
    offer(command) {
      const decided = decide(command, state)
      if (isLeft(decided)) return decided.left.code
      for (const event of decided.right) {
        state = evolve(state, event)
        log.push(event)
      }
      return null
    },
    report() {
      if (told.state !== state) told = { state, report: tell(state) }
      return told.report
    },
    rebuilt: () => tell(fold(log)),
  }
}
