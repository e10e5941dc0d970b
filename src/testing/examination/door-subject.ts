/** A subject behind a door: commands go through the methods that a backend calls, and answers are read as it reads them. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Actor, ActorKind } from '#machines/events.js'
import { type Command, type CommandOf, type CommandType, orders } from '../../conversation/commands.js'
import type { Conversations } from '../../conversations.js'
import type { ConversationReport, ThreadReport } from '../../log/report.js'
import { orThrow } from '../../or-throw.js'
import type { Subject } from './subject.js'

/** The methods that this needs of a door. */
export type Door = Pick<
  Conversations,
  | 'open'
  | 'receive'
  | 'assess'
  | 'send'
  | 'flagRisk'
  | 'clearRisk'
  | 'requestEnd'
  | 'confirmEnd'
  | 'withdrawEnd'
  | 'proposeEnd'
  | 'end'
  | 'fork'
  | 'giveFeedback'
  | 'noteWelfare'
  | 'erase'
  | 'thread'
>
type Answer = ReturnType<Door['receive']>
type Asking = { [C in CommandType]?: (door: Door, data: CommandOf<C>['data'], by: ActorKind) => Answer }

const asking = (conversationId: string): Asking => {
  const here = { conversationId }
  return {
    openConversation: (door, { threadId, policy, owner }) =>
      door.open({ ...here, threadId, policy, ...(owner !== undefined && { owner }) }),
    receiveMessage: (door, { content, ...said }) => door.receive({ ...here, ...said, content: content ?? '' }),
    assessMessage: (door, { threadId, messageId, ...assessment }) =>
      door.assess({ ...here, threadId, messageId, assessment }),
    sendMessage: (door, { content, ...said }) => door.send({ ...here, ...said, content: content ?? '' }),
    flagRisk: (door, data, by) => door.flagRisk({ ...here, ...data, by: by as 'operator' }),
    clearRisk: (door, data, by) => door.clearRisk({ ...here, ...data, by: by as 'operator' }),
    requestEnd: (door, data) => door.requestEnd({ ...here, ...data }),
    confirmEnd: (door, data) => door.confirmEnd({ ...here, ...data }),
    withdrawEnd: (door, data) => door.withdrawEnd({ ...here, ...data }),
    proposeEnd: (door, data) => door.proposeEnd({ ...here, ...data }),
    endThread: (door, data, by) => door.end({ ...here, ...data, by: by as 'user' }),
    forkThread: (door, { threadId, from, edit }) => {
      const edited = edit && { messageId: edit.messageId, content: edit.content ?? '' }
      return door.fork({ ...here, ...from, newThreadId: threadId, ...(edited && { edit: edited }) })
    },
    giveFeedback: (door, data) => door.giveFeedback({ ...here, ...data }),
    noteWelfare: (door, data, by) => door.noteWelfare({ ...here, ...data, by: by as 'assistant' }),
    eraseContent: (door, data, by) => door.erase({ ...here, ...data, by: by as 'operator' }),
  }
}

/** Commands whose method lets the caller say who acts; all others act in one name. */
const named: readonly CommandType[] = ['flagRisk', 'clearRisk', 'endThread', 'noteWelfare', 'eraseContent']
const isExpressible = ({ type, actor }: { readonly type: CommandType; readonly actor?: Actor }): boolean =>
  named.includes(type) || actor === undefined || actor.kind === orders[type].by

async function threadReport(door: Door, conversationId: string, threadId: string): Promise<ThreadReport> {
  const { state, messages, guidance } = orThrow(await door.thread({ conversationId, threadId }))
  return { threadId, ...state, messages: messages.map(({ messageId }) => messageId), vetoes: guidance.vetoes }
}

/**
 * A subject behind a door. What no method can ask (a refusal's own record, a failed assessment, an event in the name of
 * an actor that the method does not take) is left out.
 * @param openDoor opens a door on one and the same store, each time as a process does that starts anew. It must have
 * no assessor: stories bring their own assessments.
 * @param conversationId new for each subject, where the store is not.
 */
export function doorSubject(openDoor: () => Door, conversationId: string = crypto.randomUUID()): Subject {
  const door = openDoor()
  const ask = asking(conversationId)
  const threadIds: string[] = []
  const report = async (at: Door): Promise<ConversationReport> => {
    const threads: ThreadReport[] = []
    for (const threadId of threadIds) threads.push(await threadReport(at, conversationId, threadId))
    const risk = threads[0]?.risk ?? 'clear'
    return { conversationId, version: 0, risk, rejected: null, threads }
  }
  return {
    async offer(command: Command) {
      const method = ask[command.type] as Asking['clearRisk'] | undefined
      if (!method || !isExpressible(command)) return undefined
      const answer = await method(door, command.data as never, command.actor?.kind ?? orders[command.type].by)
      if (isLeft(answer) && answer.left.kind === 'store') orThrow(answer)
      if (isLeft(answer)) return answer.left.code
      if (command.type === 'openConversation' || command.type === 'forkThread') threadIds.push(command.data.threadId)
      return null
    },
    report: () => report(door),
    rebuilt: () => report(openDoor()),
  }
}
