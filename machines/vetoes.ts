/**
 * What stands in the way of an end (SPEC §4, "Vetoes"), read off the tags of the chart's states.
 * The chart decides whether an end is accepted; these words say why not. A test holds the two equal in every state.
 */
import { type Ground, type Veto, vetoes } from './events.js'
import { places, type ThreadContext } from './guards.js'

/** What this page needs of an XState machine snapshot. */
export interface ThreadSnapshot {
  readonly tags: ReadonlySet<string>
  readonly context: ThreadContext
  matches(place: (typeof places)['endProposed']): boolean
}

function isNamed(snapshot: ThreadSnapshot, ground: Ground, veto: Veto): boolean {
  return snapshot.tags.has(`any:${veto}`) || snapshot.tags.has(`${ground}:${veto}`)
}

// While engaged or forked, what remains is a redirection, or, once all have failed, the warning.
function worded(veto: Veto, { failures, policy }: ThreadContext): Veto {
  return veto === 'redirections-remaining' && failures >= policy.redirections ? 'warning-not-given' : veto
}

/**
 * Every veto against ending on this ground, in SPEC's order; empty if and only if the end is accepted.
 * @returns `already-ended` alone once the thread has ended.
 */
export function vetoesOf(snapshot: ThreadSnapshot, ground: Ground): readonly Veto[] {
  const named = vetoes.filter((veto) => isNamed(snapshot, ground, veto)).map((veto) => worded(veto, snapshot.context))
  if (named.includes('already-ended')) return ['already-ended']
  const unproposed = snapshot.context.policy.handshake && !snapshot.matches(places.endProposed)
  return named.length === 0 && ground === 'persistent-harm' && unproposed ? ['not-proposed'] : named
}
