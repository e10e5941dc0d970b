/** What is shown on the chart beside the chart itself: where a thread stands, what it just did, how often all was met. */
import type { Policy } from '#machines/events.js'
import type { ThreadState } from '../../lifecycle/thread-state.js'

/** How often each state was entered, and each transition taken; states by id, transitions by their place in the chart. */
export interface Traffic {
  readonly states: { readonly [id: string]: number }
  readonly transitions: { readonly [place: string]: number }
}

/** Everything is optional: with nothing given, the chart is drawn as it is. */
export interface Marks {
  /** Innermost states that are active: lit, with all that they are in. */
  readonly current?: readonly string[]
  /** Transitions just taken, by their place in the chart: traced. */
  readonly taken?: readonly number[]
  /** Shades states and lines, and writes the numbers beside them. */
  readonly traffic?: Traffic
  /** Counters, each against the policy's limit. */
  readonly counters?: readonly Counter[]
  /** Said in the title bar where no counters are; how to read the picture, unless something else is given. */
  readonly caption?: string
  /** The transition that is pointed at, by its place in the chart: framed. */
  readonly pointed?: number
  /** What the picture is called, for those who do not see it. */
  readonly title?: string
}

/** A counter and how far it can come. */
export interface Counter {
  readonly name: string
  readonly value: number
  readonly limit: number
}

const regions = ['lifecycle', 'risk', 'assessment', 'closing'] as const

/** The innermost states in which a thread is, as the chart names them. */
export const activeStates = (state: ThreadState): readonly string[] =>
  regions.map((region) => `${region}.${state[region]}`)

/** A thread's counters against its policy's limits. */
export const countersOf = ({ failures, ignored, calm }: ThreadState, policy: Policy): readonly Counter[] => [
  { name: 'failed redirections', value: failures, limit: policy.redirections },
  { name: 'ignored warnings', value: ignored, limit: policy.warnings },
  { name: 'calm turns', value: calm, limit: policy.calmTurns },
]
