/** Commands and answers whose misuse must not compile. */
import type { Command } from '../../src/conversation/commands.js'
import { decide } from '../../src/conversation/decide.js'
import { evolve } from '../../src/conversation/evolve.js'
import type { Rejection } from '../../src/conversation/rejection.js'
import type { Conversation, Message } from '../../src/conversation/state.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'

export const legal: Command = { type: 'confirmEnd', data: { threadId: 't' } }

// @ts-expect-error Events report, commands order: an event's name is not a command's.
export const reported: Command = { type: 'end.confirmed', data: { threadId: 't' } }
// @ts-expect-error There is no such command.
export const unknownCommand: Command = { type: 'reopenThread', data: { threadId: 't' } }
// @ts-expect-error An end says on which ground.
export const groundless: Command = { type: 'endThread', data: { threadId: 't', reason: 'r' } }
type Fork = Extract<Command, { type: 'forkThread' }>['data']
// @ts-expect-error An edit holds the new message, id and content.
export const wordless: Fork['edit'] = { messageId: 'n' }

export function misused(state: Conversation, message: Message, rejection: Rejection): void {
  // @ts-expect-error A decision may be a refusal: it has no events until that was asked.
  decide(legal, state)[0]
  // @ts-expect-error What evolves a state is an event, not the command that asked for it.
  evolve(state, legal)
  // @ts-expect-error The policy is the opening's.
  state.policy = defaultPolicy
  // @ts-expect-error How the thread stood before a message is remembered for good.
  message.before = 0
  // @ts-expect-error There is no such code.
  if (rejection.code === 'no') return
}
