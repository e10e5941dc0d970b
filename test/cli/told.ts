/** What a log makes of a drafted conversation: every event through the acceptor, and the report on where it ends up. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Draft } from '../../src/cli/importing/draft.js'
import { Acceptor } from '../../src/log/acceptor.js'
import { type ConversationReport, reportConversation, type ThreadReport } from '../../src/log/report.js'

/** The report of a conversation all of whose events are accepted; throws at the first that is not. */
export function told(draft: Draft): ConversationReport {
  const { conversationId } = draft
  const acceptor = new Acceptor()
  for (const [place, { saidAt, ...event }] of draft.events.entries()) {
    const recordedAt = saidAt ?? '2026-01-01T00:00:00.000Z'
    const accepted = acceptor.accept({ ...event, conversationId, version: place + 1, schema: 1, recordedAt })
    if (isLeft(accepted)) throw new Error(`${event.id}: ${accepted.left.message}`)
  }
  return reportConversation(conversationId, acceptor.finish())
}

/** Each thread's messages, by the thread's name. */
export const linesIn = ({ threads }: ConversationReport): Record<string, readonly string[]> =>
  Object.fromEntries(threads.map(({ threadId, messages }) => [threadId, messages]))

/** A thread of a report. */
export function threadIn({ threads }: ConversationReport, threadId: string): ThreadReport {
  const thread = threads.find((one) => one.threadId === threadId)
  if (!thread) throw new Error(`no thread ${threadId}`)
  return thread
}
