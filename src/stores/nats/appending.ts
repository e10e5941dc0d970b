/**
 * Appends: content first, then one message at exactly the conversation's last sequence. The server decides who is first; who
 * is not looks at what stands there and judges. It must never say that nothing was stored while a copy may be on its way.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { answerWithoutWriting } from '../../log/append-check.js'
import type { StoreError } from '../../log/errors.js'
import type { Appended, AppendRequest } from '../../log/event-store.js'
import { bodyOf, type ContentRef, headersOf } from './batch.js'
import type { Broker, Published } from './broker.js'
import type { ContentBucket } from './content-bucket.js'
import { contentsIn } from './content-text.js'
import { Unanswered, writeFailure } from './failure.js'
import type { KnownConversations } from './known-conversations.js'
import type { LogReader } from './log-reader.js'
import type { PrefixIndex } from './prefix-index.js'
import { eventSubject, type Names } from './subjects.js'

type Answer = Either<StoreError, Appended>

/** What attempts so far have left behind. */
interface Pending {
  /** Put for a batch that may be stored, or may not. */
  readonly content: ContentRef | null
  readonly maybeStored: boolean
}

type Written = { readonly kind: 'taken' } | ({ readonly kind: 'refused' } & Pending)

/** How often it is tried where what stands there gives no reason why it was refused. */
const attemptsMax = 5

export interface AppenderParts {
  readonly broker: Broker
  readonly names: Names
  readonly reader: LogReader
  readonly contents: ContentBucket
  readonly known: KnownConversations
}

export class Appender {
  constructor(private readonly parts: AppenderParts) {}

  async append(request: AppendRequest): Promise<Answer> {
    const { conversationId, expectedVersion, events } = request
    let pending: Pending = { content: null, maybeStored: false }
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      try {
        const judged = await this.judge(request, attempt === 1)
        if ('answer' in judged) {
          await this.giveUpUnless(pending, conversationId, expectedVersion)
          return judged.answer
        }
        const written = await this.write(request, judged.index, pending.maybeStored)
        if (written.kind === 'taken') return right({ version: expectedVersion + events.length })
        pending = written
      } catch (cause) {
        return left(
          pending.maybeStored
            ? writeFailure('append', new Unanswered(`${cause}`, true, cause))
            : writeFailure('append', cause),
        )
      }
    }
    const why = 'it was refused, and what stands there gives no reason'
    return left(writeFailure('append', new Unanswered(why, pending.maybeStored)))
  }

  /** The answer where nothing is to be written; else the index to write behind. */
  private async judge(
    request: AppendRequest,
    isFirst: boolean,
  ): Promise<{ readonly answer: Answer } | { readonly index: PrefixIndex }> {
    const { conversationId, expectedVersion } = request
    let index = this.parts.known.of(conversationId)
    // What is known may be behind. If it is, the server will refuse; unless it is not enough to ask the server at all.
    const isEnough = isFirst && index.version === expectedVersion
    if (!isEnough) index = await this.parts.reader.wholeIndex(conversationId)
    const found = await this.stored(request, index)
    const find = (eventId: string) => found.get(eventId)
    const answer = answerWithoutWriting(request, { actualVersion: index.version, find })
    return answer ? { answer } : { index }
  }

  /** Version and hash of the events of this request that are stored. */
  private async stored({ conversationId, events }: AppendRequest, index: PrefixIndex) {
    const found = new Map<string, { readonly version: number; readonly hash: string }>()
    const versions = events.flatMap(({ eventId }) => index.versionOf(eventId) ?? [])
    if (versions.length === 0) return found
    const range = { fromVersion: Math.min(...versions), toVersion: Math.max(...versions) }
    const ids = new Set(events.map(({ eventId }) => eventId))
    for (const batch of await this.parts.reader.batches(conversationId, range)) {
      for (const event of batch.events) if (ids.has(event.eventId)) found.set(event.eventId, event)
    }
    return found
  }

  /** Writes behind the index. Throws `Unanswered`. */
  private async write(request: AppendRequest, index: PrefixIndex, maybeStored: boolean): Promise<Written> {
    const content = await this.putContent(request)
    // Read off now, for others of this handle may have extended the index meanwhile.
    const before = index.version === request.expectedVersion ? index.before() : null
    const batch = { before: before ?? [], content }
    let published: Published = { kind: 'refused', maybeOwn: false }
    try {
      if (before) published = await this.publish(request, batch, before[0] ?? 0)
    } catch (cause) {
      // Where it may still be stored, it must find its content.
      if (!(cause instanceof Unanswered && cause.wasSent)) await this.giveUp(content)
      throw cause
    }
    if (published.kind === 'taken') {
      this.extend(request, index, { ...batch, sequence: published.sequence })
      return { kind: 'taken' }
    }
    if (published.maybeOwn) return { kind: 'refused', content, maybeStored: true }
    await this.giveUp(content)
    return { kind: 'refused', content: null, maybeStored }
  }

  private async putContent({ conversationId, expectedVersion, events }: AppendRequest): Promise<ContentRef | null> {
    const contents = contentsIn(events)
    if (contents.size === 0) return null
    return this.parts.contents.put({ conversationId, firstVersion: expectedVersion + 1 }, contents)
  }

  private publish(
    request: AppendRequest,
    batch: { readonly before: readonly number[]; readonly content: ContentRef | null },
    sequence: number,
  ): Promise<Published> {
    const { broker, names } = this.parts
    const subject = eventSubject(names, request.conversationId)
    return broker.publish({ subject, payload: bodyOf(request), after: sequence, headers: headersOf(request, batch) })
  }

  /** Content that no batch will ever name is erased. What fails here is left for the conversation's next erasure. */
  private async giveUp(content: ContentRef | null): Promise<void> {
    if (content) await this.parts.contents.overwrite(content.sequence).catch(() => undefined)
  }

  /** The same, where the batch may be the one that stands there; known once the conversation has moved on. */
  private async giveUpUnless({ content }: Pending, conversationId: string, expectedVersion: number): Promise<void> {
    const index = this.parts.known.of(conversationId)
    if (content && index.version > expectedVersion && !index.names(content)) await this.giveUp(content)
  }

  private extend(
    { expectedVersion, events }: AppendRequest,
    index: PrefixIndex,
    batch: { readonly sequence: number; readonly before: readonly number[]; readonly content: ContentRef | null },
  ): void {
    if (index.version !== expectedVersion) return
    index.extend({ ...batch, events, firstVersion: expectedVersion + 1, lastVersion: expectedVersion + events.length })
    this.parts.known.grew(events.length)
  }
}
