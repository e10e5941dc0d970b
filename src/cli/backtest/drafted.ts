/** A conversation as `import` would tell it to the log, in the form in which it is walked. */
import type { EventOf } from '#machines/events.js'
import type { Draft } from '../importing/draft.js'
import { type Judging, judge, type Said } from './judging.js'
import type { PastConversation, PastMessage } from './past.js'

type Assessed = EventOf<'message.assessed'>['data']

/** Assessments made of labels alone are made anew of the scores; what a source says itself is its word. */
function saidOf({ harm, risk, categories }: Assessed, assessor: string | undefined): Said {
  const scores = categories === undefined || Array.isArray(categories) ? null : (categories as Said['scores'])
  return assessor === 'labels' ? { scores: scores ?? null } : { harm, risk, scores: scores ?? null }
}

class Telling {
  readonly messages: PastMessage[] = []
  private readonly places = new Map<string, number>()
  private readonly heads = new Map<string, number>()

  constructor(private readonly judging: Judging) {}

  say({ threadId, messageId }: { threadId: string; messageId: string }, isUser: boolean): void {
    const said = isUser ? judge({}, this.judging) : { kind: 'assistant' as const, score: Number.NaN }
    const parent = this.heads.get(threadId) ?? -1
    const place = this.messages.push({ messageId, parent, ...said }) - 1
    this.places.set(messageId, place)
    this.heads.set(threadId, place)
  }

  /** The new thread goes on from what the cut follows. */
  fork({ threadId, from, edit }: EventOf<'thread.forked'>['data']): void {
    this.heads.set(threadId, this.messageAt(from.messageId).message.parent)
    if (edit) this.say({ threadId, messageId: edit.messageId }, true)
  }

  assess(data: Assessed, assessor: string | undefined): void {
    const { place, message } = this.messageAt(data.messageId)
    this.messages[place] = { ...message, ...judge(saidOf(data, assessor), this.judging) }
  }

  private messageAt(messageId: string): { readonly place: number; readonly message: PastMessage } {
    const place = this.places.get(messageId) ?? -1
    const message = this.messages[place]
    if (!message) throw new Error('a draft names a message before it was said')
    return { place, message }
  }
}

/** The drafted conversation, judged; a message that the draft leaves unassessed is judged as one of which nothing is said. */
export function pastOf({ conversationId, events }: Draft, judging: Judging): PastConversation {
  const telling = new Telling(judging)
  for (const event of events) {
    if (event.type === 'message.received' || event.type === 'message.sent') {
      telling.say(event.data, event.type === 'message.received')
    } else if (event.type === 'thread.forked') telling.fork(event.data)
    else if (event.type === 'message.assessed') telling.assess(event.data, event.actor.id)
  }
  return { conversationId, messages: telling.messages }
}
