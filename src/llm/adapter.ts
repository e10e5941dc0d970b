/**
 * What stands between a thread and a model's provider: what to send, what a response asks for, and what goes back. Pure on all
 * sides: it asks no provider and stores nothing, so that the same laws can be held against every provider.
 */
import type { Content, Ground, Purpose, Veto, Warning } from '#machines/events.js'
import type { ThreadView } from '../conversations/thread-view.js'

/** What a response asks for, named by the door's method that does it. */
export type Intent =
  | { readonly order: 'send'; readonly content: Content; readonly purpose: Purpose; readonly warning?: Warning }
  | { readonly order: 'end'; readonly ground: Ground; readonly reason: string }
  | { readonly order: 'proposeEnd'; readonly reason: string }

/** What came of one intent: accepted, or refused with a code and, for an end, with all that stands in its way. */
export interface Carried {
  readonly intent: Intent
  readonly outcome: 'accepted' | { readonly refused: string; readonly vetoes?: readonly Veto[] }
}

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
