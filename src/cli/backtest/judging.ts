/**
 * What a source says of a user's message, as the one thing that the machine hears of it. Scores speak before words: a
 * message that has a score by a named label is harmful or not by that; else by the source's own word; else it stays
 * unassessed, unless whoever asks takes it for harmless.
 */
import type { Harm } from '#machines/events.js'
import type { PastMessage } from './past.js'

type Thresholds = ReadonlyMap<string, number>

export interface Judging {
  /** At or over its value a score means harm; 0 to 1, by the score's name. */
  readonly harmfulFrom: Thresholds
  /** At or over its value a score means that the person may be at risk. */
  readonly riskFrom: Thresholds
  /** Whether a message that nothing judges is taken for harmless. */
  readonly assumeHarmless: boolean
}

/** What a source says of a user's message; all of it may be missing. */
export interface Said {
  readonly harm?: Harm | null
  /** Any kind: the machine does not tell them apart. */
  readonly risk?: string | null
  readonly scores?: { readonly [name: string]: unknown } | null
}

const unscored = Number.NaN

/** The greatest score that a label names, and whether one reaches its value. */
function judged(scores: NonNullable<Said['scores']>, from: Thresholds): { greatest: number; reached: boolean } {
  let greatest = unscored
  let reached = false
  for (const [name, value] of from) {
    const score = scores[name]
    // Not there, null, or what every object has by that name.
    if (typeof score !== 'number') continue
    greatest = Number.isNaN(greatest) ? score : Math.max(greatest, score)
    reached ||= score >= value
  }
  return { greatest, reached }
}

const nothing = {}

/** What the machine hears of a message, and the score by which another threshold would judge it. */
export function judge({ harm, risk, scores }: Said, judging: Judging): Pick<PastMessage, 'kind' | 'score'> {
  const byHarm = judged(scores ?? nothing, judging.harmfulFrom)
  const isAtRisk = (risk ?? null) !== null || judged(scores ?? nothing, judging.riskFrom).reached
  if (isAtRisk) return { kind: 'risk', score: unscored }
  if (!Number.isNaN(byHarm.greatest)) return { kind: byHarm.reached ? 'harmful' : 'none', score: byHarm.greatest }
  return { kind: harm ?? (judging.assumeHarmless ? 'none' : 'unassessed'), score: unscored }
}
