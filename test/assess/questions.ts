/** Questions to assessors, and what comes of them, for the tests of this folder. */
import type { Content } from '../../machines/events.js'
import { AssessorError, defaultMapping } from '../../src/assess/index.js'
import type { Assess, AssessmentRequest } from '../../src/conversations/assessing.js'

export type Before = AssessmentRequest['transcript']

export const question = (content: Content, { before = [] as Before, signal = new AbortController().signal } = {}) => ({
  conversationId: 'conversation-1',
  threadId: 'thread-1',
  messageId: 'message-1',
  content,
  transcript: [...before, { role: 'user' as const, content }],
  signal,
})

/** The code that it fails with. */
export async function codeOf(ask: () => unknown): Promise<string> {
  return (await errorOf(ask)).code
}

/** The error that it fails with: one line, with its code in front. */
export async function errorOf(ask: () => unknown): Promise<AssessorError> {
  try {
    await ask()
  } catch (thrown) {
    if (!(thrown instanceof AssessorError)) throw thrown
    if (!thrown.message.startsWith(`${thrown.code}: `) || thrown.message.includes('\n')) {
      throw new Error(`not one line that begins with the code: ${thrown.message}`)
    }
    return thrown
  }
  throw new Error('it did not fail')
}

export const asked = async (assess: Assess, content: Content) => assess(question(content))

export const openAiCategories = Object.keys(defaultMapping.openAi)

/** What the moderation endpoint says of one text: these categories flagged, with these scores, the rest at 0.01. */
export function moderation(flagged: readonly string[], scores: { readonly [category: string]: number } = {}) {
  const each = <A>(value: (category: string) => A) =>
    Object.fromEntries(openAiCategories.map((category) => [category, value(category)]))
  return {
    flagged: flagged.length > 0,
    categories: each((category) => flagged.includes(category)),
    category_scores: each((category) => scores[category] ?? (flagged.includes(category) ? 0.9 : 0.01)),
    category_applied_input_types: each(() => ['text']),
  }
}
