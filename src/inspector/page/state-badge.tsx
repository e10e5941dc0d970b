/** A thread's state in a sign and words: never by colour alone. */
import { statePartsOf } from '../../lifecycle/state-words.js'
import type { ThreadState } from '../../lifecycle/thread-state.js'

const signs: { readonly [stage: string]: string } = {
  engaging: '●',
  forked: '◆',
  redirecting: '◐',
  warning: '▲',
  ended: '■',
  risk: '♥',
  assessment: '…',
  closing: '⏻',
}

/** The first part of a lifecycle: what its colour and sign go by. */
export const stageOf = (lifecycle: string): string => lifecycle.split('.')[0] ?? ''

function Part({ kind, word }: { readonly kind: string; readonly word: string }) {
  const of = kind === 'lifecycle' ? stageOf(word) : kind
  return (
    <span class={`badge is-${of}`}>
      <span aria-hidden="true">{signs[of] ?? '●'}</span> {word}
    </span>
  )
}

/** Every part of a state that is not as it should be, its lifecycle first. */
export function StateBadge({ state }: { readonly state: ThreadState }) {
  return (
    <span class="badges">
      {statePartsOf(state).map(({ kind, word }) => (
        <Part key={kind} kind={kind} word={word} />
      ))}
    </span>
  )
}

export const LifecycleBadge = ({ state }: { readonly state: ThreadState }) => (
  <Part kind="lifecycle" word={state.lifecycle} />
)
