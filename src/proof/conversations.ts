/**
 * Whole conversations, through the real decider: several threads, risk that reaches them all, forks of forks. All
 * conversations up to a bound are played, those that no one could tell apart once; each step is held against SPEC I8,
 * I9 and I10, and against the space of a single thread, of which every thread must stay a part.
 */
import type { LifecycleEvent, Policy } from '#machines/events.js'
import { evolve } from '../conversation/evolve.js'
import { fold } from '../conversation/fold.js'
import { judge } from '../conversation/judge.js'
import { type Conversation, riskOf, type Thread, threadsOf, transcriptOf } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import type { Counterexample, Property } from './property.js'

export interface ConversationsBound {
  /** The most threads. */
  readonly threads: number
  /** The most events after the opening. */
  readonly events: number
}

interface Told {
  readonly conversation: Conversation
  readonly events: readonly LifecycleEvent[]
}

const by = (kind: LifecycleEvent['actor']['kind']) => ({ actor: { kind } })
const warning = { behavior: 'insults', alternative: 'to go on without them' }

/** What can be said on a thread, one of each kind; ids are made of the next version, so they are always new. */
function* movesOn(conversation: Conversation, thread: Thread): Generator<LifecycleEvent> {
  const { threadId } = thread
  const messageId = `message-${conversation.version + 1}`
  const line = transcriptOf(conversation, thread)
  yield { type: 'message.received', ...by('user'), data: { threadId, messageId, content: '' } }
  for (const purpose of ['reply', 'redirection', 'warning', 'confirmation'] as const) {
    const said = { threadId, messageId, content: '', purpose }
    yield { type: 'message.sent', ...by('assistant'), data: purpose === 'warning' ? { ...said, warning } : said }
  }
  for (const { messageId: named, role } of line) {
    const from = { threadId, messageId: named }
    const born = `thread-${conversation.version + 1}`
    if (role === 'assistant') yield { type: 'thread.forked', ...by('user'), data: { threadId: born, from } }
    else
      yield { type: 'thread.forked', ...by('user'), data: { threadId: born, from, edit: { messageId, content: '' } } }
    if (role === 'user') yield* assessmentsOf(threadId, named)
  }
  for (const type of ['end.requested', 'end.confirmed', 'end.withdrawn'] as const) {
    yield { type, ...by('user'), data: { threadId } }
  }
  yield { type: 'end.proposed', ...by('assistant'), data: { threadId, reason: '' } }
  for (const ground of ['persistent-harm', 'user-request'] as const) {
    yield { type: 'thread.ended', ...by('assistant'), data: { threadId, ground, reason: '' } }
  }
}

function* assessmentsOf(threadId: string, messageId: string): Generator<LifecycleEvent> {
  const assessed = { type: 'message.assessed', ...by('assessor') } as const
  yield { ...assessed, data: { threadId, messageId, harm: 'harmful', risk: null } }
  yield { ...assessed, data: { threadId, messageId, harm: 'none', risk: null } }
  yield { ...assessed, data: { threadId, messageId, harm: 'none', risk: 'crisis' } }
}

function* moves(conversation: Conversation, bound: ConversationsBound): Generator<LifecycleEvent> {
  const isFull = conversation.threadCount >= bound.threads
  for (const thread of threadsOf(conversation)) {
    for (const event of movesOn(conversation, thread)) {
      if (!(isFull && event.type === 'thread.forked')) yield event
    }
  }
  yield { type: 'risk.flagged', ...by('operator'), data: { kind: 'crisis' } }
  for (const kind of ['operator', 'assessor'] as const)
    yield { type: 'risk.cleared', ...by(kind), data: { reason: '' } }
}

/** All that can bear on what comes next, ids left out: conversations of one picture have one future. */
function pictureOf(conversation: Conversation): string {
  const threads = threadsOf(conversation)
  const place = new Map(threads.map(({ threadId, ordinal }) => [threadId, ordinal]))
  return threads
    .map((thread) => {
      const line = transcriptOf(conversation, thread)
      const messages = line.map((said) => [said.role[0], said.before, said.assessedBefore, place.get(said.threadId)])
      return JSON.stringify([thread.state, thread.assessedDepth, messages])
    })
    .join()
}

/** The decider in force; a test puts a broken one in its place. */
export interface Decider {
  readonly judge: typeof judge
  readonly evolve: typeof evolve
  readonly fold: typeof fold
}
const inForce: Decider = { judge, evolve, fold }

type Check = (
  before: Conversation,
  event: LifecycleEvent,
  after: Conversation,
  told: { readonly events: readonly LifecycleEvent[]; readonly decider: Decider },
) => boolean

