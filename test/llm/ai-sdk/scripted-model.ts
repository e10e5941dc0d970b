/** A model for tests, in the AI SDK's own mock: it says what it is told to, step by step, whole or in a stream, and keeps what it was asked. */
import { convertArrayToReadableStream, MockLanguageModelV4 } from 'ai/test'
import type { CallOptions, Generated, StreamPart } from '../../../src/llm/ai-sdk/shapes.js'

/** What the model says: text, or a call; in order. */
export type Line = string | { readonly id: string; readonly name: string; readonly input: unknown }
export type Script = readonly (readonly Line[])[]

const usage: Generated['usage'] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
}
const asJson = (input: unknown): string => (typeof input === 'string' ? input : JSON.stringify(input))
const reasonFor = (lines: readonly Line[]): Generated['finishReason'] => ({
  unified: lines.some((line) => typeof line !== 'string') ? 'tool-calls' : 'stop',
  raw: undefined,
})

export const resultOf = (lines: readonly Line[]): Generated => ({
  content: lines.map((line) =>
    typeof line === 'string'
      ? { type: 'text', text: line }
      : { type: 'tool-call', toolCallId: line.id, toolName: line.name, input: asJson(line.input) },
  ),
  finishReason: reasonFor(lines),
  usage,
  warnings: [],
})

const partsOf = (line: Line, place: number): readonly StreamPart[] => {
  if (typeof line !== 'string') {
    return [{ type: 'tool-call', toolCallId: line.id, toolName: line.name, input: asJson(line.input) }]
  }
  const id = `t${place}`
  const half = Math.ceil(line.length / 2)
  const deltas = [line.slice(0, half), line.slice(half)].filter((delta) => delta !== '')
  return [
    { type: 'text-start', id },
    ...deltas.map((delta): StreamPart => ({ type: 'text-delta', id, delta })),
    { type: 'text-end', id },
  ]
}

export const streamedOf = (lines: readonly Line[]): readonly StreamPart[] => [
  { type: 'stream-start', warnings: [] },
  ...lines.flatMap(partsOf),
  { type: 'finish', usage, finishReason: reasonFor(lines) },
]

export interface ScriptedModel {
  readonly model: MockLanguageModelV4
  /** What it was asked, in order. */
  readonly asked: readonly CallOptions[]
}

/** Says its steps in order, and nothing after them. */
export function scripted(script: Script): ScriptedModel {
  const asked: CallOptions[] = []
  const next = (options: CallOptions): readonly Line[] => {
    asked.push(options)
    return script[asked.length - 1] ?? []
  }
  const model = new MockLanguageModelV4({
    doGenerate: async (options) => resultOf(next(options)),
    doStream: async (options) => ({ stream: convertArrayToReadableStream([...streamedOf(next(options))]) }),
  })
  return { model, asked }
}

export const endCall = (ground: string, id = 'end-1'): Line => ({
  id,
  name: 'end_conversation',
  input: { ground, reason: 'as the rules allow' },
})

/** Every word that a request holds but the transcript's. */
export const wordsOf = ({ prompt, tools }: CallOptions): string =>
  JSON.stringify([prompt.filter(({ role }) => role === 'system'), tools ?? []])
export const toolsIn = ({ tools }: CallOptions): readonly string[] => (tools ?? []).map(({ name }) => name)
