/**
 * "What if?": any event tried on a scratch copy of a moment. Events are made up here, judged by the library, and added to a
 * timeline of their own; nothing is ever sent anywhere.
 */
import { type ActorKind, actorsOf, type LifecycleEvent } from '#machines/events.js'
import { withRiskOfNow } from '../conversation/fork.js'
import { lookUp } from '../conversation/id-index.js'
import { judge } from '../conversation/judge.js'
import type { Rejection } from '../conversation/rejection.js'
import { type Conversation, type Message, riskOf, type Thread } from '../conversation/state.js'
import { letters } from '../lifecycle/alphabet.js'
import { automatonFor, type StateId } from '../lifecycle/automaton.js'
import { currentSchema, type RecordedEvent } from '../log/recorded-event.js'
import { isFault } from './log-line.js'
import type { Timeline } from './timeline.js'

const said = '(what if)'

type Data = LifecycleEvent['data']

/** The messages that an event would speak of: the line's latest of the user, one before it, and the last of each role. */
interface Cast {
  readonly threadId: string
  readonly latest: Message | undefined
  readonly earlier: Message | undefined
  readonly answer: Message | undefined
  /** An id that nothing in the conversation has. */
  readonly fresh: string
}

function castOf(conversation: Conversation, thread: Thread): Cast {
  const ofUser: Message[] = []
  let answer: Message | undefined
  // Backwards, and no further than needed; not past its depth, as `transcriptOf`.
  let id = thread.headId
  for (let left = thread.depth; id !== null && left > 0 && (ofUser.length < 2 || !answer); left--) {
    const message: Message | undefined = lookUp(conversation.messages, id)
    if (message?.role === 'user') ofUser.push(message)
    else answer ??= message
    id = message?.parentId ?? null
  }
  const [latest, earlier] = ofUser
  return { threadId: thread.threadId, latest, earlier, answer, fresh: freshId(conversation) }
}

function freshId(conversation: Conversation): string {
  let id = `what-if-${conversation.version + 1}`
  while (lookUp(conversation.messages, id) || lookUp(conversation.threads, id)) id += '+'
  return id
}

const warning = { behavior: said, alternative: said }

type Letter = (typeof letters)[number]

function assessedData(
  { latest, earlier, threadId }: Cast,
  event: Extract<Letter['event'], { type: 'message.assessed' }>,
) {
  const message = event.latest ? latest : earlier
  return message && { threadId, messageId: message.messageId, ...event.data }
}

function forkData({ threadId, fresh, latest, answer }: Cast, isEdit: boolean) {
  const cut = isEdit ? latest : answer
  if (!cut) return undefined
  const edit = isEdit ? { edit: { messageId: `${fresh}-edit`, content: said } } : {}
  return { threadId: fresh, from: { threadId, messageId: cut.messageId }, ...edit }
}

/** What the made-up event says; `undefined` where there is no message for it to speak of. */
function dataFor({ event }: Letter, cast: Cast): Data | undefined {
  const { threadId, latest, fresh } = cast
  switch (event.type) {
    case 'message.received':
      return { threadId, messageId: fresh, content: said }
    case 'message.sent': {
      const spoken = { threadId, messageId: fresh, content: said, purpose: event.data.purpose }
      return event.data.purpose === 'warning' ? { ...spoken, warning } : spoken
    }
    case 'message.assessed':
      return assessedData(cast, event)
    case 'assessment.failed':
      return latest && { threadId, messageId: latest.messageId, error: said }
    case 'risk.flagged':
      return { kind: 'crisis' }
    case 'risk.cleared':
      return { reason: said }
    case 'end.declined':
      return { threadId, by: 'assistant', vetoes: [] }
    case 'thread.ended':
      return { threadId, ground: event.data.ground, reason: said }
    case 'thread.forked':
      return forkData(cast, event.data.edit !== undefined)
    case 'welfare.noted':
      return { threadId, signal: said, intensity: 0.5 }
    case 'feedback.given':
      return { threadId, rating: 'up' }
    case 'content.erased':
      return latest && { messageIds: [latest.messageId], reason: said }
    default:
      return { threadId, reason: said }
  }
}

function actorFor({ event }: Letter): ActorKind {
  return event.type === 'risk.cleared' ? event.actor.kind : (actorsOf[event.type][0] as ActorKind)
}

