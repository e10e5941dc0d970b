/**
 * The demo's assessor: it looks for a few words that a person can type to try the whole road. It is no safety classifier and
 * must never be used as one; a real deployment names its own.
 */
import type { Content } from '#machines/events.js'
import type { Assess } from '../../conversations/assessing.js'

export const demoAssessorName = 'demo words (no safety classifier)'

/** What the demo takes for rude. */
export const rudeWords: readonly string[] = ['stupid', 'idiot', 'shut up', 'i hate you', 'useless machine']
/** What the demo takes for a sign that someone may be at risk. */
export const riskWords: readonly string[] = ['hurt myself', 'kill myself', 'end my life', 'no reason to live']

const wordsIn = (content: Content): string =>
  (typeof content === 'string' ? content : JSON.stringify(content)).toLowerCase()

/** Judges a message by the demo's words. */
export const demoAssessor: Assess = ({ content }) => {
  const words = wordsIn(content)
  if (riskWords.some((word) => words.includes(word))) return { harm: 'none', risk: 'self-harm' }
  return { harm: rudeWords.some((word) => words.includes(word)) ? 'harmful' : 'none', risk: null }
}
