/** A model as Colloquy asks one: a prompt goes in, what it says comes out piece by piece. Each provider's adapter makes one. */
import type { ThreadView } from '../conversations/thread-view.js'
import type { Guidance } from '../lifecycle/guidance.js'
import type { Said } from './said.js'
import { type Tool, toolsFor } from './tools.js'
import { type PromptTurn, turnsOf } from './turns.js'

/** What a model is given, in no provider's terms. */
export interface Prompt {
  /** For the system prompt, after the caller's own. While someone may be at risk it does not speak of an end. */
  readonly instructions: string
  readonly tools: readonly Tool[]
  readonly turns: readonly PromptTurn[]
}

export interface ModelRequest extends Prompt {
  /** Aborted when time is up or nobody listens any more. What is said after it is not heard. */
  readonly signal: AbortSignal
}

/** Says one step: text in pieces as it comes, each call once it is whole. May throw; then what was said so far stands. */
export type Model = (request: ModelRequest) => AsyncIterable<Said>

/** Why a model did not answer. What it had said until then stands, as a reply; nothing is ended. */
export type ModelErrorCode =
  /** It threw: the provider refused, failed or broke off; see `cause`. */
  | 'model-failed'
  /** Time was up. */
  | 'model-timeout'
  /** It was asked, as often as may be, and said no word to the user. */
  | 'model-silent'
  /** It said more than one step may have. */
  | 'model-too-long'
  /** Whoever asked broke the answer off. */
  | 'answer-aborted'

/** A model that could not answer. */
export interface ModelError {
  readonly kind: 'model'
  readonly code: ModelErrorCode
  readonly message: string
  readonly cause?: unknown
}

/** The prompt for these turns under this guidance; the caller's own tools come first. */
export const promptOf = (guidance: Guidance, turns: readonly PromptTurn[], own: readonly Tool[] = []): Prompt => ({
  instructions: guidance.instructions,
  tools: [
    ...own.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    ...toolsFor(guidance),
  ],
  turns,
})

/** The prompt for a thread as it stands. */
export const promptFor = (view: ThreadView, own: readonly Tool[] = []): Prompt =>
  promptOf(view.guidance, turnsOf(view.messages), own)
