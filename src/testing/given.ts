/**
 * The rulebook's own words: given what happened, when this is ordered, then that follows. A sentence that does not hold
 * throws a plain `AssertionError`, which every runner knows, and tells what happened as a story.
 */
import { AssertionError } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { LifecycleEvent, Veto } from '#machines/events.js'
import type { Command } from '../conversation/commands.js'
import { eventOf, decide as ownDecide } from '../conversation/decide.js'
import { evolve as ownEvolve } from '../conversation/evolve.js'
import { lookUp } from '../conversation/id-index.js'
import type { RejectionCode } from '../conversation/rejection.js'
import type { Conversation } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import { differences } from './examination/differences.js'
import type { Decider } from './examination/subject.js'
import { commandFor } from './ordering.js'
import { eventWords, logWords, stateWords, vetoWords } from './words.js'

/** A refusal that is expected. */
export interface Refusal {
  readonly refused: RejectionCode
  /** All vetoes, in order; left out, any will do. */
  readonly vetoes?: readonly Veto[]
}

/** The command is to be refused with this code, and, if they are given, exactly these vetoes. */
export const refused = (code: RejectionCode, vetoes?: readonly Veto[]): Refusal => ({
  refused: code,
  ...(vetoes && { vetoes }),
})

/** What follows; each throws an `AssertionError` if it does not. */
export interface Outcome {
  /** These events are reported, in this order, or the command is refused. */
  then(...expected: readonly LifecycleEvent[] | readonly [Refusal]): void
  /** It is accepted, whatever it reports. */
  thenAccepted(): void
  /** It is accepted, and the thread then stands so; what is not named may be anything. */
  thenState(expected: Partial<ThreadState>, threadId?: string): void
}

/** What can be asked of what happened. */
export interface Situation {
  /** A command is decided; an event stands for the command that it reports done. */
  when(order: Command | LifecycleEvent): Outcome
  /** Nothing more happens: the thread stands so. */
  thenState(expected: Partial<ThreadState>, threadId?: string): void
}

export type Given = (...events: readonly LifecycleEvent[]) => Situation

type Answer = Either<{ readonly code: string; readonly vetoes?: readonly Veto[] }, readonly LifecycleEvent[]>
type Rules = Required<Pick<Decider, 'decide' | 'evolve'>>

const isEvent = (order: Command | LifecycleEvent): order is LifecycleEvent => order.type.includes('.')

function standingOf(state: Conversation | null, threadId: string | undefined): readonly string[] {
  const thread = state && lookUp(state.threads, threadId ?? state.rootThreadId)
  if (!state || !thread) return [`there is no thread ${threadId ?? ''}`.trimEnd()]
  const automaton = automatonFor(state.policy)
  const vetoes = {
    'persistent-harm': automaton.vetoes(thread.state, 'persistent-harm'),
    'user-request': automaton.vetoes(thread.state, 'user-request'),
  }
  return [`${thread.threadId}: ${stateWords(automaton.describe(thread.state), state.policy)}`, ...vetoWords(vetoes)]
}

function answerWords(answer: Answer): readonly string[] {
  if (!isLeft(answer)) return answer.right.map(eventWords)
  const { code, vetoes } = answer.left
  return [`refused: ${code}`, ...(vetoes && vetoes.length > 0 ? [`vetoes: ${vetoes.join(', ')}`] : [])]
}

const chapter = (name: string, lines: readonly string[]): readonly string[] =>
  lines.map((line, place) => `${(place === 0 ? name : '').padEnd(9)}${line}`)

function threadNamedBy(event: LifecycleEvent): string | undefined {
  if (event.type === 'thread.forked') return event.data.from.threadId
  return 'threadId' in event.data ? event.data.threadId : undefined
}

/** One sentence as far as it is said, which can tell itself. */
class Sentence {
  constructor(
    readonly rules: Rules,
    readonly happened: readonly LifecycleEvent[],
    readonly state: Conversation | null,
  ) {}

  when(order: Command | LifecycleEvent): Outcome {
    const command = isEvent(order) ? commandFor(order) : order
    const answer: Answer = this.rules.decide(command, this.state)
    const told = { ordered: eventOf(command), answer }
    // By a name that is looked up, for a linter takes a method called `then` for a promise's; so does `await`, hence
    // the check in `compare` that no function was expected.
    const name = 'then'
    return {
      [name]: (...expected: readonly LifecycleEvent[] | readonly [Refusal]) => this.compare(expected, told),
      thenAccepted: () => {
        if (isLeft(answer)) this.fail('It was refused.', { ...told, expected: ['accepted'] })
      },
      thenState: (expected, threadId) => this.compareStateAfter(expected, threadId, told),
    }
  }

