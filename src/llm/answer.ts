/**
 * The assistant's answer to a thread as it stands: asks the model, passes its text on as it comes, carries out what it asks
 * for, gives it the results of its calls, and asks again until it has answered. The three layers of enforcement meet here:
 * tools are offered by guidance, calls are decided by the machine, and after an end nothing more is heard.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Ground, Purpose, Veto } from '#machines/events.js'
import { rejection } from '../conversation/rejection.js'
import type { Refused } from '../conversations/journal.js'
import type { ThreadView } from '../conversations/thread-view.js'
import type { Turn } from '../conversations/turn.js'
import type { Conversations } from '../conversations.js'
import { carryOut, type Done, type Place } from './carry-out.js'
import { heardEndCall, heardOf, intentsOf, markIn } from './intents.js'
import { type Heard, listen, silent } from './listen.js'
import { type Model, type ModelError, promptOf } from './model.js'
import { contentWith, type OwnTool, ownToolsByName, runOwn } from './own-tools.js'
import { notRun, resultsOf } from './results.js'
import { type CallResult, isCall, type Said } from './said.js'
import { type Mark, markToolName } from './tools.js'
import { type PromptTurn, turnsOf, withExchange } from './turns.js'

export interface AnswerOptions {
  readonly conversations: Conversations
  readonly model: Model
  /** Your own tools. A name that one of ours has is a `TypeError`. */
  readonly tools?: readonly OwnTool[]
  /** How often the model is asked for one answer, each time with the results of its calls; 6. */
  readonly stepsMax?: number
  /** For the whole answer, in milliseconds; 120,000. */
  readonly timeoutMs?: number
  /** Of one step, text and calls; 200,000. */
  readonly stepCharsMax?: number
}

export interface AnswerRequest extends Place {
  /** Breaks the answer off. What was said until then is kept, as a reply; an end that was asked for is not. */
  readonly signal?: AbortSignal
}

/** What happens while an answer is made. The last one is `done` or `failed`. */
export type AnswerEvent =
  | { readonly kind: 'text'; readonly text: string }
  /** A message is in the log. */
  | { readonly kind: 'sent'; readonly turn: Turn; readonly purpose: Purpose; readonly note?: string }
  /** The model asked for an end and was refused; the refusal is in the log, and the conversation goes on. */
  | { readonly kind: 'declined'; readonly code: string; readonly vetoes: readonly Veto[] }
  | { readonly kind: 'proposed'; readonly turn: Turn }
  | { readonly kind: 'ended'; readonly turn: Turn; readonly ground: Ground }
  | { readonly kind: 'done'; readonly view: ThreadView }
  | { readonly kind: 'failed'; readonly error: Refused | ModelError }

type Answer = AsyncGenerator<AnswerEvent, void, undefined>

const failed = (error: Refused | ModelError): AnswerEvent => ({ kind: 'failed', error })

function eventOf({ intent, outcome, turn, note }: Done): AnswerEvent {
  if (outcome !== 'accepted' || !turn) {
    const { refused = '', vetoes = [] } = typeof outcome === 'string' ? {} : outcome
    return intent.order === 'send'
      ? failed(rejection(refused as Parameters<typeof rejection>[0], 'the message was refused'))
      : { kind: 'declined', code: refused, vetoes }
  }
  switch (intent.order) {
    case 'send':
      return { kind: 'sent', turn, purpose: intent.purpose, ...(note !== undefined && { note }) }
    case 'proposeEnd':
      return { kind: 'proposed', turn }
    case 'end':
      return { kind: 'ended', turn, ground: intent.ground }
  }
}

/** One answer under way. */
class Answering {
  private readonly own: ReadonlyMap<string, OwnTool>
  private readonly signal: AbortSignal
  private turns: readonly PromptTurn[] = []
  private mark: Mark | undefined
  private hasSpoken = false
  private steps = 0

  constructor(
    private readonly options: AnswerOptions,
    private readonly place: Place,
    signal?: AbortSignal,
  ) {
    this.own = ownToolsByName(options.tools ?? [])
    const limit = AbortSignal.timeout(options.timeoutMs ?? 120_000)
    this.signal = signal ? AbortSignal.any([signal, limit]) : limit
  }

