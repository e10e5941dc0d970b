/**
 * Sees every event at the moment when the store takes it, and holds it against the laws at once. What it remembers is
 * the truth of the run: the doors' answers, and at the end the store, are compared with it. It must never be asked by
 * those whom it watches.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { lookUp } from '../../conversation/id-index.js'
import { isLatest } from '../../conversation/judge.js'
import { type Thread, threadsOf } from '../../conversation/state.js'
import type { AssessmentRequest } from '../../conversations/assessing.js'
import type { ThreadView } from '../../conversations/thread-view.js'
import type { Turn } from '../../conversations/turn.js'
import { type Automaton, automatonFor } from '../../lifecycle/automaton.js'
import { stateKey, type ThreadState } from '../../lifecycle/thread-state.js'
import { Acceptor } from '../../log/acceptor.js'
import { decode } from '../../log/codec.js'
import type { StoredEvent } from '../../log/event-store.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import { Observer } from '../../proof/observer.js'
import type { Census } from './coverage.js'
import type { Findings } from './findings.js'

/** What an assessor said, or that it did not, as far as it could be heard. */
export interface SaidOf {
  readonly answers: Set<string>
  hasFailed: boolean
}

/** A thread as it was: numbers and ids, nothing that changes later. */
type ThreadPicture = Pick<Thread, 'threadId' | 'state' | 'headId' | 'depth'>

const pictureOf = ({ threadId, state, headId, depth }: Thread): ThreadPicture => ({ threadId, state, headId, depth })

/** One conversation as the store was seen to take it. */
export interface Witnessed {
  readonly conversationId: string
  readonly stored: StoredEvent[]
  readonly events: RecordedEvent[]
  readonly acceptor: Acceptor
  readonly observer: Observer
  /** The threads at version n at n - 1. */
  readonly threadsAt: (readonly ThreadPicture[])[]
  automaton: Automaton | null
  /** Once something was wrong, what follows says nothing. */
  isBroken: boolean
}

const storyLines = 12

/** The last events, one a line, as far as a version. */
export function storyOf({ events }: Witnessed, toVersion = events.length): readonly string[] {
  const told = events.slice(Math.max(0, toVersion - storyLines), toVersion)
  return told.map(({ version, type, actor, data }) => {
    const { content: _, policy: __, ...said } = data as { readonly [field: string]: unknown }
    return `${version}. ${type} by the ${actor.kind} ${JSON.stringify(said)}`
  })
}

const answerKey = (harm: string, risk: string | null): string => `${harm} ${risk}`

export class Witness {
  /** Events taken so far. */
  events = 0
  readonly conversations = new Map<string, Witnessed>()
  private readonly said = new Map<string, SaidOf>()
  private readonly correlations = new Set<string>()

  constructor(
    private readonly findings: Findings,
    private readonly census: Census,
  ) {}

  /** Before the assessor says so: what it is about to say of a message, or that nothing will be heard. */
  willSay(messageId: string, answer: { readonly harm: string; readonly risk: string | null } | null): void {
    const known = this.said.get(messageId) ?? { answers: new Set<string>(), hasFailed: false }
    this.said.set(messageId, known)
    if (answer) known.answers.add(answerKey(answer.harm, answer.risk))
    else known.hasFailed = true
  }

  /** What is asked about a message must be that message, after all that came before it. */
  wasAsked({ conversationId, messageId, content, transcript }: Omit<AssessmentRequest, 'signal'>): void {
    const witnessed = this.conversations.get(conversationId)
    const state = witnessed?.acceptor.state
    const message = state && lookUp(state.messages, messageId)
    if (witnessed?.isBroken || message?.content === null) return
    const isIt = message && JSON.stringify(content) === JSON.stringify(message.content)
    if (isIt && transcript.length === message.depth) return
    this.findings.add('assessed-truly', `the assessor was asked about ${messageId} in other words`, { conversationId })
  }

  /** The store has taken these. Answers with the conversation; `undefined` if nothing of this is new. */
  committed(batch: readonly StoredEvent[]): Witnessed | undefined {
    let seen: Witnessed | undefined
    for (const stored of batch) {
      const witnessed = this.of(stored.conversationId)
      const known = witnessed.stored[stored.version - 1]
      // The same append again is answered as the first time.
      if (known?.eventId === stored.eventId && known.hash === stored.hash) continue
      seen = witnessed
      if (!witnessed.isBroken) this.take(witnessed, stored)
    }
    return seen
  }

  versionOf(conversationId: string): number {
    return this.conversations.get(conversationId)?.events.length ?? 0
  }

  /** Whether an event of this correlation id was taken. */
  hasTaken(correlationId: string): boolean {
    return this.correlations.has(correlationId)
  }

