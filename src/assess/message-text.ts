/**
 * The words of a message, and those before it. What an assessor of text cannot read it must not find harmless: it fails.
 */
import type { Content } from '#machines/events.js'
import type { AssessmentRequest } from '../conversations/assessing.js'
import { AssessorError } from './assessor-error.js'

/** All the text of a message, or nothing if there is more to it than text. */
function textIn(content: Content): string | undefined {
  if (typeof content === 'string') return content.toWellFormed()
  const texts = content.map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : undefined))
  return texts.includes(undefined) ? undefined : texts.join('\n').toWellFormed()
}

/**
 * The whole text of a message, its blocks joined by line breaks, halves of surrogate pairs replaced.
 * @throws AssessorError `unreadable-content`: there is no text, or something that is none.
 */
export function textOf(content: Content): string {
  const text = textIn(content)
  if (text === undefined) throw new AssessorError('unreadable-content', 'the message is not text alone')
  if (text.trim() === '') throw new AssessorError('unreadable-content', 'the message has no text')
  return text
}

/** A message in words, and who said it. */
export interface SpokenText {
  readonly role: 'user' | 'assistant'
  readonly text: string
}

export interface ContextBounds {
  /** Messages before the assessed one that are told as context, the latest ones. */
  readonly contextMessagesMax: number
  /** Characters of each of them that are told, its first ones. */
  readonly contextCharsMax: number
}

/**
 * What was said before, in words, oldest first. It is there to be understood by, not to be assessed: what was erased or
 * is no text is told as such, and long messages are cut.
 */
export function saidBefore(transcript: AssessmentRequest['transcript'], bounds: ContextBounds): readonly SpokenText[] {
  const { contextMessagesMax, contextCharsMax } = bounds
  if (contextMessagesMax === 0) return []
  return transcript
    .slice(0, -1)
    .slice(-contextMessagesMax)
    .map(({ role, content }) => {
      const text = content === null ? '[erased]' : (textIn(content) ?? '[not text]')
      return { role, text: text.slice(0, contextCharsMax).toWellFormed() }
    })
}

/** @throws RangeError for a bound that is no whole number from 0. */
export function demandContextBounds(bounds: ContextBounds): void {
  for (const [name, value] of Object.entries(bounds)) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be a whole number from 0`)
  }
}
