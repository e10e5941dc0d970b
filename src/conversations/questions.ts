/** What can be asked of the door without ordering anything: threads, events, lists, and what is heard as it happens. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { lookUp } from '../conversation/id-index.js'
import { rejection } from '../conversation/rejection.js'
import type { StoreError } from '../log/errors.js'
import type { FedEvent, FeedRequest } from '../log/feed.js'
import { noViews } from '../log/projection/projector.js'
import { decodePage, rebuild, type Stream } from '../log/rebuild.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import type { Lag, ParkedConversation, RetryRequest } from '../log/subscription/oversight.js'
import type { GroupRequest } from '../log/subscription.js'
import { type ConversationView, viewConversation } from './conversation-view.js'
import type { Refused } from './journal.js'
import type { ListPage, ListRequest, ReviewPage, ReviewRequest } from './listing.js'
import type { ConversationsOptions } from './options.js'
import type { Parts } from './parts.js'
import type * as ask from './requests.js'
import { type ThreadView, viewThread } from './thread-view.js'

type Answer<A> = Promise<Either<Refused, A>>

const unknown = (conversationId: string) =>
  left(rejection('not-opened', `no conversation ${JSON.stringify(conversationId)}`))
const unknownThread = (threadId: string) => left(rejection('unknown-thread', `no thread ${JSON.stringify(threadId)}`))

export class Questions {
  constructor(
    protected readonly options: ConversationsOptions,
    protected readonly parts: Parts,
  ) {}

  /** Whose a conversation is, how it stands, and its threads: without a word of what was said. */
  async conversation(request: ask.OneConversation): Answer<ConversationView> {
    const loaded = await this.at(request)
    if (isLeft(loaded)) return loaded
    const { conversation } = loaded.right
    return conversation
      ? right(viewConversation(request.conversationId, conversation))
      : unknown(request.conversationId)
  }

  /** A thread as it is now, or was, with its messages, what to do next, and its branches. */
  async thread(request: ask.OneThread): Answer<ThreadView> {
    const loaded = await this.at(request)
    if (isLeft(loaded)) return loaded
    const { conversation } = loaded.right
    const thread = conversation && lookUp(conversation.threads, request.threadId)
    return thread ? right(viewThread(request.conversationId, conversation, thread)) : unknownThread(request.threadId)
  }

  private async at({ conversationId, version }: ask.OneConversation): Answer<Stream> {
    if (version === undefined) return this.parts.journal.load(conversationId)
    const loaded = await rebuild(this.parts.store, { conversationId, toVersion: version })
    const isThere = isLeft(loaded) || !loaded.right.conversation || loaded.right.conversation.version === version
    return isThere && version >= 1 ? loaded : left(rejection('unknown-version', `there is no version ${version}`))
  }

  /** Events of one conversation, in order; at most `limit`, at most `eventsPerReadMax`. Empty for an unknown one. */
  async events(request: ask.Events): Answer<readonly RecordedEvent[]> {
    const stored = await this.parts.store.read(request)
    return isLeft(stored) ? stored : decodePage(stored.right)
  }

  /**
   * Conversations by owner, by how they stand, by risk, sorted by time; the latest first. Errors: `unavailable` where the store
   * keeps no views, see `ids`; `invalid-append` for a question that cannot be, or a cursor of another list.
   */
  async list(request: ListRequest = {}): Answer<ListPage> {
    const { projections } = this.parts
    return projections ? projections.listing.list(request) : left(noViews)
  }

  /** Conversations that a person should look at, and why; the latest first. Errors as for `list`. */
  async reviewQueue(request: ReviewRequest = {}): Answer<ReviewPage> {
    const { projections } = this.parts
    return projections ? projections.listing.reviewQueue(request) : left(noViews)
  }

  /** Conversations by order of id, after the given one: in any store. */
  async ids(page: { readonly afterId?: string; readonly limit?: number } = {}): Answer<ask.Listed> {
    return this.parts.store.list(page)
  }

  /**
   * Handles all conversations' events as one member of a group, at least once each; see `log/subscription.ts`. Without a
   * group: events as they come, of one conversation or of all; throws a `StoreError` if reading fails.
   */
  subscribe(request: GroupRequest): Promise<Either<StoreError, void>>
  subscribe(request?: FeedRequest): AsyncGenerator<FedEvent, void, undefined>
  subscribe(request: GroupRequest | FeedRequest = {}) {
    return 'group' in request ? this.parts.subscriptions.join(request) : this.parts.subscriptions.feed(request)
  }

  /** Conversations that a group of subscribers passes over, for one of their events could not be handled. */
  parked(request: { readonly group: string }): Promise<Either<StoreError, readonly ParkedConversation[]>> {
    return this.parts.subscriptions.parked(request)
  }

  /** Asks a group to handle a parked conversation again; answers whether it was parked. */
  retry(request: RetryRequest): Promise<Either<StoreError, boolean>> {
    return this.parts.subscriptions.retry(request)
  }

  /** How far behind a group of subscribers is, counting `countMax` events at most. */
  lag(request: { readonly group: string; readonly countMax?: number }): Promise<Either<StoreError, Lag>> {
    return this.parts.subscriptions.lag(request)
  }
}
