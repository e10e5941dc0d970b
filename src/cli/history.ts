/**
 * What happened on each thread, event by event, with how the thread stood just after: what `show` draws. It reads the
 * stored log itself and has every event judged anew, so that what it shows is what the rules say.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { lookUp } from '../conversation/id-index.js'
import { type Conversation, type Message, type Thread, threadsOf } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import { Acceptor } from '../log/acceptor.js'
import { decode } from '../log/codec.js'
import type { StoredEvent } from '../log/event-store.js'
import type { Happening } from '../log/happening.js'
import { pagesOf, type Readable } from '../log/rebuild.js'
import type { RecordedEvent } from '../log/recorded-event.js'

export interface History {
  /** `null` if the store has no such conversation. */
  readonly conversation: Conversation | null
  /** By thread: what happened on its own part, which begins where it was cut. */
  readonly happenings: ReadonlyMap<string, readonly Happening[]>
}

const everyThread = (conversation: Conversation): readonly string[] =>
  threadsOf(conversation).map(({ threadId }) => threadId)

/** The threads that an event is about; risk is the person's, hence every thread's. */
function threadsMetBy({ type, data }: RecordedEvent, conversation: Conversation): readonly string[] {
  switch (type) {
    case 'risk.flagged':
    case 'risk.cleared':
      return everyThread(conversation)
    case 'message.assessed':
      return data.risk === null ? [data.threadId] : everyThread(conversation)
    case 'content.erased': {
      const owners = data.messageIds.map((id) => (lookUp(conversation.messages, id) as Message).threadId)
      return [...new Set(owners)]
    }
    default:
      return [data.threadId]
  }
}

/** The event without what the conversation holds erased, were it still in the store. */
function withoutErased(event: RecordedEvent, conversation: Conversation): RecordedEvent {
  const isErased = (messageId: string) => lookUp(conversation.messages, messageId)?.content === null
  const { type, data } = event
  if (type === 'thread.forked') {
    const { edit } = data
    return edit && isErased(edit.messageId) ? { ...event, data: { ...data, edit: { ...edit, content: null } } } : event
  }
  if (type === 'message.received')
    return isErased(data.messageId) ? { ...event, data: { ...data, content: null } } : event
  if (type === 'message.sent') return isErased(data.messageId) ? { ...event, data: { ...data, content: null } } : event
  return event
}

class Historian {
  readonly happenings = new Map<string, Happening[]>()
  private readonly acceptor = new Acceptor()
  private hasErasures = false

  /** Takes the next stored event; why not, in one line, if it is not one or would not be accepted. */
  take(stored: StoredEvent): string | undefined {
    const decoded = decode(stored)
    if (isLeft(decoded)) return decoded.left.message
    const accepted = this.acceptor.acceptRead(decoded.right)
    if (isLeft(accepted)) return `version ${stored.version} does not replay: ${accepted.left.message}`
    this.hasErasures ||= accepted.right.type === 'content.erased'
    const conversation = this.acceptor.state as Conversation
    const automaton = automatonFor(conversation.policy)
    for (const threadId of threadsMetBy(accepted.right, conversation)) {
      const thread = lookUp(conversation.threads, threadId) as Thread
      const happening = { event: accepted.right, state: automaton.describe(thread.state) }
      const known = this.happenings.get(threadId)
      if (known) known.push(happening)
      else this.happenings.set(threadId, [happening])
    }
    return undefined
  }

  finish(): History {
    const conversation = this.acceptor.finish()
    if (conversation && this.hasErasures) {
      for (const [threadId, all] of this.happenings) {
        const kept = all.map((one) => ({ ...one, event: withoutErased(one.event, conversation) }))
        this.happenings.set(threadId, kept)
      }
    }
    return { conversation, happenings: this.happenings }
  }
}

/** The history of a conversation up to a version, or why it can't be told, in one line. */
export async function historyOf(
  store: Readable,
  range: { readonly conversationId: string; readonly toVersion?: number },
): Promise<Either<string, History>> {
  const historian = new Historian()
  for await (const page of pagesOf(store, range)) {
    if (isLeft(page)) return left(page.left.message)
    for (const stored of page.right) {
      const fault = historian.take(stored)
      if (fault !== undefined) return left(fault)
    }
  }
  return right(historian.finish())
}

/** What happened on a thread's whole line: what it inherits, each part up to the cut, then its own. */
export function happeningsOnLine(history: History, threadId: string): readonly Happening[] {
  const conversation = history.conversation as Conversation
  const parts: (readonly Happening[])[] = []
  let toVersion = Number.POSITIVE_INFINITY
  for (let at = lookUp(conversation.threads, threadId); at; ) {
    const until = toVersion
    parts.push((history.happenings.get(at.threadId) ?? []).filter(({ event }) => event.version <= until))
    const cut: Message | undefined = at.from ? lookUp(conversation.messages, at.from.messageId) : undefined
    toVersion = cut ? Math.min(toVersion, cut.version - 1) : toVersion
    at = cut && lookUp(conversation.threads, cut.threadId)
  }
  return parts.reverse().flat()
}