  async *run(): Answer {
    const { stepsMax = 6 } = this.options
    for (this.steps = 1; this.steps <= stepsMax; this.steps++) {
      const seen = await this.options.conversations.thread(this.place)
      if (isLeft(seen)) return yield failed(seen.left)
      const { guidance, messages } = seen.right
      if (guidance.stance === 'closed') return yield failed(rejection('ended', 'the thread has ended'))
      if (this.steps === 1) this.turns = turnsOf(messages)
      const prompt = promptOf(guidance, this.turns, [...this.own.values()])
      const { stepCharsMax = 200_000, model } = this.options
      const heard = yield* this.tell(listen(model, { ...prompt, signal: this.signal }, stepCharsMax))
      const goesOn = yield* this.take(heard, seen.right)
      if (!goesOn) return
    }
    yield* this.finish()
  }

  private async *tell(listening: AsyncGenerator<string, Heard, undefined>): AsyncGenerator<AnswerEvent, Heard> {
    try {
      while (true) {
        const next = await listening.next()
        if (next.done) return next.value
        yield { kind: 'text', text: next.value }
      }
    } finally {
      await listening.return({ step: [] })
    }
  }

  /** Carries out a step, and answers whether the model is to be asked again. */
  private async *take({ step, error }: Heard, { guidance }: ThreadView): AsyncGenerator<AnswerEvent, boolean> {
    // What broke off may have been about to say otherwise: its words stand, and nothing else of it.
    const said = error ? heardOf(step).filter(({ kind }) => kind === 'text') : step
    const end = heardEndCall(said)
    const ran = end ? [] : await runOwn(this.own, said, this.signal)
    const intents = intentsOf(said, guidance, error ? undefined : this.mark)
    const content = contentWith(said, ran)
    const message = ran.length > 0 ? [{ order: 'send', content, purpose: 'reply', ...markIn(said) } as const] : intents
    const commandId = this.place.commandId === undefined ? undefined : `${this.place.commandId}/${this.steps}`
    const place = { ...this.place, ...(commandId !== undefined && { commandId }) }
    const carried = await carryOut(this.options.conversations, place, message)
    if (isLeft(carried)) {
      yield failed(carried.left)
      return false
    }
    for (const done of carried.right) yield eventOf(done)
    this.hasSpoken ||= carried.right.some(({ intent }) => intent.order === 'send')
    if (error) {
      yield failed(error)
      return false
    }
    return yield* this.goOn(said, carried.right, ran)
  }

  private async *goOn(
    step: readonly Said[],
    carried: readonly Done[],
    ran: readonly CallResult[],
  ): AsyncGenerator<AnswerEvent, boolean> {
    const isOver = carried.some(({ intent, outcome }) =>
      intent.order === 'send' ? outcome !== 'accepted' : intent.order === 'end' && outcome === 'accepted',
    )
    const calls = step.filter(isCall)
    const isWhole = this.hasSpoken && calls.every(({ name }) => name === markToolName)
    if (isOver || isWhole || calls.length === 0) {
      yield* this.finish()
      return false
    }
    this.mark = markIn(heardOf(step)) ?? this.mark
    this.turns = withExchange(this.turns, step, this.results(step, carried, ran))
    return true
  }

  private results(step: readonly Said[], carried: readonly Done[], ran: readonly CallResult[]): readonly CallResult[] {
    return resultsOf(step, carried).map((result) => {
      if (!this.own.has(result.name)) return result
      return ran.find(({ id }) => id === result.id) ?? { ...result, ...notRun }
    })
  }

  private async *finish(): Answer {
    const seen = await this.options.conversations.thread(this.place)
    if (isLeft(seen)) return yield failed(seen.left)
    const isAnswered = this.hasSpoken || seen.right.guidance.stance === 'closed'
    yield isAnswered ? { kind: 'done', view: seen.right } : failed(silent)
  }
}

/**
 * Answers on a thread. Nothing happens until it is iterated; whoever stops iterating breaks the answer off, and what was not
 * carried out by then is not.
 * @returns what happens, as it happens; the last event is `done`, or `failed` with a `Refused` or a `ModelError`. Never throws,
 * but for tools whose names clash.
 * @example for await (const event of answer({ conversations, model }, { conversationId, threadId })) …
 */
export function answer(options: AnswerOptions, request: AnswerRequest): Answer {
  const { signal, ...place } = request
  return new Answering(options, place, signal).run()
}
