/**
 * The sums of a back-test while it runs. Batches are on their way to other threads, a bounded number at once; what comes
 * of them is taken in the order in which they were read, so that the report does not depend on who was quick.
 */

import { batchOf, type PastConversation } from './past.js'
import type { Plan } from './plan.js'
import type { Ending, Tally } from './tally.js'
import { addTally, emptyTally } from './tally.js'
import { type Walked, Walker, Walkers } from './walkers.js'

/** What a file holds a line of: a message without text, a conversation, or a tree of messages. */
export const formats = ['assessed', 'messages', 'oasst'] as const
export type Format = (typeof formats)[number]

/** A file that was read; without a line it has no format. */
export interface ReadFile {
  readonly name: string
  readonly format: Format | null
}

/** Where a conversation would have ended, by the source's own ids. */
export interface EndedConversation {
  readonly conversationId: string
  /** The user's message after which the assistant would have ended. */
  readonly messageId: string
  /** How many of the user's messages lead there. */
  readonly userMessages: number
}

/** Listed of each policy's ends; the others are counted. */
export const endedListedMax = 100_000
/** Batches on their way for each thread: one that it walks, one that waits for it. */
const batchesPerWorkerMax = 2

interface Underway {
  readonly conversations: readonly PastConversation[]
  readonly walked: Promise<Walked>
}

export class Ledger {
  readonly files: ReadFile[] = []
  /** Lines that were not taken. */
  faults = 0
  /** Conversations left out, since some of their lines could not be taken. */
  leftOut = 0
  messages = 0
  userMessages = 0
  unassessed = 0
  /** Conversations in which a message shows risk. */
  atRisk = 0
  /** By run. */
  readonly tallies: readonly Tally[]
  /** By policy, in the order of the source; at most `endedListedMax` of each. */
  readonly ended: readonly EndedConversation[][]
  private readonly underway: Underway[] = []
  private walker: Walker | null = null
  private walkers: Walkers | null = null

  /** @param workers how many threads walk; 0: none but this one. */
  constructor(
    private readonly plan: Plan,
    private readonly workers: number,
  ) {
    this.tallies = plan.runs.map(emptyTally)
    this.ended = plan.policies.map(() => [])
  }

  /** Conversations that were walked, or are on their way. */
  conversations = 0

  /**
   * Takes conversations to be walked; waits while too many are on their way, and, with the last, for all of them.
   * Threads are started for what does not fit into one batch.
   */
  async add(conversations: readonly PastConversation[], isLast: boolean): Promise<void> {
    this.count(conversations)
    if (this.workers === 0 || (isLast && this.walkers === null)) {
      this.walker ??= new Walker(this.plan)
      this.settle(conversations, this.walker.walk(batchOf(conversations)))
    } else {
      this.walkers ??= new Walkers(this.plan, this.workers)
      this.underway.push({ conversations, walked: this.walkers.walk(batchOf(conversations)) })
    }
    const most = isLast ? 0 : this.workers * batchesPerWorkerMax
    while (this.underway.length > most) await this.settleOldest()
  }

  /** Stops the threads. */
  async close(): Promise<void> {
    // What is left of them after a failure is of no interest to anybody.
    for (const { walked } of this.underway) walked.catch(() => {})
    await this.walkers?.stop()
  }

  private count(conversations: readonly PastConversation[]): void {
    this.conversations += conversations.length
    for (const { messages } of conversations) {
      this.messages += messages.length
      this.userMessages += messages.filter(({ kind }) => kind !== 'assistant').length
      this.unassessed += messages.filter(({ kind }) => kind === 'unassessed').length
      this.atRisk += Number(messages.some(({ kind }) => kind === 'risk'))
    }
  }

  private async settleOldest(): Promise<void> {
    const oldest = this.underway[0]
    if (!oldest) return
    const walked = await oldest.walked
    this.underway.shift()
    this.settle(oldest.conversations, walked)
  }

  private settle(conversations: readonly PastConversation[], { tallies, endings }: Walked): void {
    for (const [run, tally] of this.tallies.entries()) addTally(tally, tallies[run] ?? emptyTally())
    for (const [policy, listed] of this.ended.entries()) {
      const room = endedListedMax - listed.length
      for (const ending of (endings[policy] ?? []).slice(0, room)) listed.push(named(conversations, ending))
    }
  }
}

function named(
  conversations: readonly PastConversation[],
  { conversation, message, userMessages }: Ending,
): EndedConversation {
  const past = conversations[conversation]
  const said = past?.messages[message]
  if (!past || !said) throw new Error('a conversation ended that was not walked')
  return { conversationId: past.conversationId, messageId: said.messageId, userMessages }
}
