/**
 * What the adapter suite asks of an adapter between threads and a model's provider, and of whoever tests one: how to read
 * and write the provider's own shapes, of which the suite knows nothing.
 */
import type { Content, Ground, Purpose, Warning } from '#machines/events.js'
import type { Command } from '../../conversation/commands.js'
import type { ThreadView } from '../../conversations/thread-view.js'

/** What a response asks for, named by the door's method that does it. */
export type Intent =
  | { readonly order: 'send'; readonly content: Content; readonly purpose: Purpose; readonly warning?: Warning }
  | { readonly order: 'end'; readonly ground: Ground; readonly reason: string }
  | { readonly order: 'proposeEnd'; readonly reason: string }

/** What came of one intent: accepted, refused with a code, or not tried because an end came before it. */
export interface Carried {
  readonly intent: Intent
  readonly outcome: 'accepted' | { readonly refused: string }
}

/** Pure on all sides: it asks no provider and stores nothing. */
export interface Adapter<Request, Answer> {
  /** What to send to the provider for a thread as it stands. */
  requestFor(view: ThreadView): Request
  /**
   * What a response asks for, in order. It may be anything that came over the network: what is not understood is left out.
   * Never throws.
   */
  intentsFrom(response: unknown, view: ThreadView): readonly Intent[]
  /** What goes back for each tool call of the response, once its intents were carried out. Never throws. */
  answersTo(response: unknown, carried: readonly Carried[]): readonly Answer[]
}

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
