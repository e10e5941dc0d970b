/**
 * From letters back to events: a road through the space as a log that `colloquy replay` takes, and as a short story.
 * Where a letter needs more than one event (an edit needs a message to edit), the log says more than the road.
 */
import type { Policy } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'
import { letters } from '../lifecycle/alphabet.js'

/** An event in its envelope, as JSON. */
export type LogLine = { readonly [field: string]: unknown }

const recordedAt = (version: number): string => new Date(Date.UTC(2026, 0, 1) + version * 1_000).toISOString()

const actors: { readonly [T in ThreadEvent['type']]?: string } = {
  'message.sent': 'assistant',
  'message.assessed': 'assessor',
  'assessment.failed': 'assessor',
  'risk.flagged': 'operator',
  'end.proposed': 'assistant',
  'end.declined': 'system',
  'thread.ended': 'assistant',
  'welfare.noted': 'assistant',
  'content.erased': 'operator',
}

/** How many assessments of earlier messages come before the next that settles all: so many messages are needed more. */
function earlierNeeded(road: readonly number[], after: number): number {
  let needed = 0
  for (const letter of road.slice(after)) {
    const event = (letters[letter] as (typeof letters)[number]).event
    if (event.type !== 'message.assessed') continue
    if (event.latest) break
    needed += 1
  }
  return needed
}

class Chronicle {
  readonly lines: LogLine[] = []
  private threadId = 'thread-1'
  private threads = 1
  private messages = 0
  private unassessed: string[] = []

  constructor(policy: Policy) {
    this.say('conversation.opened', 'system', { policy })
  }

  /** Another that goes on from here by itself. */
  continued(): Chronicle {
    const copy: Chronicle = Object.create(Chronicle.prototype)
    return Object.assign(copy, this, { lines: [...this.lines], unassessed: [...this.unassessed] })
  }

  tell(event: ThreadEvent, needed: number): void {
    switch (event.type) {
      case 'message.received':
        for (let extra = this.unassessed.length; extra < needed; extra++) this.receive()
        this.receive()
        break
      case 'message.assessed':
        this.say(event.type, 'assessor', { messageId: this.assessedBy(event.latest), ...event.data })
        break
      case 'message.sent': {
        const warning = { behavior: 'insults', alternative: 'to go on without them' }
        const said = { messageId: this.newMessage(), content: event.data.purpose, ...event.data }
        this.say(event.type, 'assistant', event.data.purpose === 'warning' ? { ...said, warning } : said)
        break
      }
      case 'thread.forked':
        this.fork(event.data.edit !== undefined)
        break
      case 'risk.cleared':
        this.say(event.type, event.actor.kind, { reason: 'cleared' }, false)
        break
      default:
        this.tellPlain(event)
    }
  }

  private tellPlain(event: ThreadEvent): void {
    const data: { readonly [T in ThreadEvent['type']]?: object } = {
      'assessment.failed': { messageId: this.unassessed.at(-1) ?? `message-${this.messages}`, error: 'late' },
      'risk.flagged': { kind: 'crisis' },
      'end.proposed': { reason: 'persistent harm' },
      'end.declined': { by: 'assistant', vetoes: [] },
      'thread.ended': { reason: 'as the log shows' },
      'feedback.given': { rating: 'down' },
      'welfare.noted': { signal: 'distress', intensity: 0.5 },
      'content.erased': { messageIds: [], reason: 'asked to' },
    }
    const own = 'data' in event ? event.data : {}
    const everywhere = event.type === 'content.erased'
    this.say(event.type, actors[event.type] ?? 'user', { ...data[event.type], ...own }, !everywhere)
  }

  private receive(): void {
    const messageId = this.newMessage()
    this.say('message.received', 'user', { messageId, content: 'something' })
    this.unassessed.push(messageId)
  }

  private newMessage(): string {
    this.messages += 1
    return `message-${this.messages}`
  }

  private assessedBy(latest: boolean): string {
    const named = latest ? this.unassessed.at(-1) : this.unassessed.shift()
    if (latest) this.unassessed = []
    return named ?? `message-${this.messages}`
  }

