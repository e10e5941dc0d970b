/** Where a thread could have gone another way: for each message, the threads that say something else in its place. */
import type { Conversation, Thread } from './api.js'

export interface Branches {
  /** Threads in order of birth, the shown one among them. */
  readonly threads: readonly string[]
  readonly at: number
}

/** The cut at which the line of the shown thread leaves its parent, by the message that comes first after it. */
function cutsOnLine({ lineage, messages }: Thread): ReadonlyMap<string, { messageId: string; threadId: string }> {
  const cuts = lineage.flatMap(({ threadId, from }) => {
    const first = messages.find((message) => message.threadId === threadId)
    return from && first ? [[first.messageId, from] as const] : []
  })
  return new Map(cuts)
}

/** By message of the shown thread: its branches, where it has any other. */
export function branchesOf(thread: Thread, { threads }: Conversation): ReadonlyMap<string, Branches> {
  const cuts = cutsOnLine(thread)
  const found = new Map<string, Branches>()
  for (const { messageId, threadId } of thread.messages) {
    const original = cuts.get(messageId) ?? { messageId, threadId }
    const forks = threads.filter(({ from }) => from && [original.messageId, messageId].includes(from.messageId))
    if (forks.length === 0) continue
    const first = original.threadId
    const ids = [...new Set([first, ...forks.map((fork) => fork.threadId)])]
    const at = Math.max(0, ids.indexOf(cuts.has(messageId) ? threadId : first))
    found.set(messageId, { threads: ids, at })
  }
  return found
}
