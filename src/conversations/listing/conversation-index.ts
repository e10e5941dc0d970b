/**
 * The conversation index: one row a conversation, by which operators find it. It says how a conversation stands, and holds
 * no word of what was said. It must never decide anything: states come from the machine, times from the events.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Conversation, riskOf, threadsOf } from '../../conversation/state.js'
import { automatonFor } from '../../lifecycle/automaton.js'
import { type Lifecycle, lifecycles } from '../../lifecycle/thread-state.js'
import type { Projection, RowFields } from '../../log/projection.js'
import { isFieldValue } from '../../log/view-check.js'

/** A thread's lifecycles, the gravest last, but for the end, which counts only where it is the end of every thread. */
export const byGravity: readonly Lifecycle[] = lifecycles.filter((lifecycle) => lifecycle !== 'ended')

/** How a conversation stands, in one word: `ended` where every thread has ended, else the gravest of the others. */
export function standingOf(conversation: Conversation): Lifecycle {
  const automaton = automatonFor(conversation.policy)
  const lifecycles = threadsOf(conversation).map(({ state }) => automaton.describe(state).lifecycle)
  return byGravity.findLast((lifecycle) => lifecycles.includes(lifecycle)) ?? 'ended'
}

/** The ground of the end that came last, where every thread has ended. */
function groundOf(conversation: Conversation): string | null {
  const ends = threadsOf(conversation).map(({ ended }) => ended)
  const last = ends.reduce((a, b) => ((b?.version ?? 0) > (a?.version ?? 0) ? b : a), null)
  return ends.includes(null) ? null : (last?.ground ?? null)
}

const digestMark = 'sha256:'

/**
 * An owner as the index has it: to the letter; but what a field of a view cannot hold (over 512 bytes, or with NUL or half a
 * surrogate pair) as `sha256:` and the digest of its UTF-16, and so too what only looks like that.
 */
export function indexedOwner(owner: string): string {
  if (isFieldValue(owner) && !owner.startsWith(digestMark)) return owner
  return `${digestMark}${bytesToHex(sha256(utf8ToBytes(JSON.stringify(owner))))}`
}

/** When an event was recorded, in milliseconds since 1970; 0 for a time that no clock shows, as a log of others may have it. */
export const instantOf = ({ recordedAt }: { readonly recordedAt: string }): number => Date.parse(recordedAt) || 0

/**
 * - `owner`: see `indexedOwner`; nothing where the conversation has none.
 * - `state`: see `standingOf`.
 * - `risk`: `flagged`, or nothing: so only those who may be at risk are in the index by risk.
 * - `ended_ground`: of the last end, once every thread has ended.
 * - `last_activity`, `opened_at`: when the last event and the first were recorded, in milliseconds since 1970.
 * - `threads`: how many there are.
 */
export const conversationIndex: Projection = {
  name: 'conversations',
  schema: 1,
  fields: {
    owner: 'text',
    state: 'text',
    risk: 'text',
    ended_ground: 'text',
    last_activity: 'integer',
    opened_at: 'integer',
    threads: 'integer',
  },
  // The rarer first: most conversations are neither at risk nor at an end, and stand in the last five alone.
  indexes: [
    ['owner', 'risk', 'last_activity'],
    ['owner', 'ended_ground', 'last_activity'],
    ['risk', 'state', 'last_activity'],
    ['risk', 'last_activity'],
    ['ended_ground', 'last_activity'],
    ['owner', 'state', 'last_activity'],
    ['owner', 'last_activity'],
    ['state', 'last_activity'],
    ['last_activity'],
    ['opened_at'],
  ],
  evolve(fields, event, conversation): RowFields {
    const { owner } = conversation
    return {
      owner: owner === undefined ? null : indexedOwner(owner),
      state: standingOf(conversation),
      risk: riskOf(conversation) === 'flagged' ? 'flagged' : null,
      ended_ground: groundOf(conversation),
      last_activity: instantOf(event),
      opened_at: fields?.opened_at ?? instantOf(event),
      threads: conversation.threadCount,
    }
  },
}
