/** What the adapter suite asks of whoever tests an adapter: how to read and write the provider's shapes, of which it knows nothing. */
import type { Ground } from '#machines/events.js'
import type { Command } from '../../conversation/commands.js'
import type { Intent } from '../../llm/adapter.js'

/** One call of a tool in a response that the suite makes up. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: unknown
}

/** How the provider's shapes are read and written, for the suite's eyes. */
export interface Dialect<Request, Answer> {
  /** Every word of a request that is not the transcript's: instructions, and the tools' names and descriptions. */
  wordsIn(request: Request): string
  /** The names of the tools that a request offers. */
  toolsIn(request: Request): readonly string[]
  /** The tool by which the model ends, and what it is given to do so. */
  readonly endTool: { readonly name: string; input(ground: Ground): unknown }
  /** A response as the provider would give it: text, then calls, then text after them. */
  responseOf(said: { readonly text: string; readonly calls: readonly ToolCall[]; readonly textAfter: string }): unknown
  /** The id of the call that an answer answers. */
  callAnswered(answer: Answer): string
}

/** The command of an intent on a thread. */
export function commandOf(intent: Intent, threadId: string, messageId: string): Command {
  switch (intent.order) {
    case 'send': {
      const { order: _, ...said } = intent
      return { type: 'sendMessage', data: { threadId, messageId, ...said } }
    }
    case 'end':
      return { type: 'endThread', data: { threadId, ground: intent.ground, reason: intent.reason } }
    case 'proposeEnd':
      return { type: 'proposeEnd', data: { threadId, reason: intent.reason } }
  }
}
