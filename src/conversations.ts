/**
 * The door that backends use. A method orders one thing, and answers with what happened and what to do next, or with
 * why not. The rules are the machine's; this page only carries.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { ActorKind } from '#machines/events.js'
import type { Command } from './conversation/commands.js'
import type { Conversation } from './conversation/state.js'
import type { Ids, Outcome, Refused } from './conversations/journal.js'
import type { ConversationsOptions } from './conversations/options.js'
import { partsOf } from './conversations/parts.js'
import { Questions } from './conversations/questions.js'
import type * as ask from './conversations/requests.js'
import { type Turn, turnOf } from './conversations/turn.js'
import { machineId } from './lifecycle/machine-id.js'
import { defaultPolicy, withDefaults } from './lifecycle/policy.js'

type Answer<A> = Promise<Either<Refused, A>>

export class Conversations extends Questions {
  constructor(options: ConversationsOptions) {
    super(options, partsOf(options))
  }

  /** Opens a conversation with its first thread. A `commandId` without a `conversationId` names the conversation too. */
  async open(request: ask.Open = {}): Answer<Turn> {
    const { commandId, conversationId = commandId ?? this.parts.newId(), threadId = this.parts.newId() } = request
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
    const { threadId, content, messageId = this.parts.newId() } = request
    return this.takeIn(request, {
      type: 'receiveMessage',
      data: { threadId, messageId, content },
      ...actor(request, 'user'),
    })
  }

  /** Records what the assistant said. A warning needs `warning`, and is refused unless one is due. */
  async send(request: ask.Send): Answer<Turn> {
    const { threadId, content, purpose = 'reply', warning, messageId = this.parts.newId() } = request
    const data = { threadId, messageId, content, purpose, ...(warning && { warning }) }
    return this.order(request.conversationId, { type: 'sendMessage', data, ...actor(request, 'assistant') }, request)
  }

  /**
   * Makes a new thread: with `edit`, the user's message at the cut is said anew, and assessed; without, the assistant's
   * answer at the cut is to be given anew. The thread it is made from stays as it is.
   */
  async fork(request: ask.Fork): Answer<Turn> {
    const { threadId, messageId, edit, newThreadId = this.parts.newId() } = request
    const edited = edit && { messageId: edit.messageId ?? this.parts.newId(), content: edit.content }
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

  /** Erases content for good, from log and store; lifecycle and chain stay. Repeated, it finishes what was broken off. */
  async erase(request: ask.Erase): Answer<Turn> {
    const outcome = await this.parts.admission.admit(() => this.parts.erasing.erase(request))
    return isLeft(outcome) ? outcome : answerWith(request.conversationId, outcome.right)
  }

  /** Erases every message of every conversation that this owner has at this moment. Repeated, it goes on. */
  async eraseOwner(request: ask.EraseOwner): Answer<ask.ErasedOwner> {
    return this.parts.admission.admit(() => this.parts.erasing.eraseOwner(request))
  }

  /**
   * Lets no more commands in (`closed`), waits for those under way, the assessor's `assessTimeoutMs` included, and closes
   * the store: nothing that was taken in is left unanswered.
   */
  async close(): Promise<void> {
    await this.parts.admission.close()
    await this.options.store.close()
  }

  private async order(conversationId: string, command: Command, ids: Ids): Answer<Turn> {
    const outcome = await this.parts.admission.admit(() => this.parts.journal.execute(conversationId, command, ids))
    return isLeft(outcome) ? outcome : answerWith(conversationId, outcome.right)
  }

  /** Orders what brings a user's message, and has it assessed. */
  private async takeIn(request: Ids & { readonly conversationId: string }, command: Command): Answer<Turn> {
    const { conversationId } = request
    const taken = await this.parts.admission.admit(() => this.parts.intake.take(conversationId, command, request))
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
