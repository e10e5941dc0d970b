/**
 * Several assessors as one. All are asked at once; when the answer is settled, those still at work are told to stop.
 * Doubt never becomes harmlessness here, and no combination ends what none of its parts would.
 */
import type { Assess, Assessment, AssessmentRequest } from '../conversations/assessing.js'
import { demandAssessment } from './demand-assessment.js'
import { mergedCategories, strictest } from './merged.js'

type Ask = (assess: Assess) => Promise<Assessment>

/** Runs with a way to ask; whoever has not answered when it is done, or when the question is aborted, is stopped. */
async function together<A>(request: AssessmentRequest, run: (ask: Ask) => Promise<A>): Promise<A> {
  const done = new AbortController()
  const signal = AbortSignal.any([request.signal, done.signal])
  try {
    return await run(async (assess) => demandAssessment(await assess({ ...request, signal })))
  } finally {
    done.abort()
  }
}

/**
 * Asks all, and takes the strictest answer: any risk before any harm before nothing. If one fails, it fails.
 * @example all(openAiModeration({ client }), llamaGuard({ ask }))
 */
export function all(first: Assess, ...others: readonly Assess[]): Assess {
  return (request) => together(request, async (ask) => strictest(await Promise.all([first, ...others].map(ask))))
}

/** The answer if it has a risk; else it rejects. */
async function risky(answer: Promise<Assessment>, isDeciding: boolean): Promise<Assessment> {
  const found = await answer
  if (found.risk === null) throw new Error('no risk')
  return isDeciding ? found : { ...found, harm: 'none' }
}

/**
 * The first assessor decides on harm; the others may only add risk. A risk that any of them finds is the answer, at once:
 * no other's failure or delay can lose it. Without a risk all must have answered, or it fails.
 * With a risk the answer is its finder's; without, the first's, with the categories of all.
 * @example anyRisk(openAiModeration({ client }), anthropicJudge({ client: anthropic, model }))
 */
export function anyRisk(first: Assess, ...others: readonly Assess[]): Assess {
  return (request) =>
    together(request, async (ask) => {
      const deciding = ask(first)
      const adding = others.map(ask)
      const risks = [risky(deciding, true), ...adding.map((answer) => risky(answer, false))]
      const found = await Promise.any(risks).catch(() => undefined)
      if (found) return found
      const decided = await deciding
      return { ...decided, ...mergedCategories([decided, ...(await Promise.all(adding))]) }
    })
}
