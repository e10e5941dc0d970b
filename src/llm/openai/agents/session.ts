/**
 * A thread as the `Session` of `@openai/agents`, with the two tools and the guidance that its agent needs. What the session is
 * given goes through the door like everything else: a user's message is assessed, an end is the machine's to grant.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { type RejectionCode, rejection } from '../../../conversation/rejection.js'
import type { ThreadView } from '../../../conversations/thread-view.js'
import type { Conversations } from '../../../conversations.js'
import { orThrow, RefusedError } from '../../../or-throw.js'
import { carryOut } from '../../carry-out.js'
import { isEndCall, markIn } from '../../intents.js'
import { assistantsContent, isSystems, isUsers, itemsIn, ourCallsIn, type ThreadItem, usersContent } from './items.js'

export interface ThreadSessionOptions {
  readonly conversations: Conversations
  readonly conversationId: string
  readonly threadId: string
  /** Your own name for the agent, recorded with what it says and asks. */
  readonly actorId?: string
}

export type SessionErrorCode =
  /** Nothing is taken out of a log. */
  | 'append-only'
  /** A system message belongs to the agent's instructions. Nothing was recorded. */
  | 'unsupported-item'

/** What the SDK's interface has and a thread cannot do. */
export class SessionError extends Error {
  constructor(
    readonly code: SessionErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`)
    this.name = 'SessionError'
  }
}

/** Items in runs: each of a user's stands alone, all that come between are one answer. */
function runsOf(items: readonly unknown[]): readonly (readonly unknown[])[] {
  const runs: unknown[][] = []
  for (const item of items) {
    const last = runs.at(-1)
    if (last && !isUsers(item) && !isUsers(last[0])) last.push(item)
    else runs.push([item])
  }
  return runs
}

export class ThreadSession {
  /** Users' items that were received by `takeIn`, and that the SDK will give again once the run is over. */
  private received: string[] = []
  /** Whether all that the user said is in the log: only then may an agent be offered anything that could end. */
  isTakenIn = false

  constructor(readonly options: ThreadSessionOptions) {}

  async view(): Promise<ThreadView> {
    return orThrow(await this.options.conversations.thread(this.options))
  }

  async getSessionId(): Promise<string> {
    return `${this.options.conversationId}/${this.options.threadId}`
  }

  /** The thread as items; the last `limit` of them. */
  async getItems(limit?: number): Promise<ThreadItem[]> {
    this.isTakenIn = false
    const items = itemsIn(await this.view())
    return limit === undefined ? items : items.slice(Math.max(0, items.length - limit))
  }

  /**
   * Give it to the run as `sessionInputCallback`, see `runOptions`. It receives what the user says before the model is asked, so that the answer
   * is made under guidance that knows of it; without it, the agent is offered neither tool.
   * @throws RefusedError where the door refuses, such as `ended`
   */
  readonly takeIn = async <Item>(history: Item[], items: Item[]): Promise<Item[]> => {
    this.received = []
    for (const item of items.filter(isUsers)) {
      await this.receive(item)
      this.received.push(JSON.stringify(item))
    }
    this.isTakenIn = true
    return [...history, ...items]
  }

  /**
   * Records items: a user's is received and assessed, what comes between users' is one message of the assistant, with its calls and
   * their results. Words in the same step as an accepted end are left out: the SDK hands them over when it is too late.
   * @throws RefusedError where the door refuses: after an end, `ended`. SessionError for a system message.
   */
  async addItems(items: readonly unknown[]): Promise<void> {
    if (items.some(isSystems)) throw new SessionError('unsupported-item', 'a system message is no part of a thread')
    for (const run of runsOf(items)) {
      const [first] = run
      if (!isUsers(first)) await this.send(run)
      else if (!this.wasReceived(first)) await this.receive(first)
    }
  }

  /** @throws SessionError `append-only`; to take a message back, fork before it */
  async popItem(): Promise<ThreadItem | undefined> {
    throw new SessionError('append-only', 'nothing is taken out of a thread; fork it before the message')
  }

  /** @throws SessionError `append-only`; to begin anew, open a conversation, or erase what this one holds */
  async clearSession(): Promise<void> {
    throw new SessionError('append-only', 'a thread is not cleared; open a new conversation')
  }

  private wasReceived(item: unknown): boolean {
    const place = this.received.indexOf(JSON.stringify(item))
    if (place >= 0) this.received.splice(place, 1)
    return place >= 0
  }

  private async receive(item: unknown): Promise<void> {
    const { conversations, conversationId, threadId } = this.options
    orThrow(await conversations.receive({ conversationId, threadId, content: usersContent(item) }))
  }

  private async send(items: readonly unknown[]): Promise<void> {
    const content = assistantsContent(items)
    if (content === undefined) return
    const calls = ourCallsIn(items)
    if (calls.some(isEndCall) && (await this.view()).ended) return
    const { conversations, ...place } = this.options
    const intent = { order: 'send', content, purpose: 'reply', ...markIn(calls) } as const
    const carried = await carryOut(conversations, place, [intent])
    if (isLeft(carried)) throw new RefusedError(carried.left)
    const outcome = carried.right[0]?.outcome
    if (outcome === undefined || outcome === 'accepted') return
    throw new RefusedError(rejection(outcome.refused as RejectionCode, 'the message was refused'))
  }
}

/**
 * A thread as a session of `@openai/agents`.
 * @example
 * const session = threadSession({ conversations, conversationId, threadId })
 * const agent = new Agent({ name, ...agentParts(session, 'You sell tea.') })
 * await run(agent, 'Hello', runOptions(session))
 */
export const threadSession = (options: ThreadSessionOptions): ThreadSession => new ThreadSession(options)
