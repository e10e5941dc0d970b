/**
 * What each category of a classifier means for a conversation: the one place where that is decided. Risk holds everything
 * back, harm counts towards an end; so whatever could come from a person in danger is risk, and what is only unwelcome is
 * nothing. Only what is said against someone, or is beyond all excuse, is harm. The table in docs/guides/assessors.md is
 * made of this; a test holds the two equal.
 */
import type { RiskKind } from '#machines/events.js'

/** What a category means: nothing, harm, or a risk to somebody. */
export type Meaning = 'none' | 'harmful' | RiskKind

export interface MappingRow {
  /** The category in words. */
  readonly name: string
  readonly meaning: Meaning
  readonly because: string
}

const row = (name: string, meaning: Meaning, because: string): MappingRow => ({ name, meaning, because })

const sexual = 'unwelcome perhaps, and not told from a question or a story'
const depicted = 'one who means it and one who lived through it are not told apart'

/** Meta's hazards S1 to S14, as Llama Guard 3 and 4 name them. */
const llamaGuard = {
  S1: row('violent crimes', 'harm-to-others', 'violence may be intended'),
  S2: row('non-violent crimes', 'none', 'for the model to decline; not said against anyone'),
  S3: row('sex-related crimes', 'harm-to-others', 'violence may be intended, or the user its victim'),
  S4: row('child sexual exploitation', 'harmful', 'beyond all excuse'),
  S5: row('defamation', 'none', 'for the model to decline'),
  S6: row('specialized advice', 'none', 'may be asked in need of help'),
  S7: row('privacy', 'none', 'for the model to decline'),
  S8: row('intellectual property', 'none', 'for the model to decline'),
  S9: row('indiscriminate weapons', 'harm-to-others', 'violence may be intended'),
  S10: row('hate', 'harmful', 'said against people'),
  S11: row('suicide and self-harm', 'self-harm', 'the user may be at risk'),
  S12: row('sexual content', 'none', sexual),
  S13: row('elections', 'none', 'for the model to decline'),
  S14: row('code interpreter abuse', 'none', 'for the sandbox to withstand'),
}

/** The thirteen categories of OpenAI's `omni-moderation`. */
const openAi = {
  harassment: row('harassment', 'harmful', 'said against someone'),
  'harassment/threatening': row('harassment with a threat', 'harm-to-others', 'whom it threatens cannot be told'),
  hate: row('hate', 'harmful', 'said against people'),
  'hate/threatening': row('hate with a threat', 'harm-to-others', 'violence may be intended'),
  illicit: row('advice for wrongdoing', 'none', 'for the model to decline; not said against anyone'),
  'illicit/violent': row('advice for violence or weapons', 'harm-to-others', 'violence may be intended'),
  'self-harm': row('self-harm', 'self-harm', 'the user may be at risk'),
  'self-harm/intent': row('intent of self-harm', 'self-harm', 'the user is at risk'),
  'self-harm/instructions': row('instructions for self-harm', 'self-harm', 'the user may be at risk'),
  sexual: row('sexual content', 'none', sexual),
  'sexual/minors': row('sexual content with a minor', 'harmful', 'beyond all excuse'),
  violence: row('violence', 'harm-to-others', depicted),
  'violence/graphic': row('violence in graphic detail', 'harm-to-others', depicted),
}

/** The mapping that is used unless told otherwise: a row for each category that the classifiers know. */
export const defaultMapping = { openAi, llamaGuard } as const

export type OpenAiCategory = keyof typeof openAi
export type LlamaGuardCategory = keyof typeof llamaGuard

/** Meanings by category; a category without one is unknown, and fails the assessment. */
export type Meanings = ReadonlyMap<string, Meaning>

/** Replacements, category by category; a category that the default does not know is added. */
export type Replacements<Category extends string> = { readonly [category in Category]?: Meaning } & {
  readonly [category: string]: Meaning
}

const meanings: readonly unknown[] = ['none', 'harmful', 'self-harm', 'crisis', 'harm-to-others'] satisfies Meaning[]

/** Whether this is one of the five meanings. */
export const isMeaning = (value: unknown): value is Meaning => meanings.includes(value)

/**
 * The default rows with the caller's replacements.
 * @throws RangeError for a replacement that is no meaning.
 */
export function meaningsOf(
  rows: { readonly [category: string]: MappingRow },
  replacements: { readonly [category: string]: Meaning } = {},
): Meanings {
  const amiss = Object.entries(replacements).find(([, meaning]) => !isMeaning(meaning))
  if (amiss) throw new RangeError(`the mapping of ${JSON.stringify(amiss[0])} must be one of: ${meanings.join(', ')}`)
  const standard = Object.entries(rows).map(([category, { meaning }]) => [category, meaning] as const)
  return new Map([...standard, ...Object.entries(replacements)])
}