  /** A thread's state at a version; `undefined` if there was none. */
  stateAt(conversationId: string, version: number, threadId: string): ThreadState | undefined {
    const witnessed = this.conversations.get(conversationId)
    const picture = witnessed?.threadsAt[version - 1]?.find((one) => one.threadId === threadId)
    return picture && witnessed?.automaton?.describe(picture.state)
  }

  /** I10 of an answer: the state that a door told is the state at that version. */
  heardTurn({ conversationId, threadId, version, state }: Turn): void {
    this.compare({ conversationId, threadId, version, state }, 'a turn')
  }

  /** I10 of a view, and that it is as new as what was stored before it was asked for. */
  heardView(view: ThreadView, versionMin: number): void {
    const { conversationId, threadId, version } = view
    this.compare(view, 'a view')
    if (version >= versionMin) return
    const what = `a view of ${threadId} is of version ${version}, though ${versionMin} was stored before the question`
    this.findings.add('fresh', what, { conversationId, version })
  }

  private compare(told: Pick<Turn, 'conversationId' | 'threadId' | 'version' | 'state'>, where: string): void {
    const { conversationId, threadId, version } = told
    const witnessed = this.conversations.get(conversationId)
    if (witnessed?.isBroken) return
    const state = this.stateAt(conversationId, version, threadId)
    if (state && stateKey(state) === stateKey(told.state)) return
    const saw = state ? stateKey(state) : 'no such thread'
    const what = `${where} of ${threadId} at version ${version} says ${stateKey(told.state)}; the log says ${saw}`
    this.findings.add('I10', what, { conversationId, version, story: witnessed ? storyOf(witnessed, version) : [] })
  }

  private of(conversationId: string): Witnessed {
    const known = this.conversations.get(conversationId)
    if (known) return known
    const begun = { stored: [], events: [], threadsAt: [], automaton: null, isBroken: false }
    const witnessed = { ...begun, conversationId, acceptor: new Acceptor(), observer: new Observer() }
    this.conversations.set(conversationId, witnessed)
    return witnessed
  }

  private take(witnessed: Witnessed, stored: StoredEvent): void {
    const { conversationId, acceptor } = witnessed
    const { version } = stored
    const found = (law: string, what: string): void => {
      witnessed.isBroken = true
      this.findings.add(law, what, { conversationId, version, story: storyOf(witnessed) })
    }
    if (version !== witnessed.stored.length + 1) {
      found('one-winner', `the store took version ${version} when it was at ${witnessed.stored.length}`)
      return
    }
    const event = decode(stored)
    if (isLeft(event)) {
      found('accepted', event.left.message)
      return
    }
    const accepted = acceptor.acceptRead(event.right)
    if (isLeft(accepted)) {
      found('accepted', `${event.right.type}: ${accepted.left.message}`)
      return
    }
    witnessed.stored.push(stored)
    witnessed.events.push(event.right)
    this.events += 1
    if (event.right.correlationId !== undefined) this.correlations.add(event.right.correlationId)
    this.judge(witnessed, event.right, found)
  }

  private judge(witnessed: Witnessed, event: RecordedEvent, found: (law: string, what: string) => void): void {
    const { acceptor, observer } = witnessed
    const after = acceptor.state
    if (!after) return
    const automaton = automatonFor(after.policy)
    witnessed.automaton = automaton
    witnessed.threadsAt.push(threadsOf(after).map(pictureOf))
    const [broken] = observer.hear(event, after)
    if (broken) found(broken.id, `${event.type} at version ${event.version} breaks ${broken.id}: ${broken.law}`)
    this.holdToSaid(event, found)
    const named = 'threadId' in event.data ? event.data.threadId : undefined
    const thread = lookUp(after.threads, named ?? after.rootThreadId)
    const latest = thread && event.type !== 'conversation.opened' && isLatest(after, thread, event)
    if (thread) this.census.countStep(event, latest ?? false, automaton.describe(thread.state))
    if (event.type === 'thread.ended') this.census.count('milestones', `ended on ${event.data.ground}`)
    if (event.type === 'risk.cleared') this.census.count('milestones', 'risk cleared')
    if (event.type === 'thread.forked' && lookUp(after.threads, event.data.from.threadId)?.ended)
      this.census.count('milestones', 'fork after an end')
  }

  private holdToSaid({ type, data, version }: RecordedEvent, found: (law: string, what: string) => void): void {
    if (type !== 'message.assessed' && type !== 'assessment.failed') return
    const said = this.said.get(data.messageId)
    const isTrue = type === 'message.assessed' ? said?.answers.has(answerKey(data.harm, data.risk)) : said?.hasFailed
    if (isTrue) return
    const heard = said ? [...said.answers].join(', ') : ''
    found(
      'assessed-truly',
      `${type} at version ${version} of ${data.messageId}; the assessor said: ${heard || 'nothing'}`,
    )
  }
}
