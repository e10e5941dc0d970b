/**
 * The demo's assessor: it knows the stories' lines by heart, and nothing else. It is no safety classifier and must never
 * be used as one; a real deployment brings its own. A line it does not know is an error, hence unassessed, hence doubt.
 */
import type { Assess, Assessment } from '../../conversations/assessing.js'
import type { Story } from './story.js'

/** An assessor that answers as the stories' script says. */
export function scriptedAssessor(stories: readonly Story[]): Assess {
  const script = new Map<unknown, Assessment>()
  for (const step of stories.flatMap(({ steps }) => steps)) {
    if ('judged' in step) script.set(step.text, step.judged)
  }
  return ({ content }) => {
    const assessment = script.get(content)
    if (!assessment) throw new Error('the script has no such line')
    return assessment
  }
}
