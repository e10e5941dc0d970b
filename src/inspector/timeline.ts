/**
 * A conversation at every moment: its log folded once by Colloquy's own recipe, with one integer a version for the state
 * that each event led to, so that any moment is an array look-up. Events are judged as they come; one that could not have
 * come stands in its place as a fault. It decides nothing and stores nothing.
 */
import { actorsOf, type EventOf, type EventType } from '#machines/events.js'
import { stepOrThrow } from '../conversation/evolve.js'
import { Folding } from '../conversation/fold.js'
import { lookUp } from '../conversation/id-index.js'
import { isLatest, judge, threadOf } from '../conversation/judge.js'
import { type Rejection, rejection } from '../conversation/rejection.js'
import type { Conversation, Message, Thread } from '../conversation/state.js'
import { letterNamed, letterOf, type ThreadLifeEvent } from '../lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../lifecycle/automaton.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { countUpTo, IntColumn } from './int-column.js'
import { type FaultLine, isFault, type LogLine, versionOf } from './log-line.js'
import { withContent } from './with-content.js'

export const eventTypes = Object.keys(actorsOf) as readonly EventType[]
const typeNumbers = new Map<string, number>(eventTypes.map((type, number) => [type, number]))

/** What the inspector knows of a thread beside what the conversation says. */
export interface Track {
  readonly threadId: string
  readonly ordinal: number
  /** The version of the event that made it. */
  readonly bornAt: number
  /** The thread whose message was cut, and the last version that is shared with it; `null` for the first. */
  readonly cut: { readonly ordinal: number; readonly toVersion: number; readonly messageId: string } | null
  /** Versions of the events on its own part. */
  readonly own: number[]
  /** Of those, the ones that added a message. */
  readonly spoken: number[]
}

/** No letter: the event opens, erases, or is a fault. */
export const noLetter = -1
const riskFlagged = letterNamed('risk.flagged')
const noThread = -1
const everyThread = -2
/** Versions between two pictures of all threads' states: a moment is at most so many steps from one. */
const versionsPerPicture = 256
/** How far ahead of the last version a line is taken. */
const gapMax = 1_000_000

export class Timeline {
  readonly lines: LogLine[] = []
  readonly tracks: Track[] = []
  /** Versions of the events that reach every thread. */
  readonly spreadAt: number[] = []
  private readonly folding = new Folding()
  private readonly ids = new Set<string>()
  private readonly ordinals = new Map<string, number>()
  private readonly births: number[] = []
  private readonly types = new IntColumn()
  private readonly threads = new IntColumn()
  private readonly focus = new IntColumn()
  private readonly letters = new IntColumn()
  private readonly states = new IntColumn()
  private readonly current = new IntColumn()
  private readonly pictures: Int32Array[] = []
  private known: Automaton | undefined

  /** The last version; 0 before the first. */
  get version(): number {
    return this.lines.length
  }

  /** The conversation after the last event, to be read and not kept; `null` before the first. */
  get conversation(): Conversation | null {
    return this.folding.state
  }

  /** The automaton of the policy in force; there is none before the opening. */
  get automaton(): Automaton | undefined {
    return this.known
  }

  /** A timeline of this one's beginning, to be gone on from by itself. */
  upTo(version: number): Timeline {
    const beginning = new Timeline()
    for (const line of this.lines.slice(0, version)) beginning.add(line)
    return beginning
  }

  /**
   * Takes the next line. Where some are missing before it, faults stand in their places, so that a log goes on after a gap.
   * Answers whether it was taken: one met before, or over a million ahead, is passed over.
   */
  add(line: LogLine): boolean {
    const version = versionOf(line)
    if (version <= this.version || version - this.version > gapMax) return false
    while (this.version + 1 < version) {
      this.place({ version: this.version + 1, fault: 'nothing that can be read stands here', record: '' })
    }
    this.place(line)
    return true
  }

  private place(line: LogLine): void {
    if (this.version % versionsPerPicture === 0) this.pictures.push(this.current.copy())
    const fault = isFault(line) ? line : this.faultOf(line.event)
    this.lines.push(fault ?? line)
    if (fault) this.columns(noThread, noLetter, -1, -1)
    else if (!isFault(line)) this.take(line.event)
  }

