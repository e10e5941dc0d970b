/** What the people of one conversation know of it: from answers alone, hence never more than the service told them. */
import type { Turn } from '../../conversations/turn.js'
import type { Guidance } from '../../lifecycle/guidance.js'
import type { ThreadState } from '../../lifecycle/thread-state.js'

export interface KnownMessage {
  readonly messageId: string
  readonly role: 'user' | 'assistant'
  /** What was said. */
  readonly content: string
}

export interface KnownThread {
  readonly threadId: string
  readonly line: KnownMessage[]
  state: ThreadState
  guidance: Guidance
}

export class Board {
  readonly threads: KnownThread[] = []

  constructor(
    readonly conversationId: string,
    opening: Turn,
  ) {
    this.learn(opening)
  }

  /** The thread as the answer shows it; a thread never heard of begins with the given line. */
  learn({ threadId, state, guidance }: Turn, line: readonly KnownMessage[] = []): KnownThread {
    const known = this.threads.find((thread) => thread.threadId === threadId)
    if (known) return Object.assign(known, { state, guidance })
    const thread = { threadId, line: [...line], state, guidance }
    this.threads.push(thread)
    return thread
  }
}