  // The cut is a message said for the purpose, so that the new thread begins in the state of now.
  private fork(isEdit: boolean): void {
    const messageId = this.newMessage()
    if (isEdit) this.say('message.received', 'user', { messageId, content: 'something' })
    else this.say('message.sent', 'assistant', { messageId, content: 'reply', purpose: 'reply' })
    this.threads += 1
    const from = { threadId: this.threadId, messageId }
    this.threadId = `thread-${this.threads}`
    const edit = isEdit && { messageId: this.newMessage(), content: 'something else' }
    this.say('thread.forked', 'user', { from, ...(edit && { edit }) })
    if (edit) this.unassessed.push(edit.messageId)
  }

  private say(type: string, kind: string, data: object, onThread = true): void {
    const version = this.lines.length + 1
    const envelope = { id: `event-${version}`, conversationId: 'counterexample', version, schema: 1 }
    const where = onThread ? { threadId: this.threadId } : {}
    const line = { ...envelope, type, recordedAt: recordedAt(version), actor: { kind }, data: { ...where, ...data } }
    this.lines.push(line)
  }
}

function chronicleOf(policy: Policy, road: readonly number[]): Chronicle {
  const chronicle = new Chronicle(policy)
  for (const [place, letter] of road.entries()) {
    chronicle.tell((letters[letter] as (typeof letters)[number]).event, earlierNeeded(road, place + 1))
  }
  return chronicle
}

/** A log whose thread takes this road. */
export const logOf = (policy: Policy, road: readonly number[]): readonly LogLine[] => chronicleOf(policy, road).lines

/**
 * A log whose thread takes this road, and the lines by which each letter would go on from there. An assessment of an
 * earlier message is not among them: what it needs has to be in the log before.
 */
export function logWithNext(policy: Policy, road: readonly number[]) {
  const chronicle = chronicleOf(policy, road)
  const next = (letter: number): readonly LogLine[] => {
    const further = chronicle.continued()
    further.tell((letters[letter] as (typeof letters)[number]).event, 0)
    return further.lines.slice(chronicle.lines.length)
  }
  return { log: chronicle.lines as readonly LogLine[], next }
}

const findings = { none: 'harmless', harmful: 'harmful' }

/** One event in words, as a sentence without its full stop. */
export function inWords(event: ThreadEvent): string {
  switch (event.type) {
    case 'message.received':
      return 'the user writes'
    case 'message.assessed': {
      const which = event.latest ? 'the latest message' : 'an earlier message'
      return event.data.risk === null ? `${which} is found ${findings[event.data.harm]}` : `${which} shows risk`
    }
    case 'message.sent':
      return `the assistant sends a ${event.data.purpose}`
    case 'risk.cleared':
      return `the ${event.actor.kind} clears the risk`
    case 'thread.ended':
      return `the thread is ended on ${event.data.ground}`
    case 'thread.forked':
      return event.data.edit ? 'the user edits the message and branches' : 'the user asks for another answer'
    default:
      return plainWords[event.type]
  }
}

const plainWords: { readonly [T in ThreadEvent['type']]: string } = {
  'message.received': 'the user writes',
  'message.assessed': 'a message is assessed',
  'assessment.failed': 'the assessment fails',
  'message.sent': 'the assistant answers',
  'risk.flagged': 'risk is flagged',
  'risk.cleared': 'the risk is cleared',
  'end.requested': 'the user asks to end',
  'end.confirmed': 'the user confirms the end',
  'end.withdrawn': 'the user withdraws the wish to end',
  'end.proposed': 'the assistant proposes to end',
  'end.declined': 'an end is declined',
  'thread.ended': 'the thread is ended',
  'thread.forked': 'the thread is forked',
  'feedback.given': 'the user gives feedback',
  'welfare.noted': 'a sign of distress is noted',
  'content.erased': 'content is erased',
}

/** A road as a numbered story, one line an event. */
export const storyOf = (road: readonly number[]): readonly string[] =>
  road.map((letter, place) => `${place + 1}. ${inWords((letters[letter] as (typeof letters)[number]).event)}`)