  /** The event at a version; `undefined` where a fault stands, or nothing. */
  eventAt(version: number): RecordedEvent | undefined {
    const line = this.lines[version - 1]
    return line && !isFault(line) ? line.event : undefined
  }

  /** The place of the event's type in `eventTypes`; -1 for a fault. */
  typeAt = (version: number): number => this.types.at(version - 1)
  /** The thread that an event is about, by order of birth; negative where it is about none or all. */
  threadAt = (version: number): number => this.threads.at(version - 1)
  /** The thread to look at for a moment: the one that its event is about, else the one looked at before. */
  focusAt = (version: number): number => (version < 1 ? 0 : this.focus.at(Math.min(version, this.version) - 1))
  /** The letter that the event was to its thread, or to all; `noLetter` where it was none. */
  letterAt = (version: number): number => this.letters.at(version - 1)
  /** The state of its thread just after; of no meaning where the event is about none or all. */
  stateAfter = (version: number): StateId => this.states.at(version - 1)
  /** Whether the event is about all threads and no one of them. */
  isForAll = (version: number): boolean => this.threadAt(version) === everyThread

  /** Whether an event of this id stands in the log, and is no fault. */
  holdsEvent(id: string): boolean {
    return this.ids.has(id)
  }

  ordinalOf(threadId: string): number | undefined {
    return this.ordinals.get(threadId)
  }

  /** How many threads there were by then. */
  threadsAt(version: number): number {
    return countUpTo(this.births, version)
  }

  /** The letter that the event was to a thread other than its own; `noLetter` if it did not reach it. */
  // Evolve's rule, once more, and held equal by a property: to ask the fold for every thread after each event is too slow.
  letterSpread(version: number): number {
    if (this.isForAll(version)) return this.letterAt(version)
    const event = this.eventAt(version)
    return event?.type === 'message.assessed' && event.data.risk !== null ? riskFlagged : noLetter
  }

  /** The version of the event that raised the conversation's risk, up to a version; `undefined` where it was not, or cleared. */
  riskRaisedAt(version: number): number | undefined {
    let raised: number | undefined
    for (let place = countUpTo(this.spreadAt, version) - 1; place >= 0; place--) {
      const at = this.spreadAt[place] as number
      if (this.letterSpread(at) !== riskFlagged) break
      raised = at
    }
    return raised
  }

  /** Every thread's state at a version, by order of birth. */
  statesAt(version: number): Int32Array {
    const states = new Int32Array(this.threadsAt(version))
    const picture = Math.min(Math.floor(Math.max(version - 1, 0) / versionsPerPicture), this.pictures.length - 1)
    if (picture < 0) return states
    states.set(this.pictures[picture] as Int32Array)
    for (let at = picture * versionsPerPicture + 1; at <= version; at++) this.replay(states, at)
    return states
  }

  private replay(states: Int32Array, version: number): void {
    const own = this.threadAt(version)
    const spread = this.letterSpread(version)
    if (spread !== noLetter) {
      const born = this.threadsAt(version)
      for (let ordinal = 0; ordinal < born; ordinal++) {
        if (ordinal !== own) states[ordinal] = this.stepped(states[ordinal] as number, spread)
      }
    }
    if (own >= 0) states[own] = this.stateAfter(version)
  }

  // As the recipe: what comes here was accepted before.
  private stepped(state: StateId, letter: number): StateId {
    return this.known ? stepOrThrow(this.known, state, letter) : state
  }

  private faultOf(event: RecordedEvent): FaultLine | undefined {
    const why = this.whyNot(event)
    return why === undefined
      ? undefined
      : { version: event.version, fault: why, record: JSON.stringify(event).slice(0, recordMax) }
  }

  private whyNot(event: RecordedEvent): string | undefined {
    if (!typeNumbers.has(event.type)) return 'not an event that this inspector knows'
    const rejected = this.duplicate(event) ?? judge(this.folding.state, event)
    return rejected && `${rejected.code}: ${rejected.message}`
  }

  private duplicate({ id }: RecordedEvent): Rejection | undefined {
    if (!this.holdsEvent(id)) return undefined
    return rejection('duplicate-event', `the conversation has an event ${JSON.stringify(id)} already`)
  }

