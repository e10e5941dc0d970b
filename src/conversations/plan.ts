/** What a command comes to: the event that it asks for, or, for an end that is vetoed, the record that it was declined. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { LifecycleEvent } from '#machines/events.js'
import type { Command } from '../conversation/commands.js'
import { decide } from '../conversation/decide.js'
import { type Rejection, rejection } from '../conversation/rejection.js'
import type { Conversation } from '../conversation/state.js'
import type { RecordedEvent } from '../log/recorded-event.js'

/** The event to append: the one that the command asks for, or, for an end that is vetoed, the record that it was. */
export function plan(command: Command, state: Conversation | null): Either<Rejection, LifecycleEvent> {
  const decided = decide(command, state)
  if (!isLeft(decided)) return right(decided.right[0])
  const { vetoes } = decided.left
  if ((command.type !== 'endThread' && command.type !== 'proposeEnd') || !vetoes) return decided
  const by = command.actor?.kind === 'user' ? 'user' : 'assistant'
  const logged = decide({ type: 'declineEnd', data: { threadId: command.data.threadId, by, vetoes } }, state)
  return isLeft(logged) ? logged : right(logged.right[0])
}

/** Why an end was declined, where this event records that it was. */
export function refusalIn(event: RecordedEvent): { refusal: Rejection } | undefined {
  if (event.type !== 'end.declined') return undefined
  const { vetoes } = event.data
  const [first = 'already-ended'] = vetoes
  const code = first === 'already-ended' ? 'ended' : first
  return { refusal: rejection(code, `the end was declined: ${vetoes.join(', ')}`, vetoes) }
}
