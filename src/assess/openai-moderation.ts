/**
 * OpenAI's moderation: asked on its own, or read off a response that carries it. Its answer must name every category of
 * the mapping and no other, each with a flag and a score; what is amiss in any way fails. Only text is sent.
 * @see https://developers.openai.com/api/docs/guides/moderation
 */
import type { Assess, Assessment } from '../conversations/assessing.js'
import { asking } from './asking-a-client.js'
import { AssessorError } from './assessor-error.js'
import { assessmentOf, type Classified } from './classified.js'
import { defaultMapping, type Meanings, meaningsOf, type OpenAiCategory, type Replacements } from './mapping.js'
import { textOf } from './message-text.js'
import { isRecord, isShare, type UnknownRecord } from './read-record.js'

/** What is needed of `openai`'s client; `new OpenAI()` is one. */
export interface ModerationClient {
  readonly moderations: {
    create(
      body: { readonly input: string; readonly model: string },
      options: { readonly signal: AbortSignal },
    ): PromiseLike<unknown>
  }
}

export interface ModerationReading {
  /** Replaces meanings of `defaultMapping.openAi`, category by category. A category added here must be in every answer. */
  readonly mapping?: Replacements<OpenAiCategory>
  /** 0 to 1: a flagged category that means harm counts only from this score on. Default 0: the flag decides. */
  readonly harmThreshold?: number
  /** 0 to 1: a category that means risk counts from this score on, even if it is not flagged. Default: the flag decides. */
  readonly riskThreshold?: number
}

export interface OpenAiModerationOptions extends ModerationReading {
  readonly client: ModerationClient
  /** Default `omni-moderation-latest`. */
  readonly model?: string
}

interface Reading {
  readonly meanings: Meanings
  readonly harmThreshold: number
  readonly riskThreshold: number
}

/** Above every score. */
const never = Number.POSITIVE_INFINITY

function readingOf({ mapping, harmThreshold, riskThreshold }: ModerationReading): Reading {
  for (const [name, value] of Object.entries({ harmThreshold, riskThreshold })) {
    if (value !== undefined && !isShare(value)) throw new RangeError(`${name} must be from 0 to 1`)
  }
  const meanings = meaningsOf(defaultMapping.openAi, mapping)
  return { meanings, harmThreshold: harmThreshold ?? 0, riskThreshold: riskThreshold ?? never }
}

const malformed = (text: string) => new AssessorError('malformed-answer', text)

function isFound(reading: Reading, { category, flag, score }: { category: string; flag: boolean; score: number }) {
  switch (reading.meanings.get(category)) {
    case 'harmful':
      return flag && score >= reading.harmThreshold
    case 'none':
    case undefined:
      return flag
    default:
      return flag || score >= reading.riskThreshold
  }
}

function classifiedOf(flags: UnknownRecord, scores: UnknownRecord, reading: Reading): readonly Classified[] {
  const categories = new Set([...reading.meanings.keys(), ...Object.keys(flags), ...Object.keys(scores)])
  return [...categories].map((category) => {
    // Asked first, so that a category that is not known is told as such.
    if (!reading.meanings.has(category)) return { category, isFound: true }
    const flag = Object.hasOwn(flags, category) ? flags[category] : undefined
    const score = Object.hasOwn(scores, category) ? scores[category] : undefined
    if (typeof flag !== 'boolean') throw malformed(`the moderation has no flag for ${category}`)
    if (!isShare(score)) throw malformed(`the moderation has no score from 0 to 1 for ${category}`)
    return { category, isFound: isFound(reading, { category, flag, score }), score }
  })
}

function read(result: UnknownRecord, reading: Reading): Assessment {
  const { categories, category_scores: scores, flagged } = result
  if (!isRecord(categories) || !isRecord(scores)) throw malformed('the moderation has no categories, or no scores')
  const classified = classifiedOf(categories, scores, reading)
  const assessment = assessmentOf(classified, reading.meanings)
  if (flagged !== Object.values(categories).includes(true)) {
    throw malformed('the moderation contradicts itself: flagged as a whole and by category differ')
  }
  return assessment
}

/** The only result of a list; a list of several speaks of several texts, and does not say which is meant. */
function onlyResult(results: unknown): UnknownRecord {
  const [result, ...others] = Array.isArray(results) ? results : []
  if (isRecord(result) && others.length === 0) return result
  throw malformed('the moderation does not have exactly one result')
}

function readAny(moderation: unknown, reading: Reading): Assessment {
  if (moderation === null || moderation === undefined) {
    throw new AssessorError('no-result', 'there is no moderation to read')
  }
  if (!isRecord(moderation)) throw malformed('the moderation is not an object')
  const { type, input, results } = moderation
  if (type === 'error') throw new AssessorError('classifier-failed', 'the moderation itself reports an error')
  if ('input' in moderation) return readAny(input, reading)
  return read('results' in moderation ? onlyResult(results) : moderation, reading)
}

/**
 * The assessment that a moderation amounts to: one result of the moderation endpoint, its whole answer, or what a response
 * carries inline, `response.moderation` of the Responses and of the Chat Completions API, of which the `input` is read.
 * The input is judged as a whole: with earlier turns in it, harm that was counted once would count again. Read it only where
 * the new message alone was sent, or let it add risk alone.
 * @throws AssessorError `no-result`, `classifier-failed`, `malformed-answer` or `unknown-category`.
 * @example const assessment = assessmentOfModeration(response.moderation)
 */
export function assessmentOfModeration(moderation: unknown, options: ModerationReading = {}): Assessment {
  return readAny(moderation, readingOf(options))
}

/**
 * An assessor that asks OpenAI's moderation endpoint about the message alone, without what was said before it.
 * It fails as `assessmentOfModeration` does, with `classifier-failed` when the endpoint does not answer, and with
 * `unreadable-content` for all that is not text. The client retries on its own: see its `maxRetries`.
 * @throws RangeError at once for a threshold or a mapping out of bounds.
 * @example openAiModeration({ client: new OpenAI() })
 */
export function openAiModeration(options: OpenAiModerationOptions): Assess {
  const { client, model = 'omni-moderation-latest' } = options
  const reading = readingOf(options)
  return async ({ content, signal }) => {
    const input = textOf(content)
    const answer = await asking(signal, () => client.moderations.create({ input, model }, { signal }))
    if (!isRecord(answer)) throw malformed('the endpoint answered with something else than a moderation')
    return read(onlyResult(answer.results), reading)
  }
}
