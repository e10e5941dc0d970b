/**
 * Llama Guard 3 and 4, wherever they run: the caller runs the model, and what it writes is read here, to the letter. It
 * says `safe`, or `unsafe` and then which of the hazards S1 to S14; whatever else it says is no answer.
 * @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama-guard-4/
 */
import type { Assess, Assessment } from '../conversations/assessing.js'
import { asking } from './asking-a-client.js'
import { AssessorError } from './assessor-error.js'
import { assessmentOf } from './classified.js'
import { defaultMapping, type LlamaGuardCategory, type Meanings, meaningsOf, type Replacements } from './mapping.js'
import { type ContextBounds, demandContextBounds, type SpokenText, saidBefore, textOf } from './message-text.js'

export interface LlamaGuardReading {
  /** Replaces meanings of `defaultMapping.llamaGuard`, code by code, or adds codes of a taxonomy of your own. */
  readonly mapping?: Replacements<LlamaGuardCategory>
}

/** What the model is to judge: a conversation that begins with the user, takes turns, and ends with the assessed message. */
export interface LlamaGuardQuestion {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[]
  readonly signal: AbortSignal
}

export interface LlamaGuardOptions extends LlamaGuardReading, Partial<ContextBounds> {
  /** Runs the model, by its server's own chat template, and gives back what it wrote. */
  readonly ask: (question: LlamaGuardQuestion) => string | Promise<string>
  /** Messages before the assessed one that are told too. Default 10. */
  readonly contextMessagesMax?: number
  /** Characters of each of them. Default 2,000; the assessed message is never cut. */
  readonly contextCharsMax?: number
}

const answerForm = /^(?:(?<safe>safe)|unsafe\s+(?<codes>s[1-9]\d?(?:\s*,\s*s[1-9]\d?)*))$/i

function read(written: unknown, meanings: Meanings): Assessment {
  const { safe, codes } = (typeof written === 'string' && answerForm.exec(written.trim())?.groups) || {}
  if (safe !== undefined) return assessmentOf([], meanings)
  if (codes === undefined) {
    throw new AssessorError('malformed-answer', 'the model wrote neither "safe" nor "unsafe" with its codes')
  }
  const found = codes.split(',').map((code) => ({ category: code.trim().toUpperCase(), isFound: true }))
  return assessmentOf(found, meanings)
}

/**
 * The assessment that Llama Guard's text amounts to. Blanks around it, blanks around commas and the case do not matter;
 * anything more does. The model gives no scores in its text, so the assessment has no `confidence`.
 * @throws AssessorError `malformed-answer` for an empty text, `unsafe` without codes, or any other text;
 * `unknown-category` for a code without a meaning.
 * @example assessmentOfLlamaGuard('unsafe\nS11').risk // 'self-harm'
 */
export function assessmentOfLlamaGuard(written: string, { mapping }: LlamaGuardReading = {}): Assessment {
  return read(written, meaningsOf(defaultMapping.llamaGuard, mapping))
}

/** Stands between two messages of the user's, for a harm that was counted must not be counted again with the next. */
const unanswered: SpokenText = { role: 'assistant', text: '[no answer]' }

// The model's chat template wants user and assistant by turns, the user first; what it judges is the last turn.
function byTurns(before: readonly SpokenText[], text: string): LlamaGuardQuestion['messages'] {
  const between = before.at(-1)?.role === 'user' ? [unanswered] : []
  const turns: { role: 'user' | 'assistant'; content: string }[] = []
  for (const said of [...before, ...between, { role: 'user' as const, text }]) {
    const last = turns.at(-1)
    if (last?.role === said.role) last.content += `\n\n${said.text}`
    else if (last || said.role === 'user') turns.push({ role: said.role, content: said.text })
  }
  return turns
}

/**
 * An assessor that has Llama Guard judge the message in its conversation. It fails as `assessmentOfLlamaGuard` does, with
 * `classifier-failed` when `ask` rejects, and with `unreadable-content` for all that is not text.
 * @throws RangeError at once for a bound or a mapping that is none.
 */
export function llamaGuard(options: LlamaGuardOptions): Assess {
  const { ask, mapping, contextMessagesMax = 10, contextCharsMax = 2_000 } = options
  const bounds = { contextMessagesMax, contextCharsMax }
  demandContextBounds(bounds)
  const meanings = meaningsOf(defaultMapping.llamaGuard, mapping)
  return async ({ content, transcript, signal }) => {
    const text = textOf(content)
    const messages = byTurns(saidBefore(transcript, bounds), text)
    return read(await asking(signal, () => ask({ messages, signal })), meanings)
  }
}
