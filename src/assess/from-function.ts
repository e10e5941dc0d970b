/** A plain function as an assessor: it gets the text, and says in a word what it is. */
import type { Assess, Assessment, AssessmentRequest } from '../conversations/assessing.js'
import { demandAssessment } from './demand-assessment.js'
import { isMeaning, type Meaning } from './mapping.js'
import { textOf } from './message-text.js'

/** Says what a text is: in a word, or as a whole assessment. Throw when it is not known; never guess. */
export type Classify = (
  text: string,
  request: AssessmentRequest,
) => Meaning | Assessment | Promise<Meaning | Assessment>

function assessed(answer: unknown): Assessment {
  if (!isMeaning(answer)) return demandAssessment(answer)
  if (answer === 'none' || answer === 'harmful') return { harm: answer, risk: null }
  return { harm: 'none', risk: answer }
}

/**
 * An assessor of text made of a function. Its own errors pass through; beside them it fails with `unreadable-content`
 * for all that is not text, and `malformed-answer` for an answer that is no assessment.
 * @example fromFunction(async (text, { signal }) => ((await isAbusive(text, signal)) ? 'harmful' : 'none'))
 */
export function fromFunction(classify: Classify): Assess {
  return async (request) => assessed(await classify(textOf(request.content), request))
}