const sayOf = (conversation: Conversation, threadId: string) => {
  const thread = threadsOf(conversation).find((one) => one.threadId === threadId)
  return thread && { thread, line: transcriptOf(conversation, thread).map(({ messageId }) => messageId) }
}

/** I8: the new thread holds exactly the messages before the cut, has not ended, and has the conversation's risk. */
const bornWell: Check = (before, event, after) => {
  if (event.type !== 'thread.forked') return true
  const { from, edit, threadId } = event.data
  const parent = sayOf(before, from.threadId)
  const born = sayOf(after, threadId)
  if (!parent || !born) return false
  const kept = parent.line.slice(0, parent.line.indexOf(from.messageId))
  const line = edit ? [...kept, edit.messageId] : kept
  const { lifecycle, risk } = automatonFor(after.policy).describe(born.thread.state)
  return lifecycle !== 'ended' && risk === riskOf(before) && JSON.stringify(line) === JSON.stringify(born.line)
}

/** I9: a fork leaves every other thread as it was. */
const leavesOthers: Check = (before, event, after) =>
  event.type !== 'thread.forked' ||
  threadsOf(before).every(({ threadId }) => {
    return JSON.stringify(sayOf(before, threadId)) === JSON.stringify(sayOf(after, threadId))
  })

/** I10: folding the log anew gives what the steps gave. */
const replays: Check = (_, __, after, { events, decider }) => {
  const folded = decider.fold(events)
  return folded !== null && folded.version === after.version && pictureOf(folded) === pictureOf(after)
}

/** Risk is the person's: every thread agrees. */
const sharesRisk: Check = (_, __, after) => {
  const automaton = automatonFor(after.policy)
  return threadsOf(after).every(({ state }) => automaton.describe(state).risk === riskOf(after))
}

const checks: readonly { readonly id: string; readonly law: string; readonly holds: Check }[] = [
  {
    id: 'I8',
    law: 'A fork holds exactly the messages before the cut, is not ended, and is flagged if the conversation is.',
    holds: bornWell,
  },
  { id: 'I9', law: 'A fork leaves every other thread as it was.', holds: leavesOthers },
  { id: 'I10', law: 'Replaying the log gives the state that the live system had.', holds: replays },
  { id: 'D9', law: 'Every thread of a conversation agrees on the risk.', holds: sharesRisk },
]

const opening = (policy: Policy): LifecycleEvent => ({
  type: 'conversation.opened',
  ...by('system'),
  data: { threadId: 'thread-1', policy },
})

/** The conversations that one more event makes of these; each picture once. */
function* furtherOf(
  frontier: readonly Told[],
  bound: ConversationsBound,
  decider: Decider,
): Generator<Told & { readonly from: Told }> {
  for (const from of frontier) {
    for (const event of moves(from.conversation, bound)) {
      if (decider.judge(from.conversation, event)) continue
      yield { conversation: decider.evolve(from.conversation, event), events: [...from.events, event], from }
    }
  }
}

/** Plays all conversations up to the bound, shortest first. Each check's first failure is the shortest. */
export function exploreConversations(
  policy: Policy,
  bound: ConversationsBound,
  decider: Decider = inForce,
): readonly Property[] {
  const begun: Told = { conversation: decider.evolve(null, opening(policy)), events: [opening(policy)] }
  const seen = new Set([pictureOf(begun.conversation)])
  const failed = new Map<string, readonly LifecycleEvent[]>()
  let frontier: readonly Told[] = [begun]
  for (let events = 0; events < bound.events; events++) {
    const next: Told[] = []
    for (const { from, ...told } of furtherOf(frontier, bound, decider)) {
      const event = told.events.at(-1) as LifecycleEvent
      for (const { id, holds } of checks) {
        const isKept = holds(from.conversation, event, told.conversation, { events: told.events, decider })
        if (!isKept && !failed.has(id)) failed.set(id, told.events)
      }
      const picture = pictureOf(told.conversation)
      if (!seen.has(picture)) next.push(told)
      seen.add(picture)
    }
    frontier = next
  }
  const over = `every conversation of up to ${bound.threads} threads and ${bound.events} events (${seen.size} told apart)`
  return checks.map(({ id, law }) => {
    const events = failed.get(id)
    return { id, law, holds: events === undefined, over, ...(events && { counterexample: tellOf(events) }) }
  })
}

function tellOf(events: readonly LifecycleEvent[]): Counterexample {
  const log = events.map((event, place) => ({
    id: `event-${place + 1}`,
    conversationId: 'counterexample',
    version: place + 1,
    schema: 1,
    recordedAt: new Date(Date.UTC(2026, 0, 1) + place * 1_000).toISOString(),
    ...event,
  }))
  return { log, story: events.map(({ type, actor }, place) => `${place}. ${type} by the ${actor.kind}`) }
}
