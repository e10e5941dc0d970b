/** Who the users are: how likely each is to say and to do what. Rates, from 0 to 1, of each of their turns. */
export interface Character {
  readonly name: string
  /** Their message is harmful. */
  readonly harm: number
  /** Their message shows that they may be at risk. */
  readonly despair: number
  /** They ask to end; asked to confirm, they do it as often as `resolve` says, and else change their mind. */
  readonly leave: number
  readonly resolve: number
  /** They edit a message, or want another answer. */
  readonly fork: number
}

export const characters: readonly Character[] = [
  { name: 'calm', harm: 0.02, despair: 0.005, leave: 0.04, resolve: 0.9, fork: 0.05 },
  { name: 'heated', harm: 0.45, despair: 0.01, leave: 0.05, resolve: 0.5, fork: 0.05 },
  { name: 'abusive', harm: 0.97, despair: 0, leave: 0.01, resolve: 0.5, fork: 0.04 },
  { name: 'in crisis', harm: 0.85, despair: 0.12, leave: 0.05, resolve: 0.5, fork: 0.05 },
  { name: 'leaving', harm: 0.05, despair: 0.01, leave: 0.4, resolve: 0.6, fork: 0.03 },
  { name: 'restless', harm: 0.3, despair: 0.02, leave: 0.05, resolve: 0.7, fork: 0.35 },
]
