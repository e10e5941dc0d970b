/**
 * The door that backends use. A method orders one thing, and answers with what happened and what to do next, or with
 * why not. The rules are the machine's; this page only carries.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { ActorKind } from '#machines/events.js'
import type { Command } from './conversation/commands.js'
import { lookUp } from './conversation/id-index.js'
import { rejection } from './conversation/rejection.js'
import type { Conversation } from './conversation/state.js'
import { Admission } from './conversations/admission.js'
import { Intake } from './conversations/intake.js'
import { type Ids, Journal, type Outcome, type Refused } from './conversations/journal.js'
import type { ListPage, ListRequest, ReviewPage, ReviewRequest } from './conversations/listing.js'
import { type ConversationsOptions, telemetryOf } from './conversations/options.js'
import { type Projections, projectionsOf } from './conversations/projections.js'
import type * as ask from './conversations/requests.js'
import { Subscriptions } from './conversations/subscriptions.js'
import { type ThreadView, viewThread } from './conversations/thread-view.js'
import { type Turn, turnOf } from './conversations/turn.js'
import { machineId } from './lifecycle/machine-id.js'
import { defaultPolicy, withDefaults } from './lifecycle/policy.js'
import { decode } from './log/codec.js'
import type { StoreError } from './log/errors.js'
import type { FedEvent, FeedRequest } from './log/feed.js'
import { newSalt } from './log/hash-chain.js'
import { noViews } from './log/projector.js'
import type { RecordedEvent } from './log/recorded-event.js'
import type { Lag, ParkedConversation, RetryRequest } from './log/subscription/oversight.js'
import type { GroupRequest } from './log/subscription.js'
import { setRealTimer } from './log/timer.js'

type Answer<A> = Promise<Either<Refused, A>>

const unknownThread = (threadId: string) => left(rejection('unknown-thread', `no thread ${JSON.stringify(threadId)}`))

export type { ConversationsOptions } from './conversations/options.js'

export class Conversations {
  private readonly admission = new Admission()
  private readonly journal: Journal
  private readonly intake: Intake
  private readonly projections: Projections | undefined
  private readonly subscriptions: Subscriptions
  private readonly newId: () => string

  constructor(private readonly options: ConversationsOptions) {
    const { store, clock = () => new Date(), newId = () => crypto.randomUUID(), onEvent, onError = () => {} } = options
    const { attemptsMax = 16, cacheMax = 1_000, snapshotEvery = 1_000 } = options
    const { setTimer = setRealTimer } = options
    const telemetry = telemetryOf(options)
    this.newId = newId
    this.subscriptions = new Subscriptions({ ...options, newId, setTimer, onError })
    const heard = (event: RecordedEvent) => {
      this.subscriptions.tell()
      onEvent?.(event)
    }
    const making = { clock, newId, newSalt: options.newSalt ?? newSalt }
    this.projections = projectionsOf(store, options.inlineProjections, { cacheMax, onError })
    this.journal = new Journal({
      store,
      inline: this.projections?.inline,
      ...making,
      attemptsMax,
      cacheMax,
      snapshotEvery,
      onEvent: heard,
      onError,
      telemetry,
    })
    const { assess, assessTimeoutMs = 10_000 } = options
    this.intake = new Intake(this.journal, assess, { timeoutMs: assessTimeoutMs, setTimer, telemetry })
  }

  /** Opens a conversation with its first thread. A `commandId` without a `conversationId` names the conversation too. */
  async open(request: ask.Open = {}): Answer<Turn> {
    const { commandId, conversationId = commandId ?? this.newId(), threadId = this.newId() } = request
    const { owner, continuedFrom } = request
    const data = {
      threadId,
      policy: withDefaults(request.policy ?? this.options.policy ?? defaultPolicy),
      machine: machineId(),
      ...(owner !== undefined && { owner }),
      ...(continuedFrom !== undefined && { continuedFrom }),
    }
    return this.order(conversationId, { type: 'openConversation', data }, request)
  }

  /** Takes a user's message, has it assessed, and answers with what to do next. */
  async receive(request: ask.Receive): Answer<Turn> {
    const { threadId, content, messageId = this.newId() } = request
    return this.takeIn(request, {
      type: 'receiveMessage',
      data: { threadId, messageId, content },
      ...actor(request, 'user'),
    })
  }

  /** Records what the assistant said. A warning needs `warning`, and is refused unless one is due. */
  async send(request: ask.Send): Answer<Turn> {
    const { threadId, content, purpose = 'reply', warning, messageId = this.newId() } = request
    const data = { threadId, messageId, content, purpose, ...(warning && { warning }) }
    return this.order(request.conversationId, { type: 'sendMessage', data, ...actor(request, 'assistant') }, request)
  }

  /**
   * Makes a new thread: with `edit`, the user's message at the cut is said anew, and assessed; without, the assistant's
   * answer at the cut is to be given anew. The thread it is made from stays as it is.
   */
  async fork(request: ask.Fork): Answer<Turn> {
    const { threadId, messageId, edit, newThreadId = this.newId() } = request
    const edited = edit && { messageId: edit.messageId ?? this.newId(), content: edit.content }
    const data = { threadId: newThreadId, from: { threadId, messageId }, ...(edited && { edit: edited }) }
    return this.takeIn(request, { type: 'forkThread', data, ...actor(request, 'user') })
  }

  /** Ends a thread, if nothing stands in the way. Otherwise every veto comes back, and is logged as `end.declined`. */
  async end(request: ask.End): Answer<Turn> {
    const { conversationId, threadId, ground, reason, by = 'assistant' } = request
    return this.order(
      conversationId,
      { type: 'endThread', data: { threadId, ground, reason }, ...actor(request, by) },
      request,
    )
  }

  /** Under a policy with `handshake`: the assistant's first call, to be repeated with `end`. */
  async proposeEnd(request: ask.ProposeEnd): Answer<Turn> {
    const { conversationId, threadId, reason } = request
    return this.order(
      conversationId,
      { type: 'proposeEnd', data: { threadId, reason }, ...actor(request, 'assistant') },
      request,
    )
  }

  /** The user wishes to end; the assistant must then ask for confirmation. */
  async requestEnd(request: ask.RequestEnd): Answer<Turn> {
    const { conversationId, threadId, reason } = request
    const data = { threadId, ...(reason !== undefined && { reason }) }
    return this.order(conversationId, { type: 'requestEnd', data, ...actor(request, 'user') }, request)
  }

  async confirmEnd(request: ask.OnThread): Answer<Turn> {
    const { conversationId, threadId } = request
    return this.order(conversationId, { type: 'confirmEnd', data: { threadId }, ...actor(request, 'user') }, request)
  }

  async withdrawEnd(request: ask.OnThread): Answer<Turn> {
    const { conversationId, threadId } = request
    return this.order(conversationId, { type: 'withdrawEnd', data: { threadId }, ...actor(request, 'user') }, request)
  }

  /** Records an assessment that was made elsewhere. */
  async assess(request: ask.Assessed): Answer<Turn> {
    const { threadId, messageId, assessment } = request
    const data = { ...assessment, threadId, messageId }
    return this.order(request.conversationId, { type: 'assessMessage', data, ...actor(request, 'assessor') }, request)
  }

  /** The person may be at risk: nothing ends, and nothing is warned of, on any thread, until it is cleared. */
  async flagRisk(request: ask.FlagRisk): Answer<Turn> {
    const { kind, threadId, messageId, note, by = 'operator' } = request
    const where = { ...(threadId !== undefined && { threadId }), ...(messageId !== undefined && { messageId }) }
    const data = { kind, ...where, ...(note !== undefined && { note }) }
    return this.order(request.conversationId, { type: 'flagRisk', data, ...actor(request, by) }, request)
  }

  /** Clears the risk, if the conversation's policy lets this actor. */
  async clearRisk(request: ask.ClearRisk): Answer<Turn> {
    const { conversationId, reason, by = 'operator' } = request
    return this.order(conversationId, { type: 'clearRisk', data: { reason }, ...actor(request, by) }, request)
  }

  async giveFeedback(request: ask.GiveFeedback): Answer<Turn> {
    const { threadId, messageId, rating, comment } = request
    const more = { ...(messageId !== undefined && { messageId }), ...(comment !== undefined && { comment }) }
    return this.order(
      request.conversationId,
      { type: 'giveFeedback', data: { threadId, rating, ...more }, ...actor(request, 'user') },
      request,
    )
  }

  async noteWelfare(request: ask.NoteWelfare): Answer<Turn> {
    const { threadId, signal, intensity, note, by = 'assistant' } = request
    const data = { threadId, signal, intensity, ...(note !== undefined && { note }) }
    return this.order(request.conversationId, { type: 'noteWelfare', data, ...actor(request, by) }, request)
  }

  /** Erases messages' content for good, from the log and from the store. The lifecycle and the chain stay as they are. */
  async erase(request: ask.Erase): Answer<Turn> {
    const { conversationId, messageIds, reason, by = 'operator' } = request
    const command: Command = { type: 'eraseContent', data: { messageIds, reason }, ...actor(request, by) }
    return this.admission.admit<Refused, Turn>(async () => {
      const outcome = await this.journal.execute(conversationId, command, request)
      if (isLeft(outcome)) return outcome
      const { conversation } = outcome.right.stream
      const versions = messageIds.flatMap((id) => lookUp((conversation as Conversation).messages, id)?.version ?? [])
      const erased = await this.options.store.erase({ conversationId, versions })
      return isLeft(erased) ? erased : answerWith(conversationId, outcome.right)
    })
  }

  /** A thread as it is now, with its messages, what to do next, and its branches. */
  async thread(request: { readonly conversationId: string; readonly threadId: string }): Answer<ThreadView> {
    const loaded = await this.journal.load(request.conversationId)
    if (isLeft(loaded)) return loaded
    const { conversation } = loaded.right
    const thread = conversation && lookUp(conversation.threads, request.threadId)
    return thread ? right(viewThread(request.conversationId, conversation, thread)) : unknownThread(request.threadId)
  }

  /** Events of one conversation, in order; at most `limit`, at most `eventsPerReadMax`. Empty for an unknown one. */
  async events(request: ask.Events): Answer<readonly RecordedEvent[]> {
    const stored = await this.options.store.read(request)
    if (isLeft(stored)) return stored
    const events: RecordedEvent[] = []
    for (const one of stored.right) {
      const event = decode(one)
      if (isLeft(event)) return event
      events.push(event.right)
    }
    return right(events)
  }

  /**
   * Conversations by owner, by how they stand, by risk, sorted by time; the latest first. Errors: `unavailable` where the store
   * keeps no views, see `ids`; `invalid-append` for a question that cannot be, or a cursor of another list.
   */
  async list(request: ListRequest = {}): Answer<ListPage> {
    return this.projections ? this.projections.listing.list(request) : left(noViews)
  }

  /** Conversations that a person should look at, and why; the latest first. Errors as for `list`. */
  async reviewQueue(request: ReviewRequest = {}): Answer<ReviewPage> {
    return this.projections ? this.projections.listing.reviewQueue(request) : left(noViews)
  }

  /** Conversations by order of id, after the given one: in any store. */
  async ids(page: { readonly afterId?: string; readonly limit?: number } = {}): Answer<ask.Listed> {
    return this.options.store.list(page)
  }

  /**
   * Handles all conversations' events as one member of a group, at least once each; see `log/subscription.ts`. Without a
   * group: events as they come, of one conversation or of all; throws a `StoreError` if reading fails.
   */
  subscribe(request: GroupRequest): Promise<Either<StoreError, void>>
  subscribe(request?: FeedRequest): AsyncGenerator<FedEvent, void, undefined>
  subscribe(request: GroupRequest | FeedRequest = {}) {
    return 'group' in request ? this.subscriptions.join(request) : this.subscriptions.feed(request)
  }

  /** Conversations that a group of subscribers passes over, for one of their events could not be handled. */
  parked(request: { readonly group: string }): Promise<Either<StoreError, readonly ParkedConversation[]>> {
    return this.subscriptions.parked(request)
  }

  /** Asks a group to handle a parked conversation again; answers whether it was parked. */
  retry(request: RetryRequest): Promise<Either<StoreError, boolean>> {
    return this.subscriptions.retry(request)
  }

  /** How far behind a group of subscribers is, counting `countMax` events at most. */
  lag(request: { readonly group: string; readonly countMax?: number }): Promise<Either<StoreError, Lag>> {
    return this.subscriptions.lag(request)
  }

  /**
   * Lets no more commands in (`closed`), waits for those under way, the assessor's `assessTimeoutMs` included, and closes
   * the store: nothing that was taken in is left unanswered.
   */
  async close(): Promise<void> {
    await this.admission.close()
    await this.options.store.close()
  }

  private async order(conversationId: string, command: Command, ids: Ids): Answer<Turn> {
    const outcome = await this.admission.admit(() => this.journal.execute(conversationId, command, ids))
    return isLeft(outcome) ? outcome : answerWith(conversationId, outcome.right)
  }

  /** Orders what brings a user's message, and has it assessed. */
  private async takeIn(request: Ids & { readonly conversationId: string }, command: Command): Answer<Turn> {
    const { conversationId } = request
    const taken = await this.admission.admit(() => this.intake.take(conversationId, command, request))
    return isLeft(taken) ? taken : answerWith(conversationId, taken.right)
  }
}

function answerWith(conversationId: string, { event, stream, refusal }: Outcome): Either<Refused, Turn> {
  return refusal ? left(refusal) : right(turnOf(conversationId, stream.conversation as Conversation, event))
}

function actor(request: { readonly actorId?: string }, kind: ActorKind) {
  return { actor: { kind, ...(request.actorId !== undefined && { id: request.actorId }) } }
}

/**
 * Conversations on a store, under a policy. The policy is checked when a conversation is opened (`invalid-policy`).
 * @example
 * const conversations = createConversations({ store: openMemoryStore(), assess })
 * const { conversationId, threadId } = orThrow(await conversations.open({ owner: 'ada' }))
 * const { guidance } = orThrow(await conversations.receive({ conversationId, threadId, content: 'Hello' }))
 */
export function createConversations(options: ConversationsOptions): Conversations {
  return new Conversations(options)
}
