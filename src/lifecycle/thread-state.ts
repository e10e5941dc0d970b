/** A thread's state in words, and the one key by which states are told apart. */
import type { ThreadContext } from '#machines/guards.js'

/** In the order of the road to an end, which is also the order of gravity. */
export const lifecycles = [
  'engaging',
  'forked',
  'redirecting.due',
  'redirecting.tried',
  'warning.due',
  'warning.given',
  'warning.ignored',
  'ended',
] as const
export type Lifecycle = (typeof lifecycles)[number]
export type Risk = 'clear' | 'flagged'
export type Assessment = 'current' | 'pending'
export type Closing = 'none' | 'requested' | 'asked' | 'confirmed' | 'proposed'

/** SPEC §4: the four regions and the three counters. */
export interface ThreadState {
  readonly lifecycle: Lifecycle
  readonly risk: Risk
  readonly assessment: Assessment
  readonly closing: Closing
  readonly failures: number
  readonly ignored: number
  readonly calm: number
}

/** Where XState says a thread is; what it needs to go on from there. */
export interface MachineState {
  readonly value: {
    readonly lifecycle: string | { readonly [parent: string]: string }
    readonly risk: string
    readonly assessment: string
    readonly closing: string
  }
  readonly context: ThreadContext
}

/** Reads XState's nested value as one dotted word, `warning.given`. */
export function fromMachine({ value, context }: MachineState): ThreadState {
  const lifecycle =
    typeof value.lifecycle === 'string' ? value.lifecycle : Object.entries(value.lifecycle).flat().join('.')
  const { failures, ignored, calm } = context
  const { risk, assessment, closing } = value
  return { lifecycle, risk, assessment, closing, failures, ignored, calm } as ThreadState
}

/** The same, back into XState's nested value and context. */
export function toMachine(state: ThreadState, policy: ThreadContext['policy']): MachineState {
  const [parent, child] = state.lifecycle.split('.') as [string, string?]
  const { risk, assessment, closing, failures, ignored, calm } = state
  const lifecycle = child === undefined ? parent : { [parent]: child }
  return { value: { lifecycle, risk, assessment, closing }, context: { policy, failures, ignored, calm } }
}

/** Equal states have equal keys. */
export function stateKey(state: ThreadState): string {
  const { lifecycle, risk, assessment, closing, failures, ignored, calm } = state
  return [lifecycle, risk, assessment, closing, failures, ignored, calm].join(' ')
}
