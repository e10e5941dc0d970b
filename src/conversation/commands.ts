/**
 * What a caller can order, and the event that reports it done. A command carries its event's data, ids included, for
 * nothing is made up in the decider; `actor` is needed only where SPEC §3 lets several kinds speak.
 */
import type { Actor, ActorKind, EventData, EventType } from '#machines/events.js'

/** Each order: the event that reports it, and who gives it unless the command says otherwise. */
export const orders = {
  openConversation: { reports: 'conversation.opened', by: 'system' },
  receiveMessage: { reports: 'message.received', by: 'user' },
  assessMessage: { reports: 'message.assessed', by: 'assessor' },
  failAssessment: { reports: 'assessment.failed', by: 'assessor' },
  sendMessage: { reports: 'message.sent', by: 'assistant' },
  flagRisk: { reports: 'risk.flagged', by: 'operator' },
  clearRisk: { reports: 'risk.cleared', by: 'operator' },
  requestEnd: { reports: 'end.requested', by: 'user' },
  confirmEnd: { reports: 'end.confirmed', by: 'user' },
  withdrawEnd: { reports: 'end.withdrawn', by: 'user' },
  proposeEnd: { reports: 'end.proposed', by: 'assistant' },
  declineEnd: { reports: 'end.declined', by: 'system' },
  endThread: { reports: 'thread.ended', by: 'assistant' },
  forkThread: { reports: 'thread.forked', by: 'user' },
  giveFeedback: { reports: 'feedback.given', by: 'user' },
  noteWelfare: { reports: 'welfare.noted', by: 'assistant' },
  eraseContent: { reports: 'content.erased', by: 'operator' },
} as const satisfies { [order: string]: { reports: EventType; by: ActorKind } }

export type CommandType = keyof typeof orders

/** The command of one type. */
export type CommandOf<C extends CommandType> = {
  readonly type: C
  readonly actor?: Actor
  readonly data: EventData[(typeof orders)[C]['reports']]
}

export type Command = { [C in CommandType]: CommandOf<C> }[CommandType]
