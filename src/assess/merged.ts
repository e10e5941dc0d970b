/** Several assessments of one message as one: the strictest. The order of what is merged does not matter. */
import type { Assessment } from '../conversations/assessing.js'
import { risksByGravity } from './classified.js'

type Finding = number | boolean

const graver = (one: Finding, other: Finding): Finding => {
  if (Number(one) === Number(other)) return typeof one === 'boolean' ? one : other
  return Number(one) > Number(other) ? one : other
}

const findingsOf = ({ categories = {} }: Assessment): readonly (readonly [string, Finding])[] =>
  Array.isArray(categories) ? categories.map((category) => [category, true] as const) : Object.entries(categories)

/** Every category that one of them names, with the gravest that was said of it. */
export function mergedCategories(assessments: readonly Assessment[]): Pick<Assessment, 'categories'> {
  if (assessments.every(({ categories }) => categories === undefined)) return {}
  const merged = new Map<string, Finding>()
  for (const [category, finding] of assessments.flatMap(findingsOf)) {
    const known = merged.get(category)
    merged.set(category, known === undefined ? finding : graver(known, finding))
  }
  return { categories: Object.fromEntries(merged) }
}

const confidencesOf = (assessments: readonly Assessment[]) => assessments.flatMap(({ confidence }) => confidence ?? [])

/**
 * The gravest risk of any; harmful if any is. `confidence` is the highest among those that found what was concluded, and,
 * where nothing was found, the lowest of all; absent if none of them gave one.
 */
export function strictest(assessments: readonly Assessment[]): Assessment {
  const risk = risksByGravity.find((kind) => assessments.some((one) => one.risk === kind)) ?? null
  const harm = assessments.some((one) => one.harm === 'harmful') ? 'harmful' : 'none'
  const isNothing = risk === null && harm === 'none'
  const decided = assessments.filter((one) => one.risk === risk && (risk !== null || one.harm === harm))
  const confidences = confidencesOf(decided)
  const confidence = isNothing ? Math.min(...confidences) : Math.max(...confidences)
  return { harm, risk, ...mergedCategories(assessments), ...(confidences.length > 0 && { confidence }) }
}
