/**
 * Guidance around any model of the AI SDK: instructions and tools go out as the thread stands, and of what comes back nothing
 * after an end call is passed on. By itself it stores nothing; a loop listens to it and carries out what it heard.
 */
import type { LanguageModelMiddleware } from 'ai'
import { rejection } from '../../conversation/rejection.js'
import type { ThreadView } from '../../conversations/thread-view.js'
import type { Conversations } from '../../conversations.js'
import type { Guidance } from '../../lifecycle/guidance.js'
import { orThrow, RefusedError } from '../../or-throw.js'
import type { CallResult } from '../said.js'
import { endToolName, markToolName, toolsFor } from '../tools.js'
import { wireOutput, wireTool } from './prompt.js'
import type { CallOptions, Generated, PromptMessage, StreamPart } from './shapes.js'
import { type EndOfStep, heardResult, heardStream } from './step-hearing.js'
import { partsOf, streamOf } from './streams.js'

export interface MiddlewareOptions {
  readonly conversations: Conversations
  readonly conversationId: string
  readonly threadId: string
}

/** Whoever carries out what the middleware hears. */
export interface StepKeeper {
  /** A step begins, the thread standing so. */
  begin(view: ThreadView): void
  readonly end: EndOfStep
  /** Whether the thread ended in this very answer: then there is nothing to ask, and nothing wrong. */
  readonly hasEnded: boolean
  /** What came of an earlier call of ours, if it is known. */
  resultOf(callId: string): CallResult | undefined
}

/**
 * The caller's own instructions, then guidance, then the rest. In one message, for servers may take no second one; but for a
 * message with options of a provider, which may say that it is to be cached as it is.
 */
function instructed(prompt: readonly PromptMessage[], instructions: string): PromptMessage[] {
  const first = prompt.findIndex(({ role }) => role !== 'system')
  const cut = first < 0 ? prompt.length : first
  const [own, rest] = [prompt.slice(0, cut), prompt.slice(cut)]
  const last = own.at(-1)
  if (last?.role !== 'system' || last.providerOptions)
    return [...own, { role: 'system', content: instructions }, ...rest]
  return [...own.slice(0, -1), { role: 'system', content: `${last.content}\n\n${instructions}` }, ...rest]
}

/** The SDK answers a call of a tool that is not active in words of its own; what the machine said takes their place. */
function told(message: PromptMessage, keeper: StepKeeper | undefined): PromptMessage {
  if (message.role !== 'tool' || !keeper) return message
  const content = message.content.map((part) => {
    const result = part.type === 'tool-result' ? keeper.resultOf(part.toolCallId) : undefined
    return result && part.type === 'tool-result' ? { ...part, output: wireOutput(result) } : part
  })
  return { ...message, content }
}

const isOurs = (name: string): boolean => name === endToolName || name === markToolName

/** The same call with guidance in it: its words after the caller's, and of our tools those that are open now. */
function guided({ tools, prompt, ...call }: CallOptions, guidance: Guidance, keeper?: StepKeeper): CallOptions {
  const theirs = (tools ?? []).filter(({ name }) => !isOurs(name))
  const offered = [...theirs, ...toolsFor(guidance).map(wireTool)]
  const words = prompt.map((message) => told(message, keeper))
  return { ...call, prompt: instructed(words, guidance.instructions), ...(offered.length > 0 && { tools: offered }) }
}

const nobody: EndOfStep = async () => {}

/** What is answered for a model that is not asked. */
const silence = {
  warnings: [],
  finishReason: { unified: 'stop', raw: undefined },
  usage: {
    inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 0, text: 0, reasoning: 0 },
  },
} satisfies Omit<Generated, 'content'>

async function* silentParts(): AsyncGenerator<StreamPart, void, undefined> {
  const { warnings, ...finish } = silence
  yield { type: 'stream-start', warnings }
  yield { type: 'finish', ...finish }
}

/** The middleware, heard by a keeper. */
export function middlewareFor({ conversations, ...place }: MiddlewareOptions, keeper?: StepKeeper) {
  const onEnd = keeper?.end ?? nobody
  return {
    specificationVersion: 'v4',
    transformParams: async ({ params }) => {
      const view = orThrow(await conversations.thread(place))
      if (keeper?.hasEnded) return params
      if (view.guidance.stance === 'closed') throw new RefusedError(rejection('ended', 'the thread has ended'))
      keeper?.begin(view)
      return guided(params, view.guidance, keeper)
    },
    wrapGenerate: async ({ doGenerate }) =>
      keeper?.hasEnded ? { content: [], ...silence } : heardResult(await doGenerate(), onEnd),
    wrapStream: async ({ doStream }) => {
      if (keeper?.hasEnded) return { stream: streamOf(silentParts()) }
      const { stream, ...rest } = await doStream()
      return { ...rest, stream: streamOf(heardStream(partsOf(stream), onEnd)) }
    },
  } satisfies LanguageModelMiddleware
}

/**
 * A middleware for `wrapLanguageModel`. Before each call it reads the thread; a thread that has ended, or cannot be read, is a
 * `RefusedError` with its code, and the model is not asked. It records nothing: `colloquyLoop` has one that does.
 * @example wrapLanguageModel({ model, middleware: colloquyMiddleware({ conversations, conversationId, threadId }) })
 */
export const colloquyMiddleware = (options: MiddlewareOptions): LanguageModelMiddleware => middlewareFor(options)
