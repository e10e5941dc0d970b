/**
 * A thread's answer in the AI SDK's own loop: `generateText` and `streamText` ask the model and run the tools, and what they are
 * given here offers, decides, records and stops. One loop is for one answer. It holds no rule: what it asks, the machine decides.
 */
import type { LanguageModelMiddleware, ToolSet } from 'ai'
import type { ThreadView } from '../../conversations/thread-view.js'
import type { Conversations } from '../../conversations.js'
import { orThrow } from '../../or-throw.js'
import type { Place } from '../carry-out.js'
import { fieldsOf } from '../network-shapes.js'
import { resultCharsMax } from '../own-tools.js'
import type { CallResult } from '../said.js'
import { endToolName, markToolName, toolsFor } from '../tools.js'
import { middlewareFor } from './colloquy-middleware.js'
import { approvalOf, type ColloquyApproval, type ColloquyTools, toolsOf } from './colloquy-tools.js'
import { awaitsUser, StepRecorder } from './step-recorder.js'

export interface LoopOptions<Tools extends ToolSet> extends Place {
  readonly conversations: Conversations
  /** Your own tools. A name that one of ours has is a `TypeError`. */
  readonly tools?: Tools
  /** How often the model is asked for one answer; 6. */
  readonly stepsMax?: number
}

/** What to spread into `generateText` or `streamText`. */
export interface LoopSettings<Tools extends ToolSet> {
  /** Yours and ours. */
  readonly tools: Tools & ColloquyTools
  readonly toolApproval: ColloquyApproval
  /** Before each step: of our tools only those are active that are open, or that the user may be asked about. */
  readonly prepareStep: () => Promise<{ readonly activeTools: (keyof (Tools & ColloquyTools) & string)[] }>
  /** Records what called your tools, with their results. */
  readonly onStepEnd: (step: { readonly content: readonly unknown[] }) => Promise<void>
  /** After an end, after a marked message, or after `stepsMax`. */
  readonly stopWhen: (at: { readonly steps: readonly unknown[] }) => boolean
}

export interface ColloquyLoop<Tools extends ToolSet> {
  /** For `wrapLanguageModel`. Nothing is recorded or decided for a model that is not wrapped in it. */
  readonly middleware: LanguageModelMiddleware
  readonly settings: LoopSettings<Tools>
}

function textOf(output: unknown): string {
  const text = typeof output === 'string' ? output : (JSON.stringify(output) ?? '')
  return text.slice(0, resultCharsMax).toWellFormed()
}

const errorText = (error: unknown): string => (error instanceof Error ? error.message : textOf(error))

/** The results of the caller's tools in a step, in the order in which they came. */
function ranIn(content: readonly unknown[], own: ReadonlySet<string>): readonly CallResult[] {
  return content.flatMap((part): CallResult[] => {
    const { type, toolCallId: id, toolName: name, output, error } = fieldsOf(part)
    if (typeof id !== 'string' || typeof name !== 'string' || !own.has(name)) return []
    if (type === 'tool-result') return [{ id, name, text: textOf(output), isError: false }]
    return type === 'tool-error' ? [{ id, name, text: errorText(error).slice(0, resultCharsMax), isError: true }] : []
  })
}

function activeIn<Name extends string>({ guidance }: ThreadView, own: readonly Name[]) {
  const offered = toolsFor(guidance).map(({ name }) => name as keyof ColloquyTools)
  const forUser = awaitsUser(guidance) ? ([endToolName] as const) : []
  return [...own, ...offered, ...forUser]
}

function settingsOf<Tools extends ToolSet>(
  options: LoopOptions<Tools>,
  tools: Tools,
  recorder: StepRecorder,
): LoopSettings<Tools> {
  const { conversations, tools: _, stepsMax = 6, ...place } = options
  const own = Object.keys(tools)
  return {
    tools: { ...tools, ...toolsOf(recorder) },
    toolApproval: approvalOf(recorder),
    prepareStep: async () => ({ activeTools: activeIn(orThrow(await conversations.thread(place)), own) }),
    onStepEnd: ({ content }) => recorder.finish(ranIn(content, new Set(own))),
    stopWhen: ({ steps }) => recorder.isDone || steps.length >= stepsMax,
  }
}

/**
 * One answer of a thread, for the SDK's own loop. A step is carried out as soon as it is over: its text is in the log, and its
 * end call decided, before the SDK runs a tool of it. An ended thread, and a store that fails, are a `RefusedError` with a code.
 * With `commandId`, an answer that is made twice is recorded once. Of an answer that is broken off, what was said stands.
 * @example
 * const { middleware, settings } = colloquyLoop({ conversations, conversationId, threadId, tools: { weather } })
 * streamText({ model: wrapLanguageModel({ model, middleware }), messages, ...settings })
 */
export function colloquyLoop<Tools extends ToolSet = Record<never, never>>(
  options: LoopOptions<Tools>,
): ColloquyLoop<Tools> {
  const { conversations, tools = {} as Tools, stepsMax: _, ...place } = options
  const taken = [endToolName, markToolName].find((name) => Object.hasOwn(tools, name))
  if (taken !== undefined) throw new TypeError(`the tool name ${taken} is taken`)
  const recorder = new StepRecorder({ ...place, conversations, own: new Set(Object.keys(tools)) })
  return {
    middleware: middlewareFor({ ...place, conversations }, recorder),
    settings: settingsOf(options, tools, recorder),
  }
}
