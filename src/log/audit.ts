/**
 * Holds a whole store against its own promises: every hash chain is whole, every log replays, every snapshot is what
 * its events replay to, and no content is missing but what was erased. One conversation is in memory at a time.
 *
 * What it cannot see: a conversation that was removed whole, and the last events of one if the store forgot them too;
 * nothing is left then that tells of them.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { type AuditTotals, type Finding, noTotals } from './audit/audit-finding.js'
import { ConversationAudit } from './audit/conversation-audit.js'
import type { StoreError } from './errors.js'
import type { EventStore, StoredEvent, StoredSnapshot } from './event-store.js'

/** All that an audit asks of a store. */
export type Auditable = Pick<EventStore, 'list' | 'read' | 'loadSnapshot'>

const conversationsPerPage = 256
/** With content of the largest size, a page takes as many MiB. */
const eventsPerPage = 64

const unreadable = (conversationId: string, version: number, { message }: StoreError): Finding => ({
  conversationId,
  version,
  code: 'unreadable',
  message,
})

export class Audit {
  /** Growing while `findings` runs. */
  readonly totals: AuditTotals = noTotals()

  constructor(private readonly store: Auditable) {}

  /**
   * Every divergence, conversation by conversation; run it once. What others append meanwhile may be audited or not.
   * Throws a `StoreError` if the conversations cannot be listed; what cannot be read of one of them is a finding.
   */
  async *findings(): AsyncGenerator<Finding> {
    let afterId: string | undefined
    for (;;) {
      const page = await this.store.list({ limit: conversationsPerPage, ...(afterId !== undefined && { afterId }) })
      if (isLeft(page)) throw page.left
      const listed = page.right.filter(({ conversationId }) => conversationId !== afterId)
      for (const conversation of listed) yield* this.auditConversation(conversation)
      // A damaged id comes out as other text than it is sorted by, and would be listed after itself for ever.
      if (listed.length === 0) return
      afterId = listed.at(-1)?.conversationId
    }
  }

  private async *auditConversation(listed: {
    readonly conversationId: string
    readonly version: number
  }): AsyncGenerator<Finding> {
    const { conversationId } = listed
    this.totals.conversations += 1
    // The snapshot first: what is appended meanwhile then can't make it look ahead of its log.
    const snapshot = await this.store.loadSnapshot(conversationId)
    if (isLeft(snapshot)) yield unreadable(conversationId, 0, snapshot.left)
    const kept: StoredSnapshot | null = isLeft(snapshot) ? null : snapshot.right
    const audit = new ConversationAudit({ ...listed, snapshot: kept }, this.totals)
    for await (const page of this.pages(conversationId)) {
      if ('code' in page) {
        yield page
        return
      }
      for (const event of page) yield* audit.take(event)
    }
    yield* audit.finish()
  }

  // Not `pagesOf`, which counts on a log without gaps.
  private async *pages(conversationId: string): AsyncGenerator<readonly StoredEvent[] | Finding> {
    for (let fromVersion = 1; ; ) {
      const page = await this.store.read({ conversationId, fromVersion, limit: eventsPerPage })
      if (isLeft(page)) {
        yield unreadable(conversationId, fromVersion, page.left)
        return
      }
      if (page.right.length === 0) return
      yield page.right
      fromVersion = Math.max(fromVersion, page.right.at(-1)?.version ?? 0) + 1
    }
  }
}