  /** Throws if the thread does not stand so. */
  compareState(expected: Partial<ThreadState>, threadId?: string, told?: Told): void {
    const thread = this.state && lookUp(this.state.threads, threadId ?? this.state.rootThreadId)
    const actual: Partial<ThreadState> =
      this.state && thread ? automatonFor(this.state.policy).describe(thread.state) : {}
    const found = [...differences(expected, actual, { named: Object.keys(expected) })]
    if (!thread) found.unshift(`there is no thread ${threadId ?? ''}`)
    if (found.length === 0) return
    this.fail('The thread stands otherwise.', { ...told, differs: found, compared: { expected, actual } })
  }

  private compare(
    expected: readonly LifecycleEvent[] | readonly [Refusal],
    told: Required<Pick<Told, 'ordered' | 'answer'>>,
  ): void {
    const [first] = expected
    if (typeof first === 'function')
      throw new Error('a sentence is not a promise: say what then follows, without await')
    const { answer } = told
    if (first && 'refused' in first) {
      const isMet =
        isLeft(answer) &&
        answer.left.code === first.refused &&
        (!first.vetoes || isDeepStrictEqual(answer.left.vetoes, first.vetoes))
      const wanted: Answer = {
        _tag: 'Left',
        left: { code: first.refused, ...(first.vetoes && { vetoes: first.vetoes }) },
      }
      if (!isMet) this.fail('It was not refused so.', { ...told, expected: answerWords(wanted) })
      return
    }
    const events = expected as readonly LifecycleEvent[]
    if (!isLeft(answer) && isDeepStrictEqual(answer.right, events)) return
    const differs = isLeft(answer) ? [] : [...differences(events, answer.right)]
    const compared = { expected: events, actual: isLeft(answer) ? answer.left : answer.right }
    this.fail(isLeft(answer) ? 'It was refused.' : 'Other events were reported.', {
      ...told,
      expected: answerWords(right(events)),
      differs,
      compared,
    })
  }

  private compareStateAfter(
    expected: Partial<ThreadState>,
    threadId: string | undefined,
    told: Told & { readonly answer: Answer },
  ): void {
    const { answer } = told
    if (isLeft(answer)) {
      this.fail('It was refused.', { ...told, expected: ['accepted'] })
      return
    }
    const after = answer.right.reduce<Conversation | null>(this.rules.evolve, this.state)
    new Sentence(this.rules, [...this.happened, ...answer.right], after).compareState(expected, threadId, told)
  }

  private fail(what: string, { ordered, answer, expected = [], differs = [], compared }: Telling): never {
    const named = ordered && threadNamedBy(ordered)
    const message = [
      what,
      '',
      ...chapter('given', this.happened.length > 0 ? logWords(this.happened) : ['nothing']),
      ...chapter('stands', standingOf(this.state, named)),
      ...(ordered ? chapter('when', [eventWords(ordered)]) : []),
      ...chapter('expected', expected),
      ...(answer ? chapter('got', answerWords(answer)) : []),
      ...chapter('differs', differs),
    ].join('\n')
    throw new AssertionError({
      message,
      expected: compared ? compared.expected : expected,
      actual: compared ? compared.actual : answer && answerWords(answer),
      operator: 'then',
      stackStartFn: this.fail,
    })
  }
}

interface Told {
  readonly ordered?: LifecycleEvent
  readonly answer?: Answer
}

interface Telling extends Told {
  readonly expected?: readonly string[]
  readonly differs?: readonly string[]
  readonly compared?: { readonly expected: unknown; readonly actual: unknown }
}

function happen(rules: Rules, events: readonly LifecycleEvent[]): Conversation | null {
  let state: Conversation | null = null
  for (const [place, event] of events.entries()) {
    const answer: Answer = rules.decide(commandFor(event), state)
    if (isLeft(answer)) {
      const story = logWords(events.slice(0, place + 1)).join('\n')
      const message = `What is given cannot have happened: the last of these is refused (${answer.left.code}).\n${story}`
      throw new AssertionError({ message, expected: 'accepted', actual: answer.left.code, operator: 'given' })
    }
    state = rules.evolve(state, event)
  }
  return state
}

/** `given` for a decider of one's own; what is left out is the library's. */
export function rulebook({ decide = ownDecide, evolve = ownEvolve }: Pick<Decider, 'decide' | 'evolve'> = {}): Given {
  const rules: Rules = { decide, evolve }
  return (...events) => {
    const sentence = new Sentence(rules, events, happen(rules, events))
    return {
      when: (order) => sentence.when(order),
      thenState: (expected, threadId) => sentence.compareState(expected, threadId),
    }
  }
}

/**
 * Begins a sentence about the library's own decider.
 * @param events what happened, first to last; throws if it cannot have.
 * @example
 * given(opened(), received('u1'), assessed('u1', 'harmful'))
 *   .when(sent('a1', 'warning'))
 *   .then(refused('warning-not-due'))
 */
export const given: Given = rulebook()
