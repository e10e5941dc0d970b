/** What a model says in one step, in no provider's terms. Providers' shapes are read into these, and go no further. */
import type { ContentBlock } from '#machines/events.js'

/** A piece of text; in a stream, the next piece of it. */
export interface SaidText {
  readonly kind: 'text'
  readonly text: string
}

/** A call of a tool. `input` came over the network: it may be anything. */
export interface SaidCall {
  readonly kind: 'call'
  /** The provider's own id of the call; its result must name it. */
  readonly id: string
  readonly name: string
  readonly input: unknown
  /** Cut off, or no JSON: nothing is done for it. */
  readonly isBroken?: true
}

/**
 * A provider's own block, not looked into: a model's thought, or a call of a tool that the provider runs itself. The provider
 * wants it back with the results of the calls in the same step.
 */
export interface SaidBlock {
  readonly kind: 'block'
  readonly block: ContentBlock
}

/** What was said, in order. */
export type Said = SaidText | SaidCall | SaidBlock

/** What goes back to the model for one call. */
export interface CallResult {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly isError: boolean
}

export const isCall = (said: Said): said is SaidCall => said.kind === 'call'

/** The text of a step, its pieces joined. */
export const textOf = (step: readonly Said[]): string =>
  step.map((said) => (said.kind === 'text' ? said.text : '')).join('')
