/**
 * One thread's whole line: what it inherits, each part up to its cut, then its own, as ascending versions with the
 * thread's state after each. A moment of it is a prefix.
 */
import type { StateId } from '../lifecycle/automaton.js'
import { countUpTo } from './int-column.js'
import { noLetter, type Timeline, type Track } from './timeline.js'

export interface ThreadLine {
  readonly ordinal: number
  /** The version at which its thread was born; before, nothing of the line was there, not even what it inherits. */
  readonly bornAt: number
  /** Versions of the events that this line met, ascending. */
  readonly versions: Int32Array
  /** The line's state just after each. */
  readonly states: Int32Array
  /** What each was to this line: a letter, or `noLetter`. */
  readonly letters: Int32Array
}

interface Part {
  readonly track: Track
  readonly toVersion: number
}

function partsOf({ tracks }: Timeline, ordinal: number): readonly Part[] {
  const parts: Part[] = []
  let toVersion = Number.POSITIVE_INFINITY
  for (let track = tracks[ordinal]; track; track = track.cut ? tracks[track.cut.ordinal] : undefined) {
    parts.push({ track, toVersion })
    toVersion = Math.min(toVersion, track.cut?.toVersion ?? toVersion)
  }
  return parts.reverse()
}

/** The versions that reach a part: its own and those for all, merged, none twice. */
function* versionsOf({ track, toVersion }: Part, spreadAt: readonly number[]): Generator<number> {
  const { own, bornAt } = track
  let [a, b] = [0, countUpTo(spreadAt, bornAt)]
  for (;;) {
    const mine = own[a] ?? Number.POSITIVE_INFINITY
    const all = spreadAt[b] ?? Number.POSITIVE_INFINITY
    const next = Math.min(mine, all)
    if (next > toVersion || next === Number.POSITIVE_INFINITY) return
    if (mine === next) a += 1
    if (all === next) b += 1
    yield next
  }
}

/** The line of a thread by its order of birth; empty if there is none such. */
export function threadLine(timeline: Timeline, ordinal: number): ThreadLine {
  const versions: number[] = []
  const states: number[] = []
  const letters: number[] = []
  let state: StateId = 0
  for (const part of partsOf(timeline, ordinal)) {
    for (const version of versionsOf(part, timeline.spreadAt)) {
      const isOwn = timeline.threadAt(version) === part.track.ordinal
      const letter = isOwn ? timeline.letterAt(version) : timeline.letterSpread(version)
      const stepped = letter === noLetter ? state : (timeline.automaton?.step(state, letter) ?? state)
      state = isOwn ? timeline.stateAfter(version) : Math.max(stepped, 0)
      versions.push(version)
      states.push(state)
      letters.push(letter)
    }
  }
  return {
    ordinal,
    bornAt: timeline.tracks[ordinal]?.bornAt ?? Number.POSITIVE_INFINITY,
    versions: Int32Array.from(versions),
    states: Int32Array.from(states),
    letters: Int32Array.from(letters),
  }
}

/** How much of a line there was at a version; nothing before its thread was born. */
export const lengthAt = ({ bornAt, versions }: ThreadLine, version: number): number =>
  version < bornAt ? 0 : countUpTo(versions, version)

/** How far two lines are one: the number of first events that they share. */
export function sharedLength(a: ThreadLine, b: ThreadLine): number {
  const most = Math.min(a.versions.length, b.versions.length)
  let count = 0
  while (count < most && a.versions[count] === b.versions[count]) count += 1
  return count
}
