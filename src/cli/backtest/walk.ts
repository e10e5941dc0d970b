/**
 * One past conversation under one policy: the users say what they said, and guidance stands in for the assistant. Every
 * thread of the tree is walked, forks as the log would have them: an edit beside a user's message, a retry beside an
 * assistant's. Every step is the automaton's; what is decided here is only who has the turn.
 *
 * The assistant's turn comes where it was in the past, and after a user's message that nothing follows. What follows an
 * end was never said; branches cut before it are walked on.
 */
import type { Policy, Veto } from '#machines/events.js'
import { stepOrThrow } from '../../conversation/evolve.js'
import { withRiskOfNow } from '../../conversation/fork.js'
import { letterNamed } from '../../lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../../lifecycle/automaton.js'
import { type Batch, type Kind, kinds } from './past.js'
import { StandIn, type Turn } from './stand-in.js'

/** What would have come of a conversation. */
export interface Outcome {
  redirected: boolean
  warned: boolean
  supported: boolean
  /** The end with the fewest user messages before it; `null` if no thread would have ended. */
  end: { readonly userMessages: number; readonly message: number } | null
  /** Messages that would not have been said, for their line had ended. */
  unsaid: number
  /** At how many turns this was the first veto, had the assistant tried to end whenever the user was not harmless. */
  readonly vetoed: Map<Veto, number>
}

const code = (kind: Kind): number => kinds.indexOf(kind)
const assistant = code('assistant')
const unassessed = code('unassessed')
const harmless = code('none')
const harmful = code('harmful')
const atRisk = code('risk')

const received = letterNamed('message.received')
const edited = letterNamed('thread.forked(edit)')
const assessed = new Map([
  [harmless, letterNamed('message.assessed(none)')],
  [harmful, letterNamed('message.assessed(harmful)')],
  [atRisk, letterNamed('message.assessed(risk)')],
])

/** In the place of a state: nothing can be said here, for the line has ended. */
const closed = -1

const noOutcome = (): Outcome => ({
  redirected: false,
  warned: false,
  supported: false,
  end: null,
  unsaid: 0,
  vetoed: new Map(),
})

export class Walk {
  private readonly automaton: Automaton
  private readonly standIn: StandIn
  private outcome = noOutcome()
  private isFlagged = false
  // By message: the line's state after it, what it is, how many of the user's messages lead to it, and who follows.
  private after = new Int32Array(0)
  private heard = new Uint8Array(0)
  private userMessages = new Uint32Array(0)
  private isFollowed = new Uint8Array(0)
  /** A place further on: the first is for what follows nothing. */
  private isFollowedByUser = new Uint8Array(0)

  /** @param threshold the score from which a message is harmful, instead of what its source's reader found; or `null`. */
  constructor(
    policy: Policy,
    private readonly threshold: number | null,
  ) {
    this.automaton = automatonFor(policy)
    this.standIn = new StandIn(this.automaton)
  }

  /** What would have come of a batch's conversation, counted from 0. */
  walk(batch: Batch, conversation: number): Outcome {
    const from = batch.starts[conversation] as number
    const count = (batch.starts[conversation + 1] as number) - from
    this.clear(count)
    for (let message = 0; message < count; message++) {
      const parent = batch.parents[from + message] as number
      if (parent >= 0) this.isFollowed[parent] = 1
    }
    for (let message = 0; message < count; message++) {
      const parent = batch.parents[from + message] as number
      const kind = this.kindOf(batch.kinds[from + message] as number, batch.scores[from + message] as number)
      this.heard[message] = kind
      this.visit(message, parent)
    }
    return this.outcome
  }

  private clear(count: number): void {
    if (this.after.length < count) {
      this.after = new Int32Array(count)
      this.heard = new Uint8Array(count)
      this.userMessages = new Uint32Array(count)
      this.isFollowed = new Uint8Array(count)
      this.isFollowedByUser = new Uint8Array(count + 1)
    }
    this.isFollowed.fill(0, 0, count)
    this.isFollowedByUser.fill(0, 0, count + 1)
    this.isFlagged = false
    this.outcome = noOutcome()
  }

  private kindOf(kind: number, score: number): number {
    if (this.threshold === null || Number.isNaN(score)) return kind
    return score >= this.threshold ? harmful : harmless
  }

  private visit(message: number, parent: number): void {
    const before = parent < 0 ? 0 : (this.after[parent] as number)
    if (before === closed) {
      this.outcome.unsaid += 1
      this.after[message] = closed
      return
    }
    // Risk reaches every thread: one that was left before it was flagged takes it on when it is taken up again.
    const state = this.isFlagged ? withRiskOfNow(this.automaton, before, 'flagged') : before
    this.userMessages[message] = parent < 0 ? 0 : (this.userMessages[parent] as number)
    if (this.heard[message] === assistant) this.answer(message, parent, state)
    else this.hear(message, parent, state)
  }

  /** The user speaks, and is assessed as in the past. */
  private hear(message: number, parent: number, before: StateId): void {
    const kind = this.heard[message] as number
    const said = stepOrThrow(this.automaton, before, this.isEdit(parent) ? edited : received)
    const assessment = assessed.get(kind)
    this.after[message] = assessment === undefined ? said : stepOrThrow(this.automaton, said, assessment)
    this.userMessages[message] = (this.userMessages[message] as number) + 1
    if (kind === atRisk) this.isFlagged = true
    if (this.isFollowed[message] === 0) this.takeTurn(message, this.after[message] as StateId)
  }

  /** Whether the user has said something else at this place before; from now on they have. */
  private isEdit(parent: number): boolean {
    const isEdit = this.isFollowedByUser[parent + 1] === 1
    this.isFollowedByUser[parent + 1] = 1
    return isEdit
  }

  private answer(message: number, parent: number, before: StateId): void {
    const { does, next } = this.takeTurn(parent, before)
    if (does === 'end') this.outcome.unsaid += 1
    this.after[message] = does === 'end' ? closed : next
  }

  /** The assistant's turn after this message, or, at -1, before any. */
  private takeTurn(message: number, state: StateId): Turn {
    const turn = this.standIn.turnAt(state)
    const { outcome } = this
    if (turn.does === 'redirection') outcome.redirected = true
    else if (turn.does === 'warning') outcome.warned = true
    else if (turn.does === 'support') outcome.supported = true
    if (turn.does === 'end') this.endAfter(message)
    else if (turn.veto !== undefined && this.wouldTryToEnd(message)) {
      outcome.vetoed.set(turn.veto, (outcome.vetoed.get(turn.veto) ?? 0) + 1)
    }
    return turn
  }

  // Who tried to end after a word known to be harmless would be refused all the time, and that would tell nothing.
  private wouldTryToEnd(message: number): boolean {
    const kind = message < 0 ? assistant : this.heard[message]
    return kind === harmful || kind === atRisk || kind === unassessed
  }

  private endAfter(message: number): void {
    const userMessages = this.userMessages[message] as number
    const { end } = this.outcome
    if (end === null || userMessages < end.userMessages) this.outcome.end = { userMessages, message }
    this.after[message] = closed
  }
}