  private take(event: RecordedEvent): void {
    this.ids.add(event.id)
    const letter = this.letterOf(event)
    if (event.type === 'content.erased') this.letGo(event.data.messageIds)
    const before = this.folding.state
    // A fault takes its place in the log, so that a message keeps the version of the event that added it.
    if (before) before.version = this.version - 1
    this.folding.add(event)
    const now = this.folding.state as Conversation
    this.known ??= automatonFor(now.policy)
    if (event.type === 'conversation.opened' || event.type === 'thread.forked') this.bear(event, now)
    const ordinals = this.metBy(event, now)
    const [first = noThread] = ordinals
    const own = event.type === 'risk.flagged' || event.type === 'risk.cleared' ? everyThread : first
    for (const ordinal of ordinals) this.tracks[ordinal]?.own.push(this.version)
    const state = own >= 0 ? this.liveState(own, now) : -1
    this.columns(own, letter, state, typeNumbers.get(event.type) as number)
    if (own >= 0) this.current.set(own, state)
    if (isSpoken(event) && own >= 0) this.tracks[own]?.spoken.push(this.version)
    this.spread(own)
  }

  private letterOf(event: RecordedEvent): number {
    const { state } = this.folding
    if (!state || event.type === 'conversation.opened' || event.type === 'content.erased') return noLetter
    if (event.type === 'thread.forked' && !event.data.edit) return noLetter
    const thread = threadOf(state, event as ThreadLifeEvent)
    return letterOf(event, thread ? isLatest(state, thread, event) : false)
  }

  // What is erased while somebody looks on is gone from the view, too, and nothing is cut of it, so that nobody asks for the
  // whole. A line may be another timeline's, and is not changed.
  private letGo(messageIds: readonly string[]): void {
    for (const messageId of messageIds) {
      const version = this.folding.state && lookUp(this.folding.state.messages, messageId)?.version
      const line = typeof version !== 'number' ? undefined : this.lines[version - 1]
      if (!line || isFault(line)) continue
      this.lines[versionOf(line) - 1] = { event: withContent(line.event, null), hash: line.hash }
    }
  }

  private liveState(ordinal: number, now: Conversation): StateId {
    return (lookUp(now.threads, this.tracks[ordinal]?.threadId ?? '') as Thread).state
  }

  private metBy(event: RecordedEvent, now: Conversation): readonly number[] {
    if (event.type === 'risk.flagged' || event.type === 'risk.cleared') return []
    const ids =
      event.type === 'content.erased' ? event.data.messageIds.map((id) => ownerOf(now, id)) : [event.data.threadId]
    return [...new Set(ids)].flatMap((id) => this.ordinals.get(id) ?? [])
  }

  private bear(event: EventOf<'conversation.opened' | 'thread.forked'>, now: Conversation): void {
    const { threadId } = event.data
    const ordinal = this.tracks.length
    const message = event.type === 'thread.forked' ? lookUp(now.messages, event.data.from.messageId) : undefined
    const parent = message && this.ordinals.get(message.threadId)
    const cut =
      message && parent !== undefined
        ? { ordinal: parent, toVersion: message.version - 1, messageId: message.messageId }
        : null
    this.ordinals.set(threadId, ordinal)
    this.births.push(this.version)
    this.tracks.push({ threadId, ordinal, bornAt: this.version, cut, own: [], spoken: [] })
    this.current.push(0)
  }

  private spread(own: number): void {
    const letter = this.letterSpread(this.version)
    if (letter === noLetter) return
    this.spreadAt.push(this.version)
    for (let ordinal = 0; ordinal < this.current.length; ordinal++) {
      if (ordinal !== own) this.current.set(ordinal, this.stepped(this.current.at(ordinal), letter))
    }
  }

  private columns(thread: number, letter: number, state: StateId, type: number): void {
    this.types.push(type)
    this.threads.push(thread)
    this.letters.push(letter)
    this.states.push(state)
    const { length } = this.focus
    this.focus.push(thread >= 0 ? thread : length > 0 ? this.focus.at(length - 1) : 0)
  }
}

const recordMax = 400
const ownerOf = (now: Conversation, messageId: string): string => (lookUp(now.messages, messageId) as Message).threadId

/** Whether the event adds a message. */
export const isSpoken = (event: RecordedEvent): boolean =>
  event.type === 'message.received' ||
  event.type === 'message.sent' ||
  (event.type === 'thread.forked' && event.data.edit !== undefined)
