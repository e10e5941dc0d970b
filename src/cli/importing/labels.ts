/**
 * People's labels on a message as an assessment of it. Only labels that whoever imports has named as harmful count;
 * a message that nobody judged by one of these stays unassessed, for what was not assessed is doubt (SPEC R6).
 */
import { assumedHarmless, type Judgement } from './draft.js'
import { isMissing, isObject, isShare, type JsonObject } from './shape.js'

export interface HarmLabels {
  /** At or over its value a label means harm; 0 to 1, by the label's name. */
  readonly harmfulFrom: ReadonlyMap<string, number>
  /** Whether a message without such a label is taken for harmless. */
  readonly assumeHarmless: boolean
}

/**
 * `NAME:VALUE` as a label and the value from which it means harm.
 * @returns `undefined` if it is not of this form, or the value does not lie between 0 and 1.
 */
export function parseHarmLabel(text: string): { readonly name: string; readonly value: number } | undefined {
  const match = /^(?<name>.+):(?<value>\d+(?:\.\d+)?|\.\d+)$/su.exec(text)
  const value = Number(match?.groups?.value)
  const name = match?.groups?.name
  return name !== undefined && value >= 0 && value <= 1 ? { name, value } : undefined
}

/** Why these are not labels: `{ NAME: { value } }`, each value 0 to 1 or null for none. */
export function labelsFault(labels: unknown): string | undefined {
  if (isMissing(labels)) return undefined
  if (!isObject(labels)) return 'labels must be an object'
  const isLabel = (label: unknown) =>
    isMissing(label) || (isObject(label) && (isMissing(label.value) || isShare(label.value)))
  const wrong = Object.entries(labels).find(([, label]) => !isLabel(label))
  return wrong && `labels: ${JSON.stringify(wrong[0])} must have a value from 0 to 1`
}

function valuesOf(labels: JsonObject): readonly (readonly [string, number])[] {
  return Object.entries(labels).flatMap(([name, label]) => {
    const value = isObject(label) ? label.value : undefined
    return isShare(value) ? [[name, value] as const] : []
  })
}

/**
 * What the labels say of a user's message, or `undefined` if they do not judge it. All labels are recorded with the
 * assessment as its categories, those that did not count for it too.
 */
export function judgeByLabels(labels: JsonObject | undefined, harm: HarmLabels): Judgement | undefined {
  const values = valuesOf(labels ?? {})
  const counted = values.filter(([name]) => harm.harmfulFrom.has(name))
  if (counted.length === 0) return harm.assumeHarmless ? assumedHarmless : undefined
  const isHarmful = counted.some(([name, value]) => value >= (harm.harmfulFrom.get(name) ?? 1))
  return {
    assessment: { harm: isHarmful ? 'harmful' : 'none', risk: null, categories: Object.fromEntries(values) },
    actor: { kind: 'assessor', id: 'labels' },
  }
}
