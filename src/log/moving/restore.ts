/**
 * An export into a store, see `export-lines.ts`. Each conversation is held against its chain, its content's digests and the
 * machine before anything of it is written; of a bad one nothing is written, and the others are. It can be run again,
 * and then goes on. One conversation is in memory at a time.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { compareIds } from '../append-check.js'
import { type Finding, noTotals } from '../audit/audit-finding.js'
import { ConversationAudit } from '../audit/conversation-audit.js'
import type { EventStore, StoredEvent } from '../event-store.js'
import { type ExportEnd, type ExportLine, type Head, HeadsDigest, parseExportLine } from './export-lines.js'
import { replicate } from './replicate.js'
import type { RestoreFinding, RestoreFindingCode, RestoreTotals } from './restore-finding.js'

/** A line as it was read: its value, or why it has none. */
export interface NumberedLine {
  /** From 1. */
  readonly number: number
  readonly value: Either<string, unknown>
}

/** The log as it may be stored, or what is wrong with it. */
function examined(head: Head, events: readonly StoredEvent[]): Either<Finding, readonly StoredEvent[]> {
  const totals = noTotals()
  const audit = new ConversationAudit({ ...head, snapshot: null }, totals)
  const findings = [...events.flatMap((event) => [...audit.take(event)]), ...audit.finish()]
  // An erasure that was recorded, and not carried out before the export, is carried out here.
  const unerased = new Set(findings.filter(({ code }) => code === 'content-not-erased').map(({ version }) => version))
  const wrong = findings.find(({ code }) => code !== 'content-not-erased' && code !== 'decided-differently')
  if (wrong) return left(wrong)
  // Another machine may have given other vetoes; but a log that today's does not accept could not be gone on with.
  const [refused] = totals.replayed === 0 ? findings : []
  if (refused) return left(refused)
  return right(events.map((event) => (unerased.has(event.version) ? { ...event, content: null, salt: null } : event)))
}

export class Restore {
  /** Growing while `findings` runs. */
  readonly totals: RestoreTotals = { added: 0, continued: 0, known: 0, refused: 0, events: 0 }
  private line = 0
  private events: StoredEvent[] = []
  private previousId: string | undefined
  private end: ExportEnd | undefined
  /** What the file has, and of that what the store was read to have. */
  private readonly inFile = { conversations: 0, events: 0, heads: new HeadsDigest() }
  private readonly inStore = new HeadsDigest()

  constructor(private readonly store: EventStore) {}

  /**
   * Writes what can be, and tells what cannot; run it once. Whoever breaks off runs it again, with the whole file.
   * Throws a `StoreError` if the store fails; what was written before stays.
   */
  async *findings(lines: AsyncIterable<NumberedLine>): AsyncGenerator<RestoreFinding> {
    for await (const { number, value } of lines) {
      this.line = number
      const parsed = isLeft(value) ? value : parseExportLine(value.right)
      if (number === 1) {
        if (!isLeft(parsed) && 'colloquy' in parsed.right) continue
        yield this.finding('not-an-export', isLeft(parsed) ? parsed.left : 'it does not begin as an export does')
        return
      }
      if (isLeft(parsed)) yield this.finding('malformed-line', parsed.left)
      else yield* this.take(parsed.right)
    }
    yield* this.finish()
  }

  private finding(code: RestoreFindingCode, message: string, about: Partial<RestoreFinding> = {}): RestoreFinding {
    return { code, line: this.line, message, ...about }
  }

  private async *take(line: ExportLine): AsyncGenerator<RestoreFinding> {
    if (this.end) yield this.finding('malformed-line', 'it stands after the end')
    else if ('event' in line) yield* this.takeEvent(line.event)
    else if ('head' in line) yield* this.takeHead(line.head)
    else if ('end' in line) this.end = line.end
    else yield this.finding('malformed-line', 'an export begins here a second time')
  }

  private *takeEvent(event: StoredEvent): Generator<RestoreFinding> {
    this.inFile.events += 1
    if (this.events[0] && this.events[0].conversationId !== event.conversationId) yield* this.dropHeadless()
    this.events.push(event)
  }

  private *dropHeadless(): Generator<RestoreFinding> {
    const conversationId = this.events[0]?.conversationId
    this.events = []
    if (conversationId === undefined) return
    this.totals.refused += 1
    yield this.finding('wrong-head', 'its head is not there', { conversationId })
  }

  private async *takeHead(head: Head): AsyncGenerator<RestoreFinding> {
    const { conversationId } = head
    if (this.events[0] && this.events[0].conversationId !== conversationId) yield* this.dropHeadless()
    const { events } = this
    this.events = []
    this.inFile.conversations += 1
    this.inFile.heads.add(head)
    const isInOrder = this.previousId === undefined || compareIds(this.previousId, conversationId) < 0
    if (isInOrder) this.previousId = conversationId
    const misplaced = isInOrder ? this.misplaced(head, events) : this.outOfOrder(head)
    const log: Either<Finding | RestoreFinding, readonly StoredEvent[]> = misplaced
      ? left(misplaced)
      : examined(head, events)
    if (!isLeft(log)) {
      yield* this.keep(log.right)
      return
    }
    this.totals.refused += 1
    yield { line: this.line, ...log.left }
  }

  private outOfOrder({ conversationId }: Head): RestoreFinding {
    return this.finding('out-of-order', 'it stands here though its id does not follow', { conversationId })
  }

  private misplaced({ conversationId, version, hash }: Head, events: readonly StoredEvent[]) {
    const last = events.at(-1)
    if (last?.version === version && last.hash === hash) return undefined
    const found = last ? `its last event is of version ${last.version}` : 'it has no events'
    const where = { conversationId, version }
    return this.finding('wrong-head', `${found}, and is not what the head tells of`, where)
  }

  private async *keep(events: readonly StoredEvent[]): AsyncGenerator<RestoreFinding> {
    const [{ conversationId }] = events as readonly [StoredEvent]
    const kept = await replicate(this.store, events)
    if (isLeft(kept)) throw kept.left
    if (kept.right.as === 'different') {
      this.totals.refused += 1
      const where = { conversationId, version: kept.right.version }
      yield this.finding('different-history', 'the store has another history of it', where)
      return
    }
    this.totals[kept.right.as] += 1
    this.totals.events += kept.right.eventCount
    this.inStore.add(kept.right.head)
  }

  private *finish(): Generator<RestoreFinding> {
    if (this.line === 0) yield this.finding('not-an-export', 'it is empty')
    if (this.line === 0) return
    const inFile = { ...this.inFile, heads: this.inFile.heads.finish() }
    if (!this.end) {
      // The last conversation may lack its last events: then nothing of it is written.
      this.totals.refused += this.events.length > 0 ? 1 : 0
      yield this.finding('cut-off', 'the file ends here, and an export does not')
      return
    }
    yield* this.dropHeadless()
    const { conversations, events, heads } = this.end
    if (inFile.conversations !== conversations || inFile.events !== events || inFile.heads !== heads) {
      const said = `${conversations} conversations and ${events} events`
      yield this.finding('cut-off', `the file's end tells of ${said}, and not of those before it`)
    } else if (this.totals.refused === 0 && this.inStore.finish() !== heads) {
      yield this.finding('wrong-heads', "the store's chains do not end as the file's do")
    }
  }
}