/** A thread to try events on, with what they would speak of. */
interface Stage {
  readonly conversation: Conversation
  readonly thread: Thread
  readonly cast: Cast
  readonly envelope: Pick<RecordedEvent, 'id' | 'conversationId' | 'version' | 'schema' | 'recordedAt'>
}

function stageOf(timeline: Timeline, threadId: string): Stage | undefined {
  const { conversation, version } = timeline
  const thread = conversation ? lookUp(conversation.threads, threadId) : undefined
  if (!conversation || !thread) return undefined
  const before = timeline.eventAt(version)
  let id = `what-if-${version + 1}`
  while (timeline.holdsEvent(id)) id += '+'
  const conversationId = before?.conversationId ?? ''
  const recordedAt = before?.recordedAt ?? new Date(0).toISOString()
  const envelope = { id, conversationId, version: version + 1, schema: currentSchema, recordedAt }
  return { conversation, thread, cast: castOf(conversation, thread), envelope }
}

function eventOn({ cast, envelope }: Stage, letter: number): RecordedEvent | undefined {
  const meant = letters[letter]
  const data = meant && dataFor(meant, cast)
  if (!data) return undefined
  return { ...envelope, type: meant.event.type, actor: { kind: actorFor(meant) }, data } as RecordedEvent
}

/** The event that a letter stands for, made up for this thread; `undefined` where it would speak of a message that is not there. */
export function imagined(timeline: Timeline, threadId: string, letter: number): RecordedEvent | undefined {
  const stage = stageOf(timeline, threadId)
  return stage && eventOn(stage, letter)
}

/** One letter that may be tried: what the library would answer. */
export interface Offer {
  readonly letter: number
  readonly rejection: Rejection | undefined
  /** There is a message for it to speak of. */
  readonly isPossible: boolean
  /**
   * The state of the thread that would be gone on with: after a fork, the branch. For the timeline's automaton to describe;
   * `undefined` where the letter is not possible, or rejected.
   */
  readonly leadsTo: StateId | undefined
}

/** Where an accepted event leads: a branch goes on from the state at its cut, under the risk of now. */
function ledTo({ conversation, thread }: Stage, event: RecordedEvent, letter: number): StateId {
  const automaton = automatonFor(conversation.policy)
  const cut = event.type === 'thread.forked' ? lookUp(conversation.messages, event.data.from.messageId) : undefined
  return automaton.step(cut ? withRiskOfNow(automaton, cut.before, riskOf(conversation)) : thread.state, letter)
}

function offerOf(stage: Stage, letter: number): Offer {
  const event = eventOn(stage, letter)
  const rejection = event && judge(stage.conversation, event)
  const leadsTo = event && !rejection ? ledTo(stage, event, letter) : undefined
  return { letter, isPossible: event !== undefined, rejection, leadsTo }
}

/** Every letter, and what the library would answer to it on this thread now; none where there is no such thread. */
export function offersOn(timeline: Timeline, threadId: string): readonly Offer[] {
  const stage = stageOf(timeline, threadId)
  return stage ? letters.map((_, letter) => offerOf(stage, letter)) : []
}

/** A scratch copy of a moment with these letters tried, one after the other. */
export interface Scratch {
  readonly timeline: Timeline
  /** How many of its last events are made up. */
  readonly tried: number
  /** Where the letters went on: a fork goes on on its branch. */
  readonly threadId: string
}

/** How many events are tried in a row at most: a link may ask for any number. */
export const triedMax = 100

/** A scratch copy of a timeline at a version, with these letters tried; what is refused is left out, and the rest goes on. */
export function tryOut(
  original: Timeline,
  {
    version,
    threadId,
    letters: wanted,
  }: { readonly version: number; readonly threadId: string; readonly letters: readonly number[] },
): Scratch {
  const timeline = original.upTo(version)
  let at = threadId
  for (const letter of wanted.slice(0, triedMax)) {
    const event = imagined(timeline, at, letter)
    if (!event || judge(timeline.conversation, event)) continue
    timeline.add({ event, hash: '' })
    if (event.type === 'thread.forked') at = event.data.threadId
  }
  return { timeline, tried: timeline.version - version, threadId: at }
}

/** Whether a line was made up: it stands beyond what was copied. */
export const isImagined = (timeline: Timeline, version: number): boolean => {
  const line = timeline.lines[version - 1]
  return line !== undefined && !isFault(line) && line.hash === ''
}
