/**
 * The rulebook's own words: given what happened, when this is ordered, then that follows.
 * `thenEvents` and `thenRefused` rather than a bare `then`, which would make every sentence look like a promise.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import type { Ground, LifecycleEvent, Veto } from '../../machines/events.js'
import type { Command } from '../../src/conversation/commands.js'
import { decide } from '../../src/conversation/decide.js'
import { evolve } from '../../src/conversation/evolve.js'
import { lookUp } from '../../src/conversation/id-index.js'
import { judge } from '../../src/conversation/judge.js'
import type { Rejection, RejectionCode } from '../../src/conversation/rejection.js'
import { type Conversation, type Thread, transcriptOf } from '../../src/conversation/state.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import type { ThreadState } from '../../src/lifecycle/thread-state.js'

/** The state after these events; says which one was refused, if one was. */
export function happened(...events: readonly LifecycleEvent[]): Conversation | null {
  return events.reduce<Conversation | null>((state, event, index) => {
    const refused = judge(state, event)
    if (refused) throw new Error(`event ${index + 1}, ${event.type}, was refused in given(…): ${refused.message}`)
    return evolve(state, event)
  }, null)
}

/** As `happened`, for events of which the first opens the conversation. */
export function conversationAfter(...events: readonly LifecycleEvent[]): Conversation {
  const state = happened(...events)
  if (!state) throw new Error('nothing happened')
  return state
}

export function threadIn(conversation: Conversation, threadId = 'main'): Thread {
  const thread = lookUp(conversation.threads, threadId)
  if (!thread) throw new Error(`there is no thread ${threadId}`)
  return thread
}

/** How a thread stands, in words. */
export const stateIn = (conversation: Conversation, threadId = 'main'): ThreadState =>
  automatonFor(conversation.policy).describe(threadIn(conversation, threadId).state)

/** The ids on a thread's line, first to last. */
export const lineIn = (conversation: Conversation, threadId = 'main'): readonly string[] =>
  transcriptOf(conversation, threadIn(conversation, threadId)).map(({ messageId }) => messageId)

export const vetoesIn = (conversation: Conversation, ground: Ground, threadId = 'main'): readonly Veto[] =>
  automatonFor(conversation.policy).vetoes(threadIn(conversation, threadId).state, ground)

function expectRefusal(rejection: Rejection | undefined, code: RejectionCode, vetoes?: readonly Veto[]): void {
  expect(rejection?.code).toBe(code)
  if (vetoes) expect(rejection?.vetoes).toEqual(vetoes)
}

/** What `given` offers to ask next. */
export function given(...events: readonly LifecycleEvent[]) {
  const state = happened(...events)
  return {
    /** A command is decided. */
    when(command: Command) {
      const decision = decide(command, state)
      return {
        thenEvents(...expected: readonly LifecycleEvent[]): void {
          expect(decision).toEqual({ _tag: 'Right', right: expected })
        },
        thenRefused(code: RejectionCode, vetoes?: readonly Veto[]): void {
          expectRefusal(isLeft(decision) ? decision.left : undefined, code, vetoes)
        },
      }
    },
    /** An event is put to the judge, as a log would. */
    whenLogged(event: LifecycleEvent) {
      const rejection = judge(state, event)
      return {
        thenAccepted: (): void => expect(rejection).toBeUndefined(),
        thenRefused: (code: RejectionCode, vetoes?: readonly Veto[]): void => expectRefusal(rejection, code, vetoes),
        /** Accepted, and the thread then stands so. */
        thenState(expected: Partial<ThreadState>, threadId = 'main'): void {
          expect(rejection).toBeUndefined()
          expect(stateIn(evolve(state, event), threadId)).toMatchObject(expected)
        },
      }
    },
    /** Nothing more: the thread stands so. */
    thenState(expected: Partial<ThreadState>, threadId = 'main'): void {
      expect(state && stateIn(state, threadId)).toMatchObject(expected)
    },
  }
}
