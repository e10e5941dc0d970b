/**
 * A whole store as lines that another can be filled from, see `export-lines.ts`: conversation by conversation, page by page,
 * so that it takes no more memory for a large one. It changes nothing on the way, and tells of what does not follow;
 * what others append meanwhile may be in it or not, but never half of an append to one conversation.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Finding, FindingCode } from '../audit/audit-finding.js'
import type { EventStore, StoredEvent } from '../event-store.js'
import { chainFault, chainStart } from '../hash-chain.js'
import { exportFormat, type Head, HeadsDigest, writeExportLine } from './export-lines.js'

/** All that an export asks of a store. */
export type Exportable = Pick<EventStore, 'list' | 'read'>

const conversationsPerPage = 256
/** With content of the largest size, a page takes as many MiB. */
const eventsPerPage = 64

const words: { readonly [C in FindingCode]?: string } = {
  'missing-event': 'it is missing',
  'broken-link': 'it does not follow from the event before as it was written',
  'wrong-content': 'its content is not what was written',
}

export class Export {
  /** Growing while `lines` runs. */
  readonly totals = { conversations: 0, events: 0 }
  private readonly digest = new HeadsDigest()

  /** @param onFault hears of each event that does not follow; it is in the export all the same, exactly as stored. */
  constructor(
    private readonly store: Exportable,
    private readonly onFault: (fault: Finding) => void,
  ) {}

  /** Every line, without line feeds; run it once. Throws a `StoreError` if the store fails; the end is then lacking. */
  async *lines(): AsyncGenerator<string> {
    yield writeExportLine({ colloquy: 'export', format: exportFormat })
    let afterId: string | undefined
    for (;;) {
      const page = await this.store.list({ limit: conversationsPerPage, ...(afterId !== undefined && { afterId }) })
      if (isLeft(page)) throw page.left
      for (const listed of page.right) yield* this.conversation(listed)
      afterId = page.right.at(-1)?.conversationId
      if (afterId === undefined) break
    }
    yield writeExportLine({ end: { ...this.totals, heads: this.digest.finish() } })
  }

  private async *conversation(listed: { readonly conversationId: string; readonly version: number }) {
    const { conversationId, version: toVersion } = listed
    let head: Head = { conversationId, version: 0, hash: chainStart }
    for (let fromVersion = 1; fromVersion <= toVersion; fromVersion = head.version + 1) {
      const page = await this.store.read({ conversationId, fromVersion, toVersion, limit: eventsPerPage })
      if (isLeft(page)) throw page.left
      if (page.right.length === 0) break
      for (const event of page.right) {
        this.check(head, event)
        yield writeExportLine({ event })
        head = { conversationId, version: event.version, hash: event.hash }
        this.totals.events += 1
      }
    }
    if (head.version < toVersion) this.tell(conversationId, toVersion, 'missing-event')
    this.totals.conversations += 1
    this.digest.add(head)
    yield writeExportLine({ head })
  }

  private check(head: Head, event: StoredEvent): void {
    const { conversationId, version } = event
    const isNext = version === head.version + 1
    const code = isNext ? chainFault(head.hash, event) : 'missing-event'
    if (code) this.tell(conversationId, isNext ? version : head.version + 1, code)
  }

  private tell(conversationId: string, version: number, code: FindingCode): void {
    this.onFault({ conversationId, version, code, message: words[code] ?? code })
  }
}
