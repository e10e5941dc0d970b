/** What prompts to OpenAI's two interfaces share. */
import type { ContentBlock } from '#machines/events.js'
import type { Prompt } from '../model.js'
import type { CallResult, SaidCall } from '../said.js'
import type { PromptTurn } from '../turns.js'

export interface OpenAiPromptOptions {
  /** Your own system prompt: it comes first, and is the same to the byte whatever guidance says. */
  readonly system?: string
}

/** One text: servers that speak as OpenAI does may take no second system message. */
export const instructionsOf = ({ instructions }: Prompt, { system = '' }: OpenAiPromptOptions): string =>
  system.trim() === '' ? instructions : `${system}\n\n${instructions}`

/** The schema of a tool, which must say that it is of an object. */
export const parametersOf = (schema: { readonly [keyword: string]: unknown }) => ({ ...schema, type: 'object' })

/** A call's input as text; what is no object is an empty one. */
export const argumentsOf = ({ input }: SaidCall): string =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? JSON.stringify(input) : '{}'

/** There is no field for it: that a call failed must be read in its output. */
export function outputOf({ text, isError }: CallResult): string {
  // Some servers refuse a result that says nothing.
  const said = text === '' ? 'No output.' : text
  return isError ? `Error: ${said}` : said
}

/** A block that this provider is not shown; of a model's thoughts, nothing. */
export function wordFor(role: PromptTurn['role'], { type }: ContentBlock): string | undefined {
  const isThought = type === 'reasoning' || type === 'thinking' || type === 'redacted_thinking'
  if (isThought && role === 'assistant') return undefined
  return `[A block of type ${typeof type === 'string' ? type : 'none'}, which cannot be shown here.]`
}

/** Why a step stopped early, in OpenAI's word for it: a filter refuses, all else is a limit. */
export const stoppedBy = (reason: string): 'refused' | 'cut' => (reason === 'content_filter' ? 'refused' : 'cut')
