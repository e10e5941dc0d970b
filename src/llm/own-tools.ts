/** The caller's own tools, which a model may call while it answers: run within bounds, and kept with the message. */
import type { ContentBlock } from '#machines/events.js'
import { type CallResult, isCall, type Said, type SaidCall, textOf } from './said.js'
import { endToolName, markToolName, type Tool } from './tools.js'

export interface OwnTool extends Tool {
  /** Answers in text. What it throws goes back to the model as an error, its message alone. */
  readonly run: (input: unknown, context: { readonly signal: AbortSignal }) => Promise<string> | string
}

/** A result longer than this is cut. */
export const resultCharsMax = 100_000

/** The caller's tools by name. Throws where one has the name of one of ours, or two have the same. */
export function ownToolsByName(tools: readonly OwnTool[]): ReadonlyMap<string, OwnTool> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const taken = [endToolName, markToolName].find((name) => byName.has(name))
  if (taken !== undefined) throw new TypeError(`the tool name ${taken} is taken`)
  if (byName.size < tools.length) throw new TypeError('two tools have one name')
  return byName
}

async function run(tool: OwnTool, call: SaidCall, signal: AbortSignal): Promise<CallResult> {
  const { id, name } = call
  const cut = (text: unknown) => String(text).slice(0, resultCharsMax).toWellFormed()
  if (call.isBroken) return { id, name, text: 'Not run: the call was cut off, or is no JSON.', isError: true }
  try {
    return { id, name, text: cut(await tool.run(call.input, { signal })), isError: false }
  } catch (cause) {
    return { id, name, text: cut(cause instanceof Error ? cause.message : 'the tool failed'), isError: true }
  }
}

/** Runs a step's calls of the caller's tools side by side; results in the order of the calls. Never throws. */
export function runOwn(
  tools: ReadonlyMap<string, OwnTool>,
  step: readonly Said[],
  signal: AbortSignal,
): Promise<readonly CallResult[]> {
  const runs = step.filter(isCall).map((call) => {
    const tool = tools.get(call.name)
    return tool && run(tool, call, signal)
  })
  return Promise.all(runs.filter((one) => one !== undefined))
}

/** What a log can keep of a call's input: JSON, or nothing. */
function kept(input: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(input) ?? 'null')
  } catch {
    return null
  }
}

/** A message that called tools, as blocks: its text, the calls, and their results, so that any branch replays them closed. */
export function contentWith(step: readonly Said[], results: readonly CallResult[]): readonly ContentBlock[] {
  const ran = new Set(results.map(({ id }) => id))
  const calls = step.filter(isCall).filter(({ id }) => ran.has(id))
  const text = textOf(step).toWellFormed()
  return [
    ...(text.trim() === '' ? [] : [{ type: 'text', text }]),
    ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input: kept(input) })),
    ...results.map(({ id, text: content, isError }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content,
      is_error: isError,
    })),
  ]
}
