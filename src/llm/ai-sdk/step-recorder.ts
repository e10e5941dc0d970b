/**
 * Carries out the steps of a loop that the AI SDK runs, each once: a step that called none of the caller's tools as soon as it is
 * over, the others when their results are there. What the machine refuses is a result for the model; what it takes is in the log.
 */
import type { Content } from '#machines/events.js'
import type { RejectionCode } from '../../conversation/rejection.js'
import { rejection } from '../../conversation/rejection.js'
import type { ThreadView } from '../../conversations/thread-view.js'
import type { Conversations } from '../../conversations.js'
import type { Guidance } from '../../lifecycle/guidance.js'
import { orThrow, RefusedError } from '../../or-throw.js'
import type { Carried, Intent } from '../adapter.js'
import { carryOut, type Done, type Place } from '../carry-out.js'
import { heardEndCall, heardOf, intentsOf, markIn } from '../intents.js'
import { contentWith } from '../own-tools.js'
import { resultsOf } from '../results.js'
import { type CallResult, isCall, type Said, type SaidCall } from '../said.js'
import { endCallOf, type Mark, markToolName } from '../tools.js'
import { endApproved } from './approved-end.js'
import type { StepKeeper } from './colloquy-middleware.js'

/** Whether the user's own wish to end lacks nothing but their confirmation. */
export function awaitsUser({ vetoes }: Guidance): boolean {
  const inTheWay = vetoes['user-request']
  return inTheWay.length === 1 && inTheWay[0] === 'not-confirmed'
}

/** An end for the user's own wish, while only their confirmation is missing, is asked of them, not of the machine. */
function isForUser(step: readonly Said[], guidance: Guidance): boolean {
  return endCallOf(heardEndCall(step)?.input)?.ground === 'user-request' && awaitsUser(guidance)
}

export interface RecorderOptions extends Place {
  readonly conversations: Conversations
  /** The names of the caller's tools. */
  readonly own: ReadonlySet<string>
}

export class StepRecorder implements StepKeeper {
  /** Whether nothing is left to say: a message said all, or the thread has ended. */
  isDone = false
  hasEnded = false
  private view: ThreadView | undefined
  private steps = 0
  private hasSpoken = false
  private mark: Mark | undefined
  /** A step whose calls of the caller's tools are still running. */
  private pending: readonly Said[] | undefined
  private readonly results = new Map<string, CallResult>()
  /** Calls that wait for the user. */
  private readonly awaited = new Set<string>()

  constructor(private readonly options: RecorderOptions) {}

  begin(view: ThreadView): void {
    this.view = view
  }

  resultOf(callId: string): CallResult | undefined {
    return this.results.get(callId)
  }

  isAwaited(callId: string): boolean {
    return this.awaited.has(callId)
  }

  readonly end = async (step: readonly Said[]): Promise<void> => {
    this.steps++
    const callsOwn = step.some((said) => isCall(said) && this.options.own.has(said.name))
    if (!callsOwn || heardEndCall(step)) await this.carry(step, [])
    else this.wait(step)
  }

  /** The results of the caller's tools for the step that is over; each step is taken once. */
  async finish(ran: readonly CallResult[]): Promise<void> {
    const step = this.pending
    this.pending = undefined
    if (step) await this.carry(step, ran)
  }

  /** Carries out a call of an earlier answer that the user has approved since. */
  async approve(call: SaidCall): Promise<CallResult> {
    const { conversations, own: _, ...place } = this.options
    const result = await endApproved(conversations, place, call)
    this.results.set(call.id, result)
    this.hasEnded = !result.isError
    this.isDone ||= this.hasEnded
    return result
  }

  private wait(step: readonly Said[]): void {
    this.pending = step
    const hoped = this.intents(step, []).map((intent): Carried => ({ intent, outcome: 'accepted' }))
    this.keep(step, hoped)
  }

  private intents(step: readonly Said[], ran: readonly CallResult[]): readonly Intent[] {
    if (!this.view) throw new TypeError('a step was heard of a thread that was not read')
    const { guidance } = this.view
    if (ran.length === 0) return intentsOf(isForUser(step, guidance) ? heardOf(step) : step, guidance, this.mark)
    const content: Content = contentWith(step, ran)
    return [{ order: 'send', content, purpose: 'reply', ...markIn(step) }]
  }

  private async carry(step: readonly Said[], ran: readonly CallResult[]): Promise<void> {
    const { conversations, own: _, commandId, ...place } = this.options
    const ordered = { ...place, ...(commandId !== undefined && { commandId: `${commandId}/${this.steps}` }) }
    const carried = orThrow(await carryOut(conversations, ordered, this.intents(step, ran)))
    this.settle(step, carried)
    this.keep(step, carried)
  }

  private settle(step: readonly Said[], carried: readonly Done[]): void {
    const sent = carried.find(({ intent }) => intent.order === 'send')
    if (sent && sent.outcome !== 'accepted') {
      throw new RefusedError(rejection(sent.outcome.refused as RejectionCode, 'the message was refused'))
    }
    const calls = step.filter(isCall)
    this.hasSpoken ||= sent !== undefined
    this.hasEnded = carried.some(({ intent, outcome }) => intent.order === 'end' && outcome === 'accepted')
    this.isDone = this.hasEnded || (this.hasSpoken && calls.every(({ name }) => name === markToolName))
    this.mark = markIn(heardOf(step)) ?? this.mark
  }

  private keep(step: readonly Said[], carried: readonly Carried[]): void {
    const asksUser = this.view !== undefined && isForUser(step, this.view.guidance)
    const heard = heardEndCall(step)
    for (const result of resultsOf(step, carried)) {
      if (this.options.own.has(result.name)) continue
      if (asksUser && result.id === heard?.id) this.awaited.add(result.id)
      else this.results.set(result.id, result)
    }
  }
}
