/** Whether an assessor's answer is an assessment: combinators weigh no answer that the log would not take. */
import type { Assessment } from '../conversations/assessing.js'
import { AssessorError } from './assessor-error.js'
import { isMeaning } from './mapping.js'
import { isRecord, isShare } from './read-record.js'

const isText = (value: unknown) => typeof value === 'string'
const isFinding = (value: unknown) => typeof value === 'boolean' || Number.isFinite(value)

const areCategories = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isText) : isRecord(value) && Object.values(value).every(isFinding)

function isAssessment(answer: unknown): answer is Assessment {
  if (!isRecord(answer)) return false
  const { harm, risk, categories, confidence, ...more } = answer
  if (harm !== 'none' && harm !== 'harmful') return false
  if (risk !== null && (!isMeaning(risk) || risk === 'none' || risk === 'harmful')) return false
  if (categories !== undefined && !areCategories(categories)) return false
  return (confidence === undefined || isShare(confidence)) && Object.keys(more).length === 0
}

/**
 * The answer, if it is an assessment.
 * @throws AssessorError `malformed-answer`.
 */
export function demandAssessment(answer: unknown): Assessment {
  if (isAssessment(answer)) return answer
  throw new AssessorError('malformed-answer', 'the assessor answered with something that is not an assessment')
}
