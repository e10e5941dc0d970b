/** The decider: may this be done, and what would then have happened? It asks `judge`, which asks the machine. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import type { LifecycleEvent } from '#machines/events.js'
import { type Command, orders } from './commands.js'
import { judge } from './judge.js'
import type { Rejection } from './rejection.js'
import type { Conversation } from './state.js'

/** The event that reports a command done. */
export function eventOf(command: Command): LifecycleEvent {
  const { reports, by } = orders[command.type]
  return { type: reports, actor: command.actor ?? { kind: by }, data: command.data } as LifecycleEvent
}

/**
 * Decides a command against a state. Pure: no clock, no chance, no ids of its own.
 * @returns the events to append, in order, or why not: any code of SPEC §4 but `invalid-event`, `version-gap` and
 * `duplicate-event`, which are the log's; a refused end or proposal carries every veto.
 * @see Jérémie Chassaing, "Functional Event Sourcing Decider"
 */
export function decide(command: Command, state: Conversation | null): Either<Rejection, NonEmptyArray<LifecycleEvent>> {
  const event = eventOf(command)
  const rejected = judge(state, event)
  return rejected ? left(rejected) : right([event])
}
