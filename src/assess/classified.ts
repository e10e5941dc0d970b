/**
 * From what a classifier found to an assessment: the core that all classifiers share. A category without a meaning is an
 * error; it is never passed over.
 */
import type { RiskKind } from '#machines/events.js'
import type { Assessment } from '../conversations/assessing.js'
import { AssessorError } from './assessor-error.js'
import type { Meaning, Meanings } from './mapping.js'

/** What a classifier said of one category. */
export interface Classified {
  readonly category: string
  /** Whether the category was found. */
  readonly isFound: boolean
  /** 0 to 1, where the classifier gives one. */
  readonly score?: number
}

/** The gravest first: an assessment names one risk. */
export const risksByGravity: readonly RiskKind[] = ['self-harm', 'crisis', 'harm-to-others']

const namedLengthMax = 40

function meaningOf(meanings: Meanings, category: string): Meaning {
  const meaning = meanings.get(category)
  if (meaning !== undefined) return meaning
  const name = JSON.stringify(category.slice(0, namedLengthMax))
  throw new AssessorError('unknown-category', `the category ${name} has no row in the mapping`)
}

/** The highest score of those that gave one. */
function confidenceOf(found: readonly Classified[]): Pick<Assessment, 'confidence'> {
  const scores = found.flatMap(({ score }) => score ?? [])
  return scores.length === 0 ? {} : { confidence: Math.max(...scores) }
}

/**
 * What these categories amount to. `harm` is harmful if one that was found means so; `risk` is the gravest of those
 * found; `categories` is all that the classifier said; `confidence`, where it gives scores, the highest score among the
 * categories that decided, and absent where nothing was found.
 * @throws AssessorError `unknown-category`, whether the category was found or not.
 */
export function assessmentOf(classified: readonly Classified[], meanings: Meanings): Assessment {
  const meant = classified.map((one) => ({ ...one, meaning: meaningOf(meanings, one.category) }))
  const found = meant.filter(({ isFound }) => isFound)
  const risk = risksByGravity.find((kind) => found.some(({ meaning }) => meaning === kind)) ?? null
  const harm = found.some(({ meaning }) => meaning === 'harmful') ? 'harmful' : 'none'
  const categories = Object.fromEntries(classified.map(({ category, isFound, score }) => [category, score ?? isFound]))
  const decided = found.filter(({ meaning }) => meaning !== 'none' && meaning === (risk ?? harm))
  return { harm, risk, categories, ...confidenceOf(decided) }
}
